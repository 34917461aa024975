"""Towns of a grid of named streets with flows made by hand: what a road application answers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from tests.report_worlds import DRAWS, hand_city, hand_finding, hand_run

from chengce.city.city import City
from chengce.city.layers import WGS84
from chengce.core.finding import Finding
from chengce.core.groups import TOTAL_GROUP, Group
from chengce.core.link_values import LinkValues
from chengce.core.metric import Metric
from chengce.core.text import Text
from chengce.decisions.record import Run
from chengce.models.scenario import parse_scenario

FLOW = Metric(
    "flow", Text("小汽车流量", "car flow"), "pcu/h", "less",
    Text("平衡时路段每小时的当量小汽车数", "passenger-car units an hour at equilibrium"),
    threshold=20.0, threshold_share=0.01,
)  # fmt: skip
TRAVEL = Metric(
    "vehicle_km", Text("小汽车行驶量", "car travel"), "veh-km/h", "less",
    Text("分区内路段上的行驶量合计", "total driven on the links of a place"),
    threshold=1.0, threshold_share=0.01, of="place",
)  # fmt: skip
LANES = {
    "name": "lanes", "title": {"zh": "拓宽中轴路", "en": "Widen the axis"},
    "modifications": [{"type": "close_street", "streets": ["h1_0"]}],
}  # fmt: skip


def grid_city(side: int = 3) -> City:
    """`side` × `side` zones with a street along every edge between their corners, named by row."""
    city = hand_city(side)
    step, west, south = 0.01, 116.3, 39.9
    rows: list[dict[str, Any]] = []
    for r in range(side + 1):
        for c in range(side):
            for kind, (x, y), (u, v) in (("h", (c, r), (c + 1, r)), ("v", (r, c), (r, c + 1))):
                bend = 0.12 * np.sin(r * 1.7 + c)
                ends = np.array([[x, y], [(x + u) / 2, (y + v) / 2], [u, v]], dtype=float)
                ends[1] += [0, bend] if kind == "h" else [bend, 0]
                named = f"{'东西' if kind == 'h' else '南北'}{r}路"
                rows.append(
                    {
                        "id": f"{kind}{r}_{c}", "from_node": y * 1000 + x, "to_node": v * 1000 + u,
                        "highway": "primary" if r % 3 == 1 else "residential",
                        "name": named if r % 3 else None,
                        "geometry": shapely.LineString(ends * step + [west, south]),
                    }
                )  # fmt: skip
    streets = gpd.GeoDataFrame(rows, geometry="geometry", crs=WGS84)
    return replace(city, tables={**city.tables, "streets": streets})


def link_values(
    flows: dict[tuple[str, int], Any], *, metric: Metric = FLOW, unsure: Sequence[str] = ()
) -> LinkValues:
    """Flows by (street, direction), a number or one per draw; streets in `unsure` are not determined."""
    draws = [np.broadcast_to(np.asarray(v, float), (DRAWS,)) for v in flows.values()]
    return LinkValues(
        metric,
        tuple(s for s, _ in flows),
        tuple(d for _, d in flows),
        np.column_stack(draws) if draws else np.zeros((DRAWS, 0)),
        np.array([s not in unsure for s, _ in flows], dtype=bool),
    )


def link_finding(
    flows: dict[tuple[str, int], Any], totals: Any, *, unsure: Sequence[str] = (),
    groups: tuple[Group, ...] = (TOTAL_GROUP,), people: Any = None,
) -> Finding:  # fmt: skip
    """A finding of one total of places, the same in every group's column, and flows of links."""
    amounts = np.repeat(np.asarray(totals, float)[:, None], len(groups), axis=1)
    counts = np.full(amounts.shape, 100.0) if people is None else np.asarray(people, float)
    found = hand_finding({TRAVEL.id: amounts}, counts, metrics=(TRAVEL,), groups=groups)
    return replace(found, links=(link_values(flows, unsure=unsure),))


def grid_flows(city: City, *, centre: float = 0.5, pull: float = 1.0) -> dict[tuple[str, int], Any]:
    """Flows that grow towards the middle, more in the direction of the geometry; ± 5 % by draw."""
    streets = city.table("streets")
    noise = 1 + np.linspace(-0.05, 0.05, DRAWS)
    west, south, east, north = streets.total_bounds
    out: dict[tuple[str, int], Any] = {}
    for name, line, kind in zip(streets["id"], streets.geometry, streets["highway"], strict=True):
        x, y = shapely.get_coordinates(line.centroid)[0]
        far = np.hypot((x - west) / (east - west) - centre, (y - south) / (north - south) - 0.5)
        flow = (1800 if kind == "primary" else 300) * np.exp(-((far / 0.35) ** 2)) * pull
        out[name, 1], out[name, 2] = flow * noise, 0.7 * flow * noise
    return out


def roads_run(side: int = 3, groups: tuple[Group, ...] = (TOTAL_GROUP,)) -> Run:
    """Before and after a street is closed: some links gain, some lose, two are left open."""
    city = grid_city(side)
    scenario = parse_scenario(LANES)
    before = grid_flows(city)
    after = {k: v for k, v in grid_flows(city, centre=0.56).items() if k[0] != "h1_0"}
    totals = np.linspace(50, 900, side * side)
    loose = ["v0_0", "v0_1"]
    return hand_run(
        link_finding(before, totals, unsure=loose, groups=groups),
        [(scenario, link_finding(after, totals * 0.95, unsure=loose, groups=groups))],
        city=city,
    )


def roads_state(side: int = 3) -> Run:
    """One state alone."""
    run = roads_run(side)
    return hand_run(run.comparison.reference.finding, city=run.comparison.reference.city)
