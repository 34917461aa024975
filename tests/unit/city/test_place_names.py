"""Names and codes of administrative divisions: one meaning, or asked back with the nearest names."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengce.city.admin_codes import admin_code, provinces
from chengce.city.match_zones import match_zones, zone_rows
from chengce.city.place_names import match_names

KNOWN = ["东城区", "西城区", "朝阳区", "海淀区", "密云区", "海淀街道", "亦庄镇", "酒仙桥街道", "南磨房地区",
         "大屯社区", "李家村", "Old Town"]  # fmt: skip
ZONES = pd.DataFrame(
    {"id": ["110101", "110102", "110105", "z9"], "name": ["东城区", "西城区", "朝阳区", None]}
)


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("海淀区", "海淀区"), ("朝阳", "朝阳区"), (" 西 城", "西城区"), ("北京市东城区", "东城区"),
        ("北京东城区", None), ("河北省廊坊市亦庄镇", "亦庄镇"), ("酒仙桥", "酒仙桥街道"),
        ("酒仙桥办事处", "酒仙桥街道"),
        ("酒仙桥街道办事处", "酒仙桥街道"), ("南磨房地区办事处", "南磨房地区"), ("大屯社区居委会", "大屯社区"),
        ("李家村村委会", "李家村"), ("ｏｌｄ　ｔｏｗｎ", "Old Town"), ("亦庄", "亦庄镇"),
    ],
)  # fmt: skip
def test_names_that_mean_the_same(given: str, known: str | None) -> None:
    found = match_names([given], KNOWN)
    assert found.exact == ({given: known} if known else {})


def test_what_looks_alike_is_listed_and_never_taken() -> None:
    found = match_names(["海殿", "海殿区", "密云县", "酒仙乔街道", "火星", "海淀", "海殿"], KNOWN)
    assert found.exact == {}
    assert {n: near[0][0] for n, near in found.near.items()} == {
        "海殿": "海淀区", "海殿区": "海淀区", "密云县": "密云区", "酒仙乔街道": "酒仙桥街道",
    }  # fmt: skip
    assert found.near["密云县"] == (("密云区", 1.0),)  # renamed in 2015: alike, yet another place
    assert found.ambiguous == {"海淀": ("海淀区", "海淀街道")}
    assert found.unknown == ("火星",)


def test_a_name_known_twice_is_ambiguous() -> None:
    assert match_names(["朝阳"], ["朝阳区", "朝阳区"]).ambiguous == {"朝阳": ("朝阳区", "朝阳区")}


@given(
    st.lists(st.text("东西南北城海淀朝阳区县镇 ａ", max_size=6), max_size=8),
    st.lists(st.sampled_from(KNOWN)),
)
def test_every_name_has_one_fate(given: list[str], known: list[str]) -> None:
    found = match_names(given, known)
    fates = [*found.exact, *found.near, *found.ambiguous, *found.unknown]
    assert sorted(fates) == sorted(set(given))
    assert set(found.exact.values()) <= set(known)


@pytest.mark.parametrize(
    ("value", "code", "level", "parents"),
    [
        ("110105", "110105", "county", ("110000", "110100")),
        (110105.0, "110105", "county", ("110000", "110100")),
        ("１１０１０５", "110105", "county", ("110000", "110100")),
        ("110105000000", "110105", "county", ("110000", "110100")),
        ("11", "110000", "province", ()),
        ("1101", "110100", "prefecture", ("110000",)),
        ("110105001", "110105001", "township", ("110000", "110100", "110105")),
        ("110105001000", "110105001", "township", ("110000", "110100", "110105")),
        ("110105001007", "110105001007", "community", ("110000", "110100", "110105", "110105001")),
        ("469001", "469001", "county", ("460000", "469000")),
    ],
)  # fmt: skip
def test_codes_in_any_form(value: object, code: str, level: str, parents: tuple[str, ...]) -> None:
    found = admin_code(value)
    assert found is not None
    assert (found.code, found.level, found.parents) == (code, level, parents)
    assert found.province in provinces().values()


@pytest.mark.parametrize("value", ["990105", "110005", "1101051", "abc", "", None, 1.5, "11010５x"])
def test_what_is_no_code(value: object) -> None:
    assert admin_code(value) is None


def test_there_are_34_provinces() -> None:
    assert len(provinces()) == 34
    assert provinces()["11"].zh == "北京市"
    assert provinces()["82"].en == "Macao"


def test_a_table_by_name_joins_and_says_how() -> None:
    values = pd.Series(["东城区", "西城", "西城", "北京市朝阳区", None], name="区")
    ids, problems = match_zones(values, "zones.name", ZONES, {}, "t.csv")
    assert ids[:4].tolist() == ["110101", "110102", "110102", "110105"]
    assert pd.isna(ids[4])
    (told,) = problems
    assert (told.code, told.severity, told.column) == ("names_matched", "info", "区")
    assert "西城→西城区（2）" in told.message.zh


def test_a_misspelt_name_is_an_error_until_confirmed() -> None:
    values = pd.Series(["东诚区", "月球", "朝杨"], name="区")
    ids, problems = match_zones(values, "zones.name", ZONES, {}, "t.csv")
    assert ids.tolist() == values.tolist()
    assert {p.code for p in problems} == {"name_misspelt", "name_unknown"}
    told = next(p for p in problems if "东诚区" in p.message.zh)
    assert 'aliases = { "东诚区" = "东城区" }' in told.remedy.zh
    confirmed = {"东诚区": "东城区", "月球": "朝阳区", "朝杨": "朝阳区"}
    ids, problems = match_zones(values, "zones.name", ZONES, confirmed, "t.csv")
    assert ids.tolist() == ["110101", "110105", "110105"]
    assert [p.severity for p in problems] == ["info"]
    bare = pd.DataFrame({"id": ["a"]})
    assert match_zones(values, "zones.name", bare, {}, "t")[1][0].code == "zones_without_names"


def test_a_table_by_code_joins_and_names_wrong_codes() -> None:
    values = pd.Series(["110105000000", "110101", "990101", "110108", None], name="code")
    ids, problems = match_zones(values, "zones.code", ZONES, {}, "t.csv")
    assert ids[:2].tolist() == ["110105", "110101"]
    assert [p.code for p in problems] == ["code_invalid", "code_unknown"]
    assert "990101" in problems[0].message.en
    assert "110108（北京市）" in problems[1].message.zh


def test_the_zone_a_row_names_by_id_name_or_code() -> None:
    within = pd.Series(["z9", "西城", "110105000000", "海淀", None])
    assert zone_rows(within, ZONES).tolist() == [3, 1, 2, -1, -1]
