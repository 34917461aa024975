"""Compare interaction models with published and real flows; write docs/validation/interaction.json.

Usage: python -m benchmarks.validate_interaction --austria FILE --london FILE
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.machine import about
from tests.validation.test_interaction_austria import DESTINATION_MASS, ORIGIN_MASS, PUBLISHED

from chengce.core.context import Context
from chengce.models.demand.bootstrap import Bootstrap, bootstrap
from chengce.models.demand.decay import DECAYS
from chengce.models.demand.flow_table import Columns, FlowTable, read_flows
from chengce.models.demand.holdout import Holdout, hold_out
from chengce.models.demand.interaction import calibrate
from chengce.models.demand.model import CONSTRAINTS, Masses, Model
from chengce.models.demand.report import bands

OUT = Path(__file__).resolve().parents[1] / "docs" / "validation" / "interaction.json"
AUSTRIA = Columns("Origin", "Destination", "Data", "Dij")
LONDON = Columns(
    "station_origin", "station_destination", "flows", "distance", destination_mass="jobs"
)
SIMULATIONS, DRAWS, BETA = 1000, 59, 0.15
SHARE, SEEDS, MISSES = 1 / 3, 10, 8


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.validate_interaction", description=__doc__
    )
    parser.add_argument("--austria", type=Path, required=True)
    parser.add_argument("--london", type=Path, required=True)
    options = parser.parse_args(arguments)
    table = read_flows(options.london, LONDON)
    results = {
        "about": about(),
        "austria": _austria(read_flows(options.austria, AUSTRIA)),
        "coverage": _coverage(),
        "london": {
            "pairs": len(table.flow),
            "flow": float(table.flow.sum()),
            "origins": len(np.unique(table.pairs.origin)),
            "destinations": len(np.unique(table.pairs.destination)),
            "zero_share": float((table.flow == 0).mean()),
            "forms": [_form(table, d.name) for d in DECAYS],
            "holdout": [
                _holdout(table, c, d)
                for c in ("origin", "doubly")
                for d in ("exponential", "power", "tanner")
            ],
            **_misses(table),
        },
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    OUT.write_text(text + "\n", encoding="utf-8", newline="\n")
    print(text)
    return 0


def _austria(table: FlowTable) -> list[dict[str, Any]]:
    """Return every published coefficient beside ours."""
    order = np.argsort(table.origins)  # the published masses go by the zones' names
    masses = Masses(np.empty(len(order)), np.empty(len(order)))
    assert masses.origin is not None
    assert masses.destination is not None
    masses.origin[order], masses.destination[order] = ORIGIN_MASS, DESTINATION_MASS
    rows = []
    for constraint in CONSTRAINTS:
        fit = calibrate(
            table.flow, table.cost, model=Model(constraint), masses=masses, pairs=table.pairs
        )  # type: ignore[arg-type]
        for c in fit.coefficients:
            rows.append(
                {
                    "constraint": constraint,
                    "name": c.name,
                    "published": PUBLISHED[constraint][0][c.name],
                    "ours": c.value,
                    "se": c.se,
                }
            )
    return rows


def _coverage() -> dict[str, Any]:
    """Return how often bootstrap intervals hold the truth in simulated calibrations."""
    rng = np.random.default_rng(1)
    xy = rng.random((9, 2)) * 20
    cost = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 1
    mean = np.outer(rng.lognormal(size=9), rng.lognormal(size=9)) * np.exp(-BETA * cost)
    mean *= 4000 / mean.sum()
    hits = {"dispersed": 0, "origins": 0}
    for k in range(SIMULATIONS):
        fit = calibrate(rng.poisson(mean).astype(np.float64), cost)
        for kind in hits:
            c = bootstrap(fit, Bootstrap(kind, DRAWS), Context(seed=k)).coefficients[0]  # type: ignore[arg-type]
            hits[kind] += c.low <= BETA <= c.high
    return {"simulations": SIMULATIONS, "draws": DRAWS, "zones": 9,
            **{kind: n / SIMULATIONS for kind, n in hits.items()}}  # fmt: skip


def _fit(table: FlowTable, model: Model) -> Any:
    return calibrate(table.flow, table.cost, model=model, masses=table.masses, pairs=table.pairs)


def _form(table: FlowTable, decay: str) -> dict[str, Any]:
    fit = _fit(table, Model("doubly", decay))
    origins = bootstrap(fit, Bootstrap("origins", 200), Context())
    return {
        "decay": decay,
        "formula": fit.model.form.formula,
        "coefficients": [c.as_dict() for c in fit.coefficients],
        "by_origins": [c.as_dict() for c in origins.coefficients],
        "converged": fit.converged,
        "report": fit.report.as_dict(),
    }


def _holdout(table: FlowTable, constraint: str, decay: str) -> dict[str, Any]:
    """Return the error on held-out origins, median and range over several choices of them."""
    model = Model(constraint, decay)  # type: ignore[arg-type]
    found = [hold_out(table, model, SHARE, Context(seed=s)) for s in range(1, SEEDS + 1)]
    out: dict[str, Any] = {"constraint": constraint, "decay": decay, "splits": SEEDS,
                           "origins": found[0].origins, "trained_on": found[0].trained_on}  # fmt: skip
    for key in ("srmse", "cpc", "r2"):
        for which in ("report", "naive"):
            out[f"{key}_{which}"] = _range(found, which, key)
    return out


def _range(found: list[Holdout], which: str, key: str) -> list[float]:
    values = [getattr(getattr(h, which), key) for h in found]
    return [float(np.median(values)), min(values), max(values)]


def _misses(table: FlowTable) -> dict[str, Any]:
    """Return residuals by band of distance and the pairs and stations missed most, held out."""
    held = hold_out(table, Model("origin", "tanner"), SHARE, Context(seed=1))
    i, j = table.pairs.origin[held.at], table.pairs.destination[held.at]
    off = held.modelled - held.flow
    worst = np.argsort(-np.abs(off), kind="stable")[:MISSES]
    received = np.bincount(j, held.flow), np.bincount(j, held.modelled)
    gap = received[1] - received[0]
    stations = np.argsort(-np.abs(gap), kind="stable")[:MISSES]
    return {
        "bands": [asdict(b) for b in bands(held.flow, held.modelled, table.cost[held.at])],
        "worst_pairs": [
            {
                "origin": table.origins[i[k]],
                "destination": table.destinations[j[k]],
                "cost": float(table.cost[held.at[k]]),
                "flow": float(held.flow[k]),
                "modelled": float(held.modelled[k]),
            }
            for k in worst
        ],
        "worst_destinations": [
            {
                "destination": table.destinations[k],
                "flow": float(received[0][k]),
                "modelled": float(received[1][k]),
            }
            for k in stations
        ],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
