"""Reconcile sources of places: names by hand, conservation by any sources, clear cases only."""

import csv
import io
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from chengce.city.layers import WGS84
from chengce.city.places.match import Rule, match
from chengce.city.places.merge import merge, moved
from chengce.city.places.names import alike, facility_name
from chengce.city.places.reconcile import reconcile
from chengce.city.places.spec import PlacesSpec
from chengce.core.errors import ChengceError

DEGREE_M = 111_195.0


def places(
    *rows: tuple[str, str, float], kind: str = "hospital", **more: list[object]
) -> gpd.GeoDataFrame:
    """Return places from (id, name, metres north of the equator)."""
    frame = pd.DataFrame([{"id": i, "kind": kind, "name": n, "count": 1.0} for i, n, _ in rows])
    frame = frame.assign(**more)
    points = [shapely.Point(10.0, north / DEGREE_M) for *_, north in rows]
    return gpd.GeoDataFrame(frame, geometry=points, crs=WGS84)


def test_names_are_compared_without_form_width_and_brackets() -> None:
    assert facility_name("北京兆如养老服务有限公司（东城区）").core == "北京兆如养老服务"
    assert facility_name("北京朝阳医院（西院）") == facility_name("北京朝阳医院 西院")
    assert facility_name("北京朝阳医院西院").branch == "西院"
    main, west, east = (facility_name(f"北京朝阳医院{b}") for b in ("", "西院", "东院"))
    assert alike(west, west) == 1.0
    assert alike(west, east) == 0.0
    assert alike(main, west) == 0.5
    assert alike(facility_name("ＡＢＣ药店"), facility_name("abc药店")) == 1.0
    assert alike(facility_name(""), facility_name("")) == 0.0


def found(
    left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, **rule: object
) -> list[tuple[object, ...]]:
    made = Rule(100.0, 0.85, **rule)  # type: ignore[arg-type]
    return [(f.left, f.right, f.rule, f.state) for f in match(left, right, made)]


def test_same_name_within_the_distance_and_of_the_same_kind() -> None:
    one = places(("a", "人民医院", 0))
    assert found(one, places(("b", "人民 医院", 99))) == [(0, 0, "name", "same")]
    assert found(one, places(("b", "人民医院", 101))) == []
    assert found(one, places(("b", "人民医院", 0), kind="clinic")) == []
    assert found(one, places(("b", "人民医院东院", 0))) == [(0, 0, "similar", "near")]
    assert found(one, places(("b", "中医院", 0)), different=frozenset({("b", "a")})) == []


def test_two_that_fit_are_asked_about_not_taken() -> None:
    twins = places(("b", "人民医院", 10), ("c", "人民医院", 20))
    assert [s for *_, s in found(places(("a", "人民医院", 0)), twins)] == ["ambiguous"] * 2
    decided = found(places(("a", "人民医院", 0)), twins, same=frozenset({("b", "a")}))
    assert decided == [(0, 0, "confirmed", "same")]


def test_a_code_counts_more_than_a_name_and_far_apart_it_is_asked() -> None:
    one = places(("a", "市一院", 0), code=["X1"])
    assert found(one, places(("b", "第一人民医院", 50), code=["X1"])) == [(0, 0, "code", "same")]
    assert found(one, places(("b", "第一人民医院", 5000), code=["X1"])) == [(0, 0, "code", "near")]
    other = places(("b", "市一院", 5), code=["X2"])
    assert found(one, other) == [(0, 0, "similar", "near")]  # two codes: not one by name


def test_each_attribute_comes_from_the_source_trusted_for_it(tmp_path: Path) -> None:
    gov = places(("g", "人民医院", 0), capacity=[500.0], capacity_unit=["beds"], hours=[None])
    osm = places(
        ("n1", "人民医院", 30), ("n2", "诊所", 900), capacity=[480.0, None], hours=["24/7", None]
    )
    spec = PlacesSpec(trust=["gov", "osm"], attributes={"position": ["osm"]})
    staff = pd.DataFrame({"place": ["n1", "g"], "role": ["doctor"] * 2, "count": [9.0, 12.0]})
    beside = {"place_staff": [("osm", staff[:1]), ("gov", staff[1:])]}
    done = reconcile({"osm": osm, "gov": gov}, spec, tmp_path, beside)
    table = done.tables["places"].set_index("id")
    assert sorted(table.index) == ["g", "n2"]
    assert table.loc["g", ["capacity", "capacity_unit", "hours"]].tolist() == [
        500.0,
        "beds",
        "24/7",
    ]
    assert table.geometry["g"].y * DEGREE_M == pytest.approx(30)
    assert done.tables["place_staff"].to_dict("list") == {
        "place": ["g"], "role": ["doctor"], "count": [12.0],
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(done.listed.decode("utf-8-sig"))))
    capacity = next(r for r in rows if r["属性 attribute"] == "capacity")
    assert (capacity["取自 taken from"], capacity["取值 value"], capacity["其他来源 others"]) == (
        "gov", "500", "osm: 480",
    )  # fmt: skip
    assert [p.code for p in done.problems] == ["places_matched"]


def test_confirmed_pairs_are_read_and_wrong_ones_reported(tmp_path: Path) -> None:
    one, two = places(("a", "人民医院", 0)), places(("b", "某某门诊", 900))
    spec = PlacesSpec(trust=["one", "two"], confirmed="pairs.csv")
    with pytest.raises(ChengceError, match="file_not_found"):
        reconcile({"one": one, "two": two}, spec, tmp_path, {})
    (tmp_path / "pairs.csv").write_text("a,b,same\na,b,是\n", "utf-8")
    assert len(reconcile({"one": one, "two": two}, spec, tmp_path, {}).tables["places"]) == 1
    (tmp_path / "pairs.csv").write_text("a,b,same\na,b,也许\n", "utf-8")
    with pytest.raises(ChengceError, match="places_confirmed_wrong"):
        reconcile({"one": one, "two": two}, spec, tmp_path, {})
    wrong = PlacesSpec(trust=["three"])
    with pytest.raises(ChengceError, match="places_source_unknown"):
        reconcile({"one": one}, wrong, tmp_path, {})


@st.composite
def sources(draw: st.DrawFn) -> dict[str, gpd.GeoDataFrame]:
    row = st.tuples(
        st.sampled_from(["人民医院", "人民医院东院", "中医院", ""]),
        st.sampled_from([0, 40, 90, 400]),
    )
    out = {}
    for name in "xyz":
        rows = draw(st.lists(row, max_size=5))
        if rows:
            out[name] = places(*((f"{name}{i}", n, float(m)) for i, (n, m) in enumerate(rows)))
    return out


@settings(max_examples=60, deadline=None)
@given(sources(), st.permutations("xyz"))
def test_nothing_is_lost_whatever_the_sources(
    given_: dict[str, gpd.GeoDataFrame], order: list[str]
) -> None:
    if not given_:
        return
    spec = PlacesSpec(trust=list(order))
    merged = merge(given_, spec, Rule(100.0, 0.85))
    members = [(r.source, r.row) for rows in merged.members for r in rows]
    assert sorted(members) == sorted((s, i) for s, f in given_.items() for i in range(len(f)))
    for rows in merged.members:  # one source never has the same place twice
        assert len({r.source for r in rows}) == len(rows)
    all_ids = {i for f in given_.values() for i in f["id"]}
    assert set(merged.frame["id"]) | set(moved(merged, given_)) == all_ids
    assert merged.frame["id"].is_unique
    for rows, got in zip(merged.members, merged.frame.itertuples(), strict=True):
        assert got.kind == "hospital"
        assert got.id == f"{rows[0].source}{rows[0].row}"
