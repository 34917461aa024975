"""Check the words every room shares: texts, problems, units, provenance, parameters."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from chengce.core.application import Application, Example, Params, application
from chengce.core.context import Context
from chengce.core.cost import Cost
from chengce.core.errors import Cancelled, ChengceError, Problem, raise_if_any
from chengce.core.estimate import percentiles
from chengce.core.provenance import canonical, content_hash, file_hash, sha256
from chengce.core.text import Text, text_of
from chengce.core.units import UNITS, number, unit_name


def test_a_text_fills_each_language_with_its_own_words() -> None:
    said = Text("到{what}需 {n} 分钟", "{n} min to {what}").format(
        what=Text("医院", "a hospital"), n=5
    )
    assert (said.zh, said.en) == ("到医院需 5 分钟", "5 min to a hospital")
    assert said.get("zh") == said.zh
    assert text_of(said.as_dict()) == said
    # braces in a value are text, not fields
    assert Text("{x}", "{x}").format(x="{y}").en == "{y}"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [("a", "a", "a"), ({"zh": "甲"}, "甲", "甲"), ({"en": "a"}, "a", "a"), ({}, "", "")],
)
def test_one_language_serves_both(value: str | Mapping[str, str], zh: str, en: str) -> None:
    assert text_of(value) == Text(zh, en)


def test_a_problem_says_where_and_what_to_do() -> None:
    found = Problem("code", Text("空值", "empty"), Text("补填", "fill it in"), "people", 7, "count")
    assert found.line("en") == "people, row 7, column count: empty → fill it in [code]"
    assert found.line("zh") == "people，第 7 行，列 count：空值 → 补填 [code]"
    assert Problem("code", Text("空", "empty")).line("en") == "empty [code]"
    assert found.as_dict()["row"] == 7


def test_problems_travel_together_and_between_processes() -> None:
    problems = [Problem(c, Text(c, c)) for c in "ab"]
    error = ChengceError(problems)
    assert str(error).count("\n") == 1
    again = pickle.loads(pickle.dumps(error))
    assert again.problems == error.problems
    assert pickle.loads(pickle.dumps(Cancelled())).problems[0].code == "cancelled"


def test_warnings_alone_stop_nothing_and_errors_come_without_them() -> None:
    warning = Problem("w", Text("w", "w"), severity="warning")
    raise_if_any([warning])
    with pytest.raises(ChengceError) as caught:
        raise_if_any([warning, Problem("e", Text("e", "e"))])
    assert [p.code for p in caught.value.problems] == ["e"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(99.97, "100"), (9.996, "10.0"), (0.999, "1.00"), (0.5, "0.50"), (0.05, "0.05"), (0.0123, "0.012"),
     (0.004, "0.004"), (0.0004, "0"), (100.0, "100"), (1e9, "1,000,000,000"), (-0.5, "−0.50")],
)  # fmt: skip
def test_small_numbers_keep_their_digits(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_signed_number_shows_its_sign_but_zero_has_none() -> None:
    assert [number(v, signed=True) for v in (2.5, -2.5, 0.0)] == ["+2.50", "−2.50", "0"]


def test_every_unit_has_both_languages_and_unknown_ones_stay() -> None:
    assert all(bool(u.zh) == bool(u.en) for u in UNITS.values())
    assert unit_name("furlong", "zh") == "furlong"


def test_minus_infinity_is_not_mixed_with_numbers() -> None:
    import numpy as np

    draws = np.full((10, 1), 3.0)
    draws[0] = -np.inf
    low, middle, high = percentiles(draws)[:, 0]
    assert (low, middle, high) == (-np.inf, 3.0, 3.0)


def test_percentiles_at_a_whole_rank_do_not_touch_the_next() -> None:
    import numpy as np

    for last in range(20, 400, 20):  # ranks 5 % and 95 % of `last` are whole
        draws = np.zeros((last + 1, 2))
        draws[-(last // 20) :, 0] = np.inf
        draws[last // 20 + 1 :, 1] = np.inf
        low, _, high = percentiles(draws)
        assert (high[0], low[1]) == (0.0, 0.0), last


def test_content_is_named_the_same_whatever_its_order(tmp_path: Path) -> None:
    assert canonical({"b": 1, "a": [1.5, "城"]}) == '{"a":[1.5,"城"],"b":1}'
    assert content_hash({"b": 1, "a": 2}) == content_hash({"a": 2, "b": 1})
    assert content_hash({"a": 2}) != content_hash({"a": "2"})
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))
    (tmp_path / "f").write_bytes(b"abc")
    assert file_hash(tmp_path / "f") == sha256(b"abc") == sha256("abc")


def test_costs_add_up() -> None:
    total = Cost(2.0, 10.0) + Cost(1.0, 5.0).times(3)
    assert (total.seconds, total.bytes) == (5.0, 25.0)
    assert "5 s" in total.show("en")
    assert "5 秒" in total.show("zh")
    assert "不到 1 秒" in Cost(0.2, 1).show("zh")


def test_a_run_that_is_cancelled_stops_at_the_next_step() -> None:
    with pytest.raises(Cancelled):
        Context(cancelled=lambda: True).step(Text("", ""), 0, 1)


class _Params(Params):
    reach_m: float = Field(100.0, gt=0, description="Reach, m / 距离（米）")
    kinds: tuple[str, ...] = Field((), description="Kinds / 类别")


def _app() -> Application:
    @application(
        title=Text("应用", "app"), question=Text("？", "?"), needs=(), params=_Params,
        example=Example(lambda: None, {}, {}, Text("", "")), cost=lambda c, p, x: Cost(0, 0),
    )  # fmt: skip
    def coverage(city: Any, params: Any, context: Context) -> Any:
        return params

    return coverage


def test_every_mistake_in_parameters_is_reported_with_names_that_exist() -> None:
    app = _app()
    with pytest.raises(ChengceError) as caught:
        app.parse({"reach_m": -1, "reech_m": 5, "kinds": 3})
    problems = {p.column: p for p in caught.value.problems}
    assert set(problems) == {"reach_m", "reech_m", "kinds"}
    assert "reach_m" in problems["reech_m"].remedy.en
    assert "0" in problems["reach_m"].message.zh
    assert "距离" in problems["reach_m"].remedy.zh
    for p in problems.values():  # no English sentence in the Chinese message
        assert "Input should" not in p.message.zh


def test_an_application_is_named_after_its_function_and_frozen() -> None:
    app = _app()
    assert app.name == "coverage"
    params = app.parse({"kinds": ["a"]})
    assert app.run(None, params, Context()).kinds == ("a",)
    with pytest.raises(Exception, match="frozen"):
        params.reach_m = 3.0  # type: ignore[attr-defined]
