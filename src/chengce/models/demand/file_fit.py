"""Calibrate a spatial interaction model on a file of flows, without a city."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem
from chengce.core.file_result import FileResult
from chengce.core.text import Text
from chengce.models.demand.bootstrap import Bootstrap, bootstrap
from chengce.models.demand.fit import Fit
from chengce.models.demand.flow_table import Columns, FlowTable, read_flows
from chengce.models.demand.holdout import Holdout, hold_out
from chengce.models.demand.interaction import calibrate
from chengce.models.demand.model import CONSTRAINTS, Floats, Model, constraint_named
from chengce.models.demand.report import bands, plain

FLOWS = "flows.csv"
ZONES = "zones.csv"


def interact_files(
    inputs: Mapping[str, Path], params: Mapping[str, Any], context: Context
) -> FileResult:
    """Return coefficients, fit and modelled flows of the file `inputs["flows"]`.

    `params`: `columns` (see `Columns`), `constraint`, `decay`, `bootstrap` draws (0: normal
    intervals), `holdout` share of origins (0: none), `seed`. Raises `ChengceError` with everything
    wrong in the file or the settings.
    """
    context = replace(context, seed=int(params["seed"]))
    model = Model(constraint_named(params["constraint"]), params["decay"])
    problems: list[Problem] = []
    table = None
    try:
        _check(model, params)
    except ChengceError as error:
        problems += error.problems
    try:
        table = read_flows(inputs["flows"], Columns(**params["columns"]))
    except ChengceError as error:
        problems += error.problems
    if problems or table is None:
        raise ChengceError(problems)
    model = replace(model, decay=model.form.name)
    fit = calibrate(
        table.flow, table.cost, model=model, masses=table.masses, pairs=table.pairs,
        context=context,
    )  # fmt: skip
    if params["bootstrap"]:
        fit = bootstrap(fit, Bootstrap(draws=int(params["bootstrap"])), context)
        if fit.intervals.kind == "normal":
            fit = replace(fit, warnings=(*fit.warnings, _NO_BOOTSTRAP))
    held = None
    if params["holdout"]:
        held = hold_out(table, model, float(params["holdout"]), context)
    modelled = np.full(len(table.flow), np.nan)
    modelled[fit.at_flows] = fit.modelled
    return FileResult(
        arrays=_arrays(fit, modelled, held),
        files={FLOWS: _flows(table, modelled, held), ZONES: _zones(table, fit)},
        summary=_summary(table, fit, held),
        warnings=(*table.notes, *fit.warnings),
    )


_NO_BOOTSTRAP = Problem(
    "bootstrap_skipped",
    Text(
        "未做自助抽样：校准没有收敛，或重新校准大多不收敛",
        "no bootstrap: the calibration, or most of those on drawn flows, did not converge",
    ),
    Text("先解决收敛问题", "get the calibration to converge first"),
    severity="warning",
)


def _check(model: Model, params: Mapping[str, Any]) -> None:
    problems: list[Problem] = []
    try:
        model.check()
    except ChengceError as error:
        problems += error.problems
    share, draws = params["holdout"], params["bootstrap"]
    if not 0 <= share < 1:
        problems.append(
            Problem(
                "holdout_range",
                Text(
                    f"留出份额应在 0 与 1 之间，现为 {share:g}",
                    f"--holdout must be from 0 to below 1, not {share:g}",
                ),
                Text("如 0.33", "such as 0.33"),
                column="holdout",
            )
        )  # fmt: skip
    if draws != 0 and not 20 <= draws <= 100_000:
        problems.append(
            Problem(
                "bootstrap_range",
                Text(
                    f"自助抽样须为 0 或 20 至 100000 次，现为 {draws}",
                    f"--bootstrap must be 0 or 20 to 100000, not {draws}",
                ),
                Text("如 200", "such as 200"),
                column="bootstrap",
            )
        )  # fmt: skip
    if problems:
        raise ChengceError(problems)


def _arrays(fit: Fit, modelled: Floats, held: Holdout | None) -> dict[str, Any]:
    """Return the numbers a replay compares."""
    rows = [(c.value, c.low, c.high, c.se, c.se_dispersed) for c in fit.coefficients]
    numbers = [v for v in fit.report.as_dict().values() if v is not None]
    out = {
        "names": np.array([c.name for c in fit.coefficients], dtype="U64"),
        "coefficients": np.array(rows, np.float64).reshape(-1, 5),
        "report": np.array(numbers, np.float64),
        "modelled": modelled,
    }
    if held is not None:
        out["held_at"] = held.at
        out["held"] = np.stack([held.modelled, held.without])
    return out


def _summary(table: FlowTable, fit: Fit, held: Holdout | None) -> dict[str, Any]:
    report = fit.report
    listed = fit.listed
    return {
        "constraint": fit.model.constraint,
        "constraint_title": CONSTRAINTS[fit.model.constraint].as_dict(),
        "decay": fit.model.decay,
        "decay_title": fit.model.form.title.as_dict(),
        "formula": fit.model.form.formula,
        "coefficients": [c.as_dict(sure=fit.converged) for c in fit.coefficients],
        "intervals": {
            "coverage": 0.9,
            "kind": fit.intervals.kind,
            "draws": fit.intervals.draws,
            "failed": fit.intervals.failed,
        },
        "report": report.as_dict(),
        "modes": plain(fit.modes),
        "pairs": report.pairs,
        "pairs_left_out": len(table.flow) - report.pairs,
        "origins": len(np.unique(listed.origin)),
        "destinations": len(np.unique(listed.destination)),
        "zero_flows": report.zero_flows,
        "zones_without_flow": {
            "origins": fit.silent_origins,
            "destinations": fit.silent_destinations,
        },
        "bands": [vars(b) for b in bands(listed.flow, fit.modelled, listed.cost)],
        "converged": fit.converged,
        "reason": None if fit.reason is None else fit.reason.as_dict(),
        "steps": fit.steps,
        "holdout": None if held is None else held.as_dict(),
    }


def _flows(table: FlowTable, modelled: Floats, held: Holdout | None) -> bytes:
    """Return the table of flows with what the model makes of them; blank where left out."""
    pairs, several = table.pairs, table.pairs.mode is not None
    head = ["origin", "destination", *(["mode"] if several else []), "cost", "flow", "modelled"]
    columns: list[list[str]] = [
        [table.origins[k] for k in pairs.origin],
        [table.destinations[k] for k in pairs.destination],
    ]
    if pairs.mode is not None:
        columns.append([pairs.modes[k] for k in pairs.mode])
    columns += [_shown(table.cost), _shown(table.flow), _shown(modelled)]
    if held is not None:
        unseen = np.full(len(table.flow), np.nan)
        unseen[held.at] = held.modelled
        head.append("predicted_held_out")
        columns.append(_shown(unseen))
    return _csv(head, zip(*columns, strict=True))


def _zones(table: FlowTable, fit: Fit) -> bytes:
    """Return the logarithms of zone factors; blank for zones without flow."""
    own = len(fit.listed.modes) > 1 and fit.model.margins == "own"
    modes = fit.listed.modes if own else ("",)
    rows = []
    for side, names, factors in (
        ("origin", table.origins, fit.log_origin),
        ("destination", table.destinations, fit.log_destination),
    ):
        shown = _shown(np.where(np.isfinite(factors), factors, np.nan))
        for k, value in enumerate(shown):
            mode, zone = divmod(k, len(names))
            rows.append((side, names[zone], modes[mode] if mode < len(modes) else "", value))
    return _csv(["side", "zone", "mode", "log_factor"], rows)


def _shown(values: Floats) -> list[str]:
    return ["" if v != v else f"{v:.10g}" for v in values.tolist()]


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
