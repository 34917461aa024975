"""Runs made by hand from arrays, for reports and exports: small enough to check every number."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pydantic import Field

from chengce.city.city import City
from chengce.city.descriptor import Descriptor
from chengce.city.layers import WGS84
from chengce.core.application import Application, Example, Params
from chengce.core.errors import ChengceError, Problem
from chengce.core.finding import Finding, Metric
from chengce.core.groups import TOTAL_GROUP, Group
from chengce.core.text import Text
from chengce.decisions.compare import Comparison, State
from chengce.decisions.record import Run
from chengce.decisions.typeset.fonts import require_chinese
from chengce.ledger.entry import Head
from chengce.models.scenario import TODAY, Scenario, parse_scenario

DRAWS = 40
GROUPS = (
    Group("age", "young", Text("60 岁以下", "under 60"), {"adult": 1.0}, 2),
    Group("age", "old", Text("60 岁及以上", "60 and over"), {"elder": 1.0}, 1),
)
MINUTES = Metric(
    "minutes_clinic", Text("到最近诊所的时间", "time to the nearest clinic"), "min", "less",
    Text("按人平均", "averaged over people"), cap=60.0, threshold=1.0, threshold_share=0.0,
)  # fmt: skip


def chinese_or_skip() -> None:
    """Skip a test that sets pages where no font here draws Chinese."""
    try:
        require_chinese()
    except ChengceError:
        pytest.skip("no Chinese font (Debian: apt-get install fonts-wqy-microhei)")


def share(kind: str, title: Text, limit: int) -> Metric:
    return Metric(
        f"{kind}_{limit}",
        Text(f"{title.zh}：步行 {limit} 分钟可达的人口比例", f"{title.en}: people within {limit} min on foot"),
        "%", "more",
        Text(f"步行 {limit} 分钟内有{title.zh}", f"at least one {title.en} within {limit} min"),
        threshold=1.0, threshold_share=0.0,
    )  # fmt: skip


SHARES = tuple(
    share(kind, title, limit)
    for kind, title in (("shop", Text("食品店", "food shop")), ("park", Text("公园", "park")))
    for limit in (5, 10, 15)
)


class AskedParams(Params):
    date: str = Field("2026-05-12", description="Service date / 运营日期")
    cutoffs_min: tuple[int, ...] = Field((5, 10, 15), description="Limits, min / 时限（分钟）")


APPLICATION = Application(
    name="by_hand",
    title=Text("手算问题", "A question by hand"),
    question=Text("谁受益？", "Who gains?"),
    needs=(),
    params=AskedParams,
    example=Example(lambda: None, {}, {}, Text("", "")),
    compute=lambda city, params, context: pytest.fail("a report computes nothing"),
    cost=lambda city, params, context: pytest.fail("a report computes nothing"),
    caveats=(Text("方案比选测算，不替代工可客流预测", "for comparing proposals only"),),
)


def hand_city(side: int = 3, *, points: bool = False, descriptors: bool = True) -> City:
    """A square of `side` × `side` zones near 40° N, a river, two roads, one bus line."""
    step, west, south = 0.01, 116.3, 39.9
    cells = [(r, c) for r in range(side) for c in range(side)]
    boxes = [
        shapely.box(
            west + c * step, south + r * step, west + (c + 1) * step, south + (r + 1) * step
        )
        for r, c in cells
    ]
    shapes = [b.centroid for b in boxes] if points else boxes
    width = side * step
    line = shapely.LineString([(west, south + width / 2), (west + width, south + width / 2)])
    lane = shapely.LineString([(west, south), (west + step, south + step)])
    tables: dict[str, pd.DataFrame] = {
        "zones": _geo({"id": zone_ids(side), "name": [f"{r}<{c}>区" for r, c in cells]}, shapes),
        "streets": _geo({"id": ["1", "2"], "highway": ["primary", "service"]}, [line, lane]),
        "ground": _geo(
            {"id": ["w", "b"], "kind": ["water", "boundary"], "name": [None, None]},
            [line.buffer(step / 8), shapely.box(west, south, west + width, south + width)],
        ),
        "places": _geo(
            {"id": ["p0"], "kind": ["shop"], "name": ["店"], "count": [1.0]}, [boxes[0].centroid]
        ),
        "routes": pd.DataFrame({"id": ["r1"], "mode": [3]}),
        "trips": pd.DataFrame({"id": ["t1"], "route": ["r1"], "service": ["s"], "shape": [None]}),
        "stops": _geo(
            {"id": ["a", "b"], "name": ["甲", "乙"]}, [boxes[0].centroid, boxes[-1].centroid]
        ),
        "stop_times": pd.DataFrame({"trip": ["t1", "t1"], "sequence": [1, 2], "stop": ["a", "b"]}),
    }
    osm = Descriptor.read({"title": {"zh": "开放街图", "en": "OSM"}, "licence": "ODbL-1.0", "date": "2024",
                           "owner": "OpenStreetMap contributors"}, {"x.pbf": "ab" * 32})  # fmt: skip
    return City(
        "hand",
        Text("手绘城", "Handtown"),
        tables,
        descriptors={"streets": osm, "zones": Descriptor.read({})} if descriptors else {},
    )


def zone_ids(side: int) -> list[str]:
    return [f"z{r}{c}" for r, c in itertools.product(range(side), range(side))]


def hand_finding(
    values: Mapping[str, Any], people: Any, *, metrics: Sequence[Metric] = (MINUTES,),
    groups: tuple[Group, ...] = (TOTAL_GROUP,), warnings: tuple[Problem, ...] = (),
) -> Finding:  # fmt: skip
    """A finding whose draws are the given numbers ± 2 %; `values[metric]` and `people`: (places, groups)."""
    counts = np.atleast_2d(np.asarray(people, dtype=float))
    noise = 1 + np.linspace(-0.02, 0.02, DRAWS)[:, None, None]
    side = round(len(counts) ** 0.5)
    return Finding(
        application="by_hand",
        dimension=groups[0].dimension,
        groups=groups,
        metrics=tuple(metrics),
        places=tuple(zone_ids(side)),
        people=counts[None] * noise,
        values={m.id: np.asarray(values[m.id], dtype=float)[None] * noise for m in metrics},
        sources=("assumption", "sampling"),
        spread={},
        at_edge=("z00",),
        warnings=warnings,
        notes=(Text("说明一", "note one"),),
    )


def hand_run(
    before: Finding, after: Sequence[tuple[Scenario, Finding]] = (), *, city: City | None = None
) -> Run:
    """A run with findings as given; scenarios are applied to the city so that maps show them."""
    base = city or hand_city()
    states = tuple(State(s, s.apply(base), f) for s, f in after)
    found = Comparison(APPLICATION, AskedParams(), State(TODAY, base, before), states)
    body = {
        "application": "by_hand", "seed": 1, "draws": DRAWS, "code": "0.1.0+abc", "result": found.result_hash,
        "environment": {"python": "3.11"}, "city": {"name": base.name, "hash": base.hash},
    }  # fmt: skip
    return Run("0123456789ab", "2026-06-01T08:30:00.000000+00:00", Head(7, "c" * 64), body, found)


def clinic_scenario(name: str = "clinic", **assumptions: float) -> Scenario:
    return parse_scenario(
        {
            "name": name,
            "title": {"zh": "新增诊所", "en": "New clinic"},
            "modifications": [
                {"type": "add_facility", "id": f"new_{name}", "kind": "clinic", "name": "新诊所", "lon": 116.315,
                 "lat": 39.915},
                {"type": "close_street", "streets": ["1"]},
            ],
            "assumptions": assumptions,
        }
    )  # fmt: skip


def clinic_run(**more: Any) -> Run:
    """Nine zones: gains in the first, a loss, one without people, one never reached, the rest as before."""
    people = np.array([100, 200, 300, 0, 50, 60, 70, 80, 90.0])[:, None]
    old = np.array([30, 20, 10, 15, np.inf, 12, 14, 16, np.nan])[:, None]
    new = old + np.array([-20, -6, 5, 0, 0, 0, 0, 0, 0.0])[:, None]
    return hand_run(
        hand_finding({MINUTES.id: old}, people),
        [(clinic_scenario(**more), hand_finding({MINUTES.id: new}, people))],
    )


def grouped_run() -> Run:
    """Shares of two kinds within three limits, by age."""
    people = np.column_stack([np.full(9, 300.0), np.full(9, 100.0)])
    ramp = np.linspace(0, 90, 9)[:, None] * np.array([1.0, 0.8])
    low = {m.id: ramp * (0.5 + k / 10) for k, m in enumerate(SHARES)}
    high = {k: v + 5 for k, v in low.items()}
    return hand_run(
        hand_finding(low, people, metrics=SHARES, groups=GROUPS),
        [(clinic_scenario(), hand_finding(high, people, metrics=SHARES, groups=GROUPS))],
    )


def _geo(columns: Mapping[str, Any], shapes: Sequence[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(dict(columns), geometry=list(shapes), crs=WGS84)
