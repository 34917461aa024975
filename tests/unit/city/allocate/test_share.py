"""Share totals out to zones: hand arithmetic, conservation, and one full answer to what is wrong."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from chengce.city.allocate.share import Shared, share_out
from chengce.city.allocate.spec import TotalsSpec
from chengce.city.allocate.totals import Totals
from chengce.core.errors import Problem

Row = tuple[str, float, int, float | None]  # id, longitude, zone row north, dwellings


def boxes(names: Sequence[str], *, width: float = 1.0) -> gpd.GeoDataFrame:
    """Return squares side by side from longitude 0, ids `0`, `1`, … and the names."""
    shapes = [shapely.box(i * width, 0, (i + 1) * width, 1) for i in range(len(names))]
    ids = [str(i) for i in range(len(names))]
    return gpd.GeoDataFrame({"id": ids, "name": list(names)}, geometry=shapes, crs="EPSG:4326")


def homes(rows: Sequence[tuple[str, float, float | None]], **more: object) -> gpd.GeoDataFrame:
    """Return residential points: id, longitude, dwellings."""
    data = {"id": [r[0] for r in rows], "use": "residential", "dwellings": [r[2] for r in rows]}
    points = gpd.points_from_xy([r[1] for r in rows], [0.5] * len(rows))
    return gpd.GeoDataFrame({**data, **more}, geometry=points, crs="EPSG:4326")


def totals(rows: dict[str, dict[str, float]], file: str = "t.csv", **options: object) -> Totals:
    """Return totals by area name and `dimension/group`."""
    given = {
        "path": file, "area": "a", "counts": {"total": "n"}, "base": "resident",
        "date": "2020-11-01", "weight": ["dwellings"], **options,
    }  # fmt: skip
    spec = TotalsSpec.model_validate(given)
    frame = pd.DataFrame(
        [(a, "total", g, n, spec.base, spec.date) for a, by in rows.items() for g, n in by.items()],
        columns=["area", "dimension", "group", "count", "base", "date"],
    )
    return Totals(file, spec, frame)


def shared(read: Sequence[Totals], **tables: gpd.GeoDataFrame) -> tuple[Shared, list[Problem]]:
    """Share out what must succeed."""
    found, problems = share_out(read, dict(tables))
    assert found is not None, [p.line("zh") for p in problems]
    return found, problems


def wrong(read: Sequence[Totals], **tables: pd.DataFrame) -> dict[str, Problem]:
    """Return the errors of what must fail, by code; all are said in both languages."""
    found, problems = share_out(read, dict(tables))
    assert found is None
    errors = {p.code: p for p in problems if p.severity == "error"}
    for p in errors.values():
        assert any("\u4e00" <= c <= "\u9fff" for c in p.message.zh)
        assert p.remedy.zh
        assert p.remedy.en
    return errors


AREAS = boxes(["东街街道", "西街街道"])
ZONES = boxes(["p", "q", "r", "s"], width=0.5)
HOMES = homes([("a", 0.1, 30.0), ("b", 0.2, 30.0), ("c", 0.7, 10.0), ("d", 1.2, 5.0), ("e", 1.7, 15.0)])  # fmt: skip
TOTAL = {"东街街道": {"total/total": 100.0}, "西街街道": {"total/total": 41.0}}


def test_people_go_where_the_dwellings_are() -> None:
    found, _ = shared([totals(TOTAL)], areas=AREAS, zones=ZONES, buildings=HOMES)
    counts = found.people.set_index("zone")["count"].to_dict()
    # 100 · 60/70 = 85.7, 100 · 10/70 = 14.3; 41 · 5/20 = 10.25, 41 · 15/20 = 30.75
    assert counts == {"0": 86.0, "1": 14.0, "2": 10.0, "3": 31.0}
    first = found.allocation.set_index("zone").loc["0"]
    assert (first["weight"], first["buildings"], first["concentration"]) == (60.0, 2, 0.5)
    assert set(found.people["base"]) == {"resident"}


def test_without_zones_every_home_becomes_one() -> None:
    found, _ = shared([totals(TOTAL)], areas=AREAS, buildings=HOMES)
    assert found.zones is not None
    assert found.zones["id"].tolist() == ["a", "b", "c", "d", "e"]
    assert found.people["count"].tolist() == [43.0, 43.0, 14.0, 10.0, 31.0]


def test_groups_and_zones_both_add_up() -> None:
    rows = {a: {"total/total": n, "age/young": n // 3, "age/old": n - n // 3}
            for a, n in (("东街街道", 100.0), ("西街街道", 41.0))}  # fmt: skip
    found, _ = shared([totals(rows)], areas=AREAS, zones=ZONES, buildings=HOMES)
    wide = found.people.pivot_table(
        index="zone", columns="dimension", values="count", aggfunc="sum"
    )
    assert (wide["age"] == wide["total"]).all()
    assert found.people.groupby("group")["count"].sum().to_dict() == {"old": 95, "total": 141, "young": 46}  # fmt: skip


def test_a_dimension_alone_gives_the_total() -> None:
    rows = {"东街街道": {"age/young": 60.0, "age/old": 40.0}}
    found, _ = shared([totals(rows)], areas=AREAS, zones=ZONES, buildings=HOMES)
    people = found.people[found.people["dimension"] == "total"]
    assert people["count"].sum() == 100


def test_the_first_complete_weight_is_taken_by_area() -> None:
    some = homes([("a", 0.1, None), ("c", 0.7, 10.0), ("d", 1.2, 5.0)], floor_area_m2=[100.0, 300.0, None])  # fmt: skip
    read = [totals(TOTAL, weight=["dwellings", "floor_area"])]
    found, _ = shared(read, areas=AREAS, zones=ZONES, buildings=some)
    by = found.allocation.groupby("area")["by"].first().to_dict()
    assert by == {"0": "floor_area", "1": "dwellings"}
    assert found.allocation.set_index("zone")["people"].to_dict() == {"0": 25, "1": 75, "2": 41}


def test_footprint_times_storeys_weighs_polygons() -> None:
    shapes = [shapely.box(0.1, 0.5, 0.101, 0.501), shapely.box(0.6, 0.5, 0.602, 0.501)]
    built = gpd.GeoDataFrame({"id": ["a", "b"], "use": "residential", "storeys": [6.0, 3.0]},
                             geometry=shapes, crs="EPSG:4326")  # fmt: skip
    read = [totals({"东街街道": {"total/total": 1000.0}}, weight=["footprint_storeys"])]
    found, _ = shared(read, areas=AREAS, zones=ZONES, buildings=built)
    assert found.people["count"].tolist() == [500.0, 500.0]


def test_nobody_is_lost_where_homes_lie_outside_the_zones() -> None:
    few = ZONES[ZONES["id"] != "1"]
    found, problems = shared([totals(TOTAL)], areas=AREAS, zones=few, buildings=HOMES)
    assert found.people["count"].sum() == 127
    assert found.allocation["people"].sum() == 141
    lost = found.allocation[found.allocation["zone"].isna()]
    assert lost["people"].tolist() == [14.0]
    said = next(p for p in problems if p.code == "homes_outside_zones")
    assert "14" in said.message.zh
    assert "14" in said.message.en


def test_an_area_without_homes_is_an_error_or_listed() -> None:
    east = HOMES[HOMES["id"] < "d"]
    error = wrong([totals(TOTAL)], areas=AREAS, zones=ZONES, buildings=east)["area_without_homes"]
    assert "41" in error.message.zh
    read = [totals(TOTAL, unallocated="list")]
    found, problems = shared(read, areas=AREAS, zones=ZONES, buildings=east)
    assert found.people["count"].sum() == 100
    assert found.allocation["people"].sum() == 141
    assert [p.severity for p in problems if p.code == "area_without_homes"] == ["warning"]


def test_homes_without_weight_are_an_error_or_left_out_and_listed() -> None:
    some = homes([("a", 0.1, None), ("c", 0.7, 10.0), ("d", 1.2, 5.0)])
    error = wrong([totals(TOTAL)], areas=AREAS, zones=ZONES, buildings=some)["weight_missing"]
    assert "a" in error.message.en
    read = [totals(TOTAL, missing_weight="exclude")]
    found, problems = shared(read, areas=AREAS, zones=ZONES, buildings=some)
    assert found.allocation.set_index("zone")["people"].to_dict() == {"1": 100, "2": 41}
    assert any(p.code == "homes_without_weight" for p in problems)


def test_what_gets_nobody_is_listed() -> None:
    more = pd.concat([HOMES, homes([("f", 5.0, 9.0)])], ignore_index=True)
    one = totals({"东街街道": TOTAL["东街街道"]})
    _, problems = shared([one], areas=AREAS, zones=ZONES, buildings=more)
    codes = {p.code for p in problems if p.severity == "warning"}
    assert codes == {"homes_outside_areas", "areas_without_total"}


def test_names_may_differ_in_spelling_only() -> None:
    rows = {"东街": TOTAL["东街街道"], "西街街道办事处": TOTAL["西街街道"]}
    found, problems = shared([totals(rows)], areas=AREAS, zones=ZONES, buildings=HOMES)
    assert found.people["count"].sum() == 141
    assert [p.severity for p in problems if p.code == "area_names_matched"] == ["info"]
    error = wrong([totals({"东衔街道": {"total/total": 1.0}})], areas=AREAS, zones=ZONES, buildings=HOMES)  # fmt: skip
    assert "东街街道" in error["area_unknown"].remedy.zh
    alias = totals({"老城": TOTAL["东街街道"]}, aliases={"老城": "东街街道"})
    shared([alias], areas=AREAS, zones=ZONES, buildings=HOMES)


def test_areas_may_be_named_by_the_buildings() -> None:
    named = HOMES.assign(area=["甲", "甲", "乙", "乙", "乙"])
    rows = {"甲": {"total/total": 10.0}, "乙": {"total/total": 30.0}}
    found, _ = shared([totals(rows)], zones=ZONES, buildings=named)
    assert found.people.set_index("zone")["count"].to_dict() == {"0": 10, "1": 10, "2": 5, "3": 15}


@pytest.mark.parametrize(
    ("rows", "code", "shown"),
    [
        ({"东街街道": {"total/total": 100.0, "age/y": 30.0, "age/o": 60.0}}, "groups_do_not_add_up", "90"),
        ({"东街街道": {"total/total": 10.5}}, "total_not_whole", "10.5"),
        ({"东街街道": {"total/total": 1.0}, "东街": {"total/total": 2.0}}, "area_twice", "东街"),
    ],
)  # fmt: skip
def test_wrong_totals_are_named(rows: dict[str, dict[str, float]], code: str, shown: str) -> None:
    error = wrong([totals(rows)], areas=AREAS, zones=ZONES, buildings=HOMES)[code]
    assert shown in error.message.zh
    assert shown in error.message.en


def test_two_files_may_not_mix_bases_or_repeat_an_area() -> None:
    one, two = totals(TOTAL), totals(TOTAL, "户籍.csv", base="registered", date="2023")
    errors = wrong([one, two], areas=AREAS, zones=ZONES, buildings=HOMES)
    mixed = errors["population_bases_mixed"]
    for part in ("常住人口：t.csv（2 行）", "户籍人口：户籍.csv（2 行）"):
        assert part in mixed.message.zh
    assert "registered population: 户籍.csv (2 rows)" in mixed.message.en
    assert "area_twice" in errors
    people = pd.DataFrame({"zone": ["0"], "dimension": "x", "group": "y", "count": 1.0, "base": "service"})  # fmt: skip
    errors = wrong([one], areas=AREAS, zones=ZONES, buildings=HOMES, people=people)
    assert "服务人口：people（1 行）" in errors["population_bases_mixed"].message.zh


def test_one_area_is_shared_out_in_one_way() -> None:
    ages = {"东街街道": {"age/y": 100.0}}
    read = [totals(TOTAL), totals(ages, "ages.csv", weight=["floor_area"])]
    assert "totals_shared_differently" in wrong(read, areas=AREAS, zones=ZONES, buildings=HOMES)


def test_what_is_missing_or_cannot_be_is_said() -> None:
    shops = HOMES.assign(use="other")
    read = [totals(TOTAL)]
    assert "area_without_homes" in wrong(read, areas=AREAS, zones=ZONES, buildings=shops)
    assert "buildings_missing" in wrong(read, areas=AREAS, zones=ZONES)
    assert "areas_missing" in wrong(read, zones=ZONES, buildings=HOMES)
    zero = HOMES.assign(dwellings=0.0)
    assert "weight_zero" in wrong(read, areas=AREAS, zones=ZONES, buildings=zero)
    points = ZONES.set_geometry(ZONES.representative_point())
    assert "zones_are_points" in wrong(read, areas=AREAS, zones=points, buildings=HOMES)
    again = AREAS.assign(id=["8", "9"], name=["甲", "乙"])
    twice = gpd.GeoDataFrame(pd.concat([AREAS, again], ignore_index=True), crs="EPSG:4326")
    assert "areas_overlap" in wrong(read, areas=twice, zones=ZONES, buildings=HOMES)
