"""Austrian migration: coefficients, errors and fit published with pysal/spint, one by one.

Published numbers: pysal/spint, `spint/tests/test_gravity.py` (classes Gravity, Production, Attraction,
Doubly with exponential cost; BSD-3), on the data of Dennett (2012), UCL CASA working paper 184.
There the cost term is +b·d, here exp(−β d): b = −β. Masses are those of the published tests; the
file's own masses are sums of its flows.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chengce.core.context import Context
from chengce.models.demand.file_fit import interact_files
from chengce.models.demand.interaction import calibrate
from chengce.models.demand.model import Masses, Model

ORIGIN_MASS = np.array([4320, 21478, 30500, 5012, 8811, 11349, 6021, 4477, 2275.0])
DESTINATION_MASS = np.array([5452, 27169, 28710, 4354, 9069, 8577, 4963, 3923, 2026.0])
PUBLISHED = {  # coefficients, standard errors, log-likelihood, AIC, SRMSE
    "unconstrained": (
        {"origin_mass": 0.863867812, "destination_mass": 0.880474585, "beta": 6.20544765e-03},
        {"origin_mass": 5.16838440e-03, "destination_mass": 4.78122141e-03, "beta": 5.18488192e-05},
        (-10193.542694454361, 20395.085388908723, 0.62063116008447083),
    ),
    "origin": (
        {"destination_mass": 0.89278717, "beta": 0.00727113},
        {"destination_mass": 4.66889578e-03, "beta": 5.26601057e-05},
        (-7930.3255090342445, 15882.651018068489, 0.46622685091043831),
    ),
    "destination": (
        {"origin_mass": 0.89235874, "beta": 0.00693755},
        {"origin_mass": 5.14257895e-03, "beta": 5.12438958e-05},
        (-8126.9496609469106, 16275.899321893821, 0.59478477816884223),
    ),
    "doubly": (
        {"beta": 0.00791533},
        {"beta": 5.06213514e-05},
        (-4970.5795707251054, 9977.159141450211, 0.37925654532618808),
    ),
}
ORIGINS = [
    1.5449095,
    2.4414292,
    0.69924374,
    0.94869185,
    1.28967637,
    0.74270015,
    1.19468573,
    0.98874193,
]
DESTINATIONS = [
    1.49709841,
    2.18492741,
    0.18784818,
    0.66434515,
    0.74264938,
    0.21334535,
    0.66765781,
    0.39986094,
]
CONSTANT = 6.20471518


@pytest.fixture(scope="module")
def austria(shared_data: Callable[[str], Path]) -> tuple[np.ndarray, np.ndarray]:
    table = pd.read_csv(shared_data("spatial_interaction") / "austria.csv")
    return tuple(
        table.pivot(index="Origin", columns="Destination", values=c).to_numpy(float)
        for c in ("Data", "Dij")
    )  # type: ignore[return-value]


@pytest.mark.parametrize("constraint", PUBLISHED)
def test_coefficients_errors_and_fit(
    constraint: str, austria: tuple[np.ndarray, np.ndarray]
) -> None:
    masses = Masses(ORIGIN_MASS, DESTINATION_MASS)
    fit = calibrate(*austria, model=Model(constraint), masses=masses)  # type: ignore[arg-type]
    coefficients, errors, (likelihood, aic, srmse) = PUBLISHED[constraint]
    assert fit.values == pytest.approx(coefficients, rel=1e-6)
    # the published errors are those of the last but one iteration: they agree to 1e-4
    assert {c.name: c.se for c in fit.coefficients} == pytest.approx(errors, rel=1e-4)
    assert fit.report.log_likelihood == pytest.approx(likelihood, rel=1e-10)
    assert fit.report.aic == pytest.approx(aic, rel=1e-10)
    assert fit.report.srmse == pytest.approx(srmse, rel=1e-6)
    assert fit.report.pairs == 72  # the diagonal, cost 1e-300 and no flow, is not recorded


def test_zone_effects_of_the_doubly_constrained_model(
    austria: tuple[np.ndarray, np.ndarray],
) -> None:
    fit = calibrate(*austria)
    assert (fit.log_origin - fit.log_origin[0])[1:] == pytest.approx(ORIGINS, abs=1e-6)
    assert (fit.log_destination - fit.log_destination[0])[1:] == pytest.approx(
        DESTINATIONS, abs=1e-6
    )
    assert fit.log_origin[0] + fit.log_destination[0] == pytest.approx(CONSTANT, abs=1e-6)


def test_the_raw_file_gives_the_published_decay(shared_data: Callable[[str], Path]) -> None:
    """The file as it is published, placeholder costs of 1e-300 on the diagonal and all."""
    columns = {"origin": "Origin", "destination": "Destination", "flow": "Data", "cost": "Dij"}
    params = {"columns": columns, "constraint": "doubly", "decay": "exponential", "bootstrap": 0,
              "holdout": 0.0, "seed": 1}  # fmt: skip
    path = shared_data("spatial_interaction") / "austria.csv"
    result = interact_files({"flows": path}, params, Context())
    assert result.summary["coefficients"][0]["value"] == pytest.approx(0.00791533, rel=1e-6)
    power = interact_files({"flows": path}, {**params, "decay": "power"}, Context())
    assert power.summary["coefficients"][0]["value"] == pytest.approx(1.2640825, rel=1e-6)  # ours
    assert "intrazonal_unrecorded" in {w.code for w in result.warnings}
