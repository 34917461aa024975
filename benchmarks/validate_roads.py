"""Take road networks through a whole city: published flows, and draws against exact equilibria."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chengce.applications.road_measures import road_measures
from chengce.city.build import build_city
from chengce.city.city import City
from chengce.city.readers.tntp import read_tntp_flow, read_tntp_network
from chengce.city.synthetic.certain import certain
from chengce.city.synthetic.town import write_town
from chengce.core.context import Context
from chengce.core.finding import Finding
from chengce.decisions.link_changes import link_changes
from chengce.models.scenario import Scenario, parse_scenario
from chengce.models.traffic.design import Axis
from chengce.models.traffic.period import parse_period
from chengce.models.traffic.road_state import road_task

Floats = NDArray[np.float64]
PERIOD, GAP, DRAWS = "08:00-09:00", 1e-8, 20
AGREE = 0.95
CONFIG = """
name = "anaheim"
title = "Anaheim"

[tntp]
net = "{net}"
trips = "{trips}"
nodes = "{nodes}"
length_unit = "ft"
time_unit = "min"
start = "08:00"
end = "09:00"
"""


def city_roads(anaheim: Path, work: Path, context: Context) -> dict[str, Any]:
    """Return Anaheim built through `[tntp]` against the published flows, and errors of draws."""
    config = work / "anaheim.toml"
    files = {k: anaheim / f"Anaheim_{k}.tntp" for k in ("net", "trips")}
    nodes = anaheim / "anaheim_nodes.geojson"
    config.write_text(CONFIG.format(nodes=nodes, **files), encoding="utf-8")
    built, _ = build_city(config, work / "anaheim", context)
    built = _peopled(built)
    town, _ = build_city(write_town(work / "town"), work / "qinghe", context)
    return {
        "city": _published(built, anaheim, context),
        "draws": [_draws("Anaheim", built, context), _draws("Qinghe", town, context)],
    }


def _peopled(city: City) -> City:
    """Return the city with as many people in a zone as trips begin there: the files have none."""
    begun = city.table("flows").groupby("origin")["count"].sum()
    people = pd.DataFrame(
        {"zone": begun.index.to_numpy(object), "dimension": "total", "group": "total",
         "count": begun.to_numpy(), "base": "resident"}
    )  # fmt: skip
    return replace(city, tables={**city.tables, "people": people}, home=None, known={}, _memory={})


def _ask(city: City, gap: float, context: Context) -> Finding:
    return road_measures.run(city, road_measures.parse({"period": PERIOD, "gap": gap}), context)


def _published(city: City, folder: Path, context: Context) -> dict[str, Any]:
    found = _ask(certain(city), 1e-10, replace(context, draws=20)).link_values("flow")
    ours = dict(zip(found.streets, found.values[0].tolist(), strict=True))
    net = read_tntp_network(folder / "Anaheim_net.tntp")
    known = read_tntp_flow(folder / "Anaheim_flow.tntp")
    volume = dict(zip(zip(known.tail, known.head, strict=True), known.volume, strict=True))
    apart = [
        abs(ours[f"link-{i}"] - volume[pair])
        for i, pair in enumerate(zip(net.tail, net.head, strict=True), start=1)
    ]
    return {"links": len(apart), "gap": 1e-10, "worst_flow": float(max(apart)),
            "largest_flow": float(known.volume.max())}  # fmt: skip


def _draws(name: str, city: City, context: Context) -> dict[str, Any]:
    """Return how far interpolated draws are from equilibria computed for the same assumptions."""
    context = replace(context, draws=DRAWS)
    task = road_task(city, parse_period(PERIOD), GAP, context)
    axes = task.design.axes
    guess = _ask(city, GAP, context)
    exact = _exactly(city, axes, context)
    link, worst = _apart(_flows(guess), np.stack([_flows(f)[0] for f in exact]))
    total: dict[str, list[float]] = {"vehicle_h": [], "car_minutes": [], "delay_h": []}
    for d, truth in enumerate(exact):
        for metric, errors in total.items():
            weight = 1.0 if metric != "car_minutes" else truth.people[0]
            a, b = (
                np.nansum(v * weight) for v in (guess.values[metric][d], truth.values[metric][0])
            )
            errors.append(abs(float(a / b) - 1.0))
    return {
        "name": name,
        "assumptions": [a.name for a in axes],
        "equilibria": len(task.design.settings),
        "draws": DRAWS,
        "links": len(guess.link_values("flow").streets),
        "link_flows_mean": float(np.mean(link)),
        "link_flows_worst_draw": float(np.max(link)),
        "worst_link": float(np.max(worst)),
        **{f"{k}_mean": float(np.mean(v)) for k, v in total.items()},
        **{f"{k}_worst": float(np.max(v)) for k, v in total.items()},
        "left_out": next(n.as_dict() for n in guess.notes if "interpolating" in n.en),
        **_difference(city, axes, context),
    }


def _difference(city: City, axes: Sequence[Axis], context: Context) -> dict[str, Any]:
    """Return how well the difference made by works on a busy road is interpolated, by verdict."""
    before = _ask(city, GAP, context)
    road, scenario = _works(city, before, context)
    after = _ask(scenario.apply(city), GAP, context)
    verdicts = link_changes(before, after)["flow"].verdicts
    said = _flows(after) - _flows(before)
    pairs = zip(
        _exactly(city, axes, context), _exactly(scenario.apply(city), axes, context), strict=True
    )
    there = np.stack([_flows(b)[0] - _flows(a)[0] for a, b in pairs])
    clear = np.isin(verdicts, ("more", "less"))
    sign = np.where(np.asarray(verdicts) == "more", 1.0, -1.0)
    agree = (there * sign > 0).mean(axis=0) >= AGREE
    return {
        "changed_road": road,
        "change_error": float(np.abs(said - there).sum() / np.abs(there).sum()),
        "clear": int(clear.sum()),
        "clear_confirmed": int((clear & agree).sum()),
        "clear_median_off": float(
            np.median(
                np.abs(np.median(said, axis=0) / np.median(there, axis=0) - 1.0)[clear & agree]
            )
        ),
    }


def _works(city: City, before: Finding, context: Context) -> tuple[str, Scenario]:
    """Return the busiest road that loses a tenth of its traffic when its capacity is halved."""
    part = before.link_values("flow")
    middle = np.median(part.values, axis=0)
    one = replace(context, draws=20)
    for i in np.argsort(-middle, kind="stable").tolist():
        works = {"type": "work_zone", "streets": [part.streets[i]], "capacity_factor": 0.5}
        scenario = parse_scenario({"name": "works", "modifications": [works]})
        after = _ask(scenario.apply(certain(city)), GAP, one).link_values("flow").values[0, i]
        if after < 0.9 * middle[i]:
            return part.streets[i], scenario
    raise ValueError("no road loses traffic")


def _exactly(city: City, axes: Sequence[Axis], context: Context) -> list[Finding]:
    """Return an answer per draw, of equilibria at the assumptions of that draw."""
    out = []
    for d in range(DRAWS):
        known = {a.name: float(a.drawn[d]) for a in axes}
        base = certain(_with(city.base or city, known))
        one = (
            base
            if city.base is None
            else base.with_changes({t: city.table(t) for t in ("streets", "street_periods")})
        )
        out.append(_ask(one, GAP, context))
    return out


def _with(city: City, known: dict[str, float]) -> City:
    return replace(city, assumptions=city.assumptions.override(known), known={}, _memory={})


def _flows(finding: Finding) -> Floats:
    return finding.link_values("flow").values


def _apart(one: Floats, two: Floats) -> tuple[Floats, Floats]:
    """Return, by draw, the mean absolute difference of flows over their sum, and the largest."""
    off = np.abs(one - two)
    return off.sum(axis=1) / two.sum(axis=1), off.max(axis=1)
