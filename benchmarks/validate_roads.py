"""Take road networks through a whole city: published flows, and draws against exact equilibria."""

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
from chengce.decisions.changes import CLEAR
from chengce.decisions.link_changes import link_changes
from chengce.models.noise import scalar
from chengce.models.scenario import Scenario, parse_scenario
from chengce.models.traffic.period import parse_period
from chengce.models.traffic.road_metrics import FLOW
from chengce.models.traffic.road_state import ADVERSE, road_task

Floats = NDArray[np.float64]
PERIOD, GAP, DRAWS = "08:00-09:00", 1e-8, 40
FOUR_FIFTHS = 0.8
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
    guess = _ask(city, GAP, context)
    exact = _exactly(city, context)
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
        "assumptions": sorted(_uncertain(city)),
        "equilibria": len(task.design.settings),
        "draws": DRAWS,
        "links": len(guess.link_values("flow").streets),
        "link_flows_mean": float(np.mean(link)),
        "link_flows_worst_draw": float(np.max(link)),
        "worst_link": float(np.max(worst)),
        **{f"{k}_mean": float(np.mean(v)) for k, v in total.items()},
        **{f"{k}_worst": float(np.max(v)) for k, v in total.items()},
        "left_out": next(n.as_dict() for n in guess.notes if "interpolating" in n.en),
        **_difference(city, context),
    }


def _uncertain(city: City) -> list[str]:
    """Name the assumptions that vary by draw here: without tolls and trucks their worth does not."""
    levels = ["car_demand_level", "road_capacity_factor"]
    return levels + (["road_speed_factor"] if "free_flow_s" not in city.table("streets") else [])


def _difference(city: City, context: Context) -> dict[str, Any]:
    """Return how well the difference made by works on a busy road is interpolated, by verdict."""
    before = _ask(city, GAP, context)
    road, scenario = _works(city, before, context)
    after = _ask(scenario.apply(city), GAP, context)
    verdicts = link_changes(before, after)["flow"].verdicts
    said = _flows(after) - _flows(before)
    pairs = zip(_exactly(city, context), _exactly(scenario.apply(city), context), strict=True)
    there = np.stack([_flows(b)[0] - _flows(a)[0] for a, b in pairs])
    exact = _verdicts(there, _flows(before), _flows(after))
    clear = np.isin(verdicts, ("more", "less"))
    sign = np.where(np.asarray(verdicts) == "more", 1.0, -1.0)
    share = (there * sign > 0).mean(axis=0)
    return {
        "changed_road": road,
        "change_error": float(np.abs(said - there).sum() / np.abs(there).sum()),
        "clear": int(clear.sum()),
        "clear_same": int((clear & (exact == verdicts)).sum()),
        "clear_opposite": int((clear & (exact != verdicts) & (exact != "none")).sum()),
        "clear_four_fifths": int((clear & (share >= FOUR_FIFTHS)).sum()),
        "missed": int((~clear & (exact != "none")).sum()),
    }


def _verdicts(there: Floats, before: Floats, after: Floats) -> NDArray[np.str_]:
    """Return the verdict of differences computed draw by draw, by the rule reports go by."""
    change = np.median(there, axis=0)
    largest = np.maximum(np.median(before, axis=0), np.median(after, axis=0))
    beyond = np.abs(change) >= np.maximum(FLOW.threshold, FLOW.threshold_share * largest)
    out = np.full(len(change), "none", dtype="<U4")
    out[beyond & ((there > 0).mean(axis=0) >= CLEAR)] = "more"
    out[beyond & ((there < 0).mean(axis=0) >= CLEAR)] = "less"
    return out


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


def _exactly(city: City, context: Context) -> list[Finding]:
    """Return an answer per draw, of equilibria at the assumptions of that draw."""
    out = []
    drawn = {name: scalar(city.assumptions[name], context) for name in ADVERSE}
    for d in range(DRAWS):
        known = {name: float(values[d]) for name, values in drawn.items()}
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
