"""What pydantic finds wrong is said in both languages, with places a person counts and near names."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong, near_names, problems_of


class Period(BaseModel):
    model_config = ConfigDict(extra="forbid")
    start: str = Field(alias="from", description="Start, HH:MM / 开始时刻")
    minutes: float = Field(gt=0, le=60)


class Stop(BaseModel):
    lon: float


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: Literal["line"] = "line"
    mode: Literal["bus", "tram"] = "bus"
    stops: tuple[str | Stop, ...] = ()
    periods: tuple[Period, ...] = Field((), min_length=1)
    count: int = Field(1, description="How many / 数量")
    title: dict[str, str] | str = ""

    @field_validator("count")
    @classmethod
    def _even(cls, value: int) -> int:
        if value % 2:
            raise Wrong(Text("须为偶数", "must be even"))
        return value


class Close(BaseModel):
    type: Literal["close"] = "close"


Change = Annotated[Line | Close, Field(discriminator="type")]


def found(data: object) -> list[Problem]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Change).validate_python(data)
    return problems_of(caught.value, Change, code="change", file="a.yaml", at="changes[2]")


@pytest.mark.parametrize(
    ("data", "column", "code", "zh", "en", "remedy"),
    [
        (
            {"type": "line", "mod": 1},
            "mod",
            "extra_forbidden",
            "没有这个字段",
            "there is no such field",
            "mode",
        ),
        (
            {"type": "line", "mode": "buss"},
            "mode",
            "literal_error",
            "“buss”不在可选值之内",
            "none of",
            "bus",
        ),
        (
            {"type": "line", "count": "x"},
            "count",
            "int_parsing",
            "应为整数，现为“x”",
            "whole number",
            "数量",
        ),
        (
            {"type": "line", "count": 1.5},
            "count",
            "int_from_float",
            "应为整数，现为“1.5”",
            "whole number",
            "数量",
        ),
        ({"type": "line", "count": 3}, "count", "value_error", "须为偶数", "must be even", "数量"),
        (
            {"type": "line", "periods": []},
            "periods",
            "too_short",
            "至少要有 1 项，现有 0 项",
            "at least 1",
            "改正",
        ),
        (
            {"type": "line", "periods": [{"from": "7", "minutes": 0}]},
            "periods[1].minutes",
            "greater_than",
            "须大于 0，现为“0”",
            "must be more than 0",
            "改正",
        ),
        (
            {"type": "line", "periods": [{"from": "7", "minutes": 99}]},
            "periods[1].minutes",
            "less_than_equal",
            "不能大于 60",
            "at most 60",
            "改正",
        ),
        (
            {"type": "line", "periods": [{"minutes": 5}]},
            "periods[1].from",
            "missing",
            "缺少该字段",
            "missing",
            "开始时刻",
        ),
        ({"type": "line", "periods": 5}, "periods", "tuple_type", "应为列表", "a list", "改正"),
        (
            {"type": "line", "stops": [5]},
            "stops[1]",
            "string_type",
            "应为文本或键值表",
            "text or a mapping",
            "改正",
        ),
        (
            {"type": "line", "stops": ["a", {"lon": "x"}]},
            "stops[2].lon",
            "float_parsing",
            "应为数值",
            "a number",
            "改正",
        ),
        (
            {"type": "line", "title": 5},
            "title",
            "dict_type",
            "应为键值表或文本",
            "a mapping or text",
            "改正",
        ),
    ],
)
def test_one_mistake_is_one_problem(
    data: dict[str, object], column: str, code: str, zh: str, en: str, remedy: str
) -> None:
    full = {"periods": [{"from": "7", "minutes": 5}], "count": 2, **data}
    (problem,) = found(full)
    assert problem.code == f"change_{code}"
    assert problem.column == f"changes[2].{column}"
    assert zh in problem.message.zh
    assert en in problem.message.en
    assert remedy in problem.remedy.zh


def test_unknown_and_missing_types_name_those_there_are() -> None:
    (wrong,), (none,) = found({"type": "lines"}), found({"mode": "bus"})
    assert (wrong.code, wrong.column) == ("change_union_tag_invalid", "changes[2]")
    assert wrong.remedy == Text("是否想写 line", "did you mean line?")
    assert (none.code, none.remedy.zh) == ("change_union_tag_not_found", "可用：line、close")
    (scalar,) = found(3)
    assert scalar.message.zh.startswith("应为键值表")


def test_all_mistakes_are_told() -> None:
    problems = found(
        {"type": "line", "mode": 1, "count": "x", "periods": [{"from": "7", "minutes": -1}], "z": 0}
    )
    assert [p.column for p in problems] == [
        "changes[2].mode", "changes[2].periods[1].minutes", "changes[2].count", "changes[2].z",
    ]  # fmt: skip


def test_near_names() -> None:
    assert near_names("windwo", ("window", "start")).en == "did you mean window?"
    assert near_names("xyz", ("window", "start")).zh == "可用：window、start"


@pytest.mark.parametrize(
    ("problem", "zh", "en"),
    [
        (
            Problem("a", Text("甲", "b"), file="x.csv", row=3, column="人口"),
            "x.csv，第 3 行，列 人口：甲 [a]",
            "x.csv, row 3, column 人口: b [a]",
        ),
        (
            Problem("a", Text("甲", "b"), file="x.yaml", row=3, column="m[1].k"),
            "x.yaml，第 3 行，字段 m[1].k：甲 [a]",
            "x.yaml, row 3, field m[1].k: b [a]",
        ),
        (
            Problem("a", Text("甲", "b"), file="x.yaml", row=3, column="7"),
            "x.yaml，第 3 行，第 7 列：甲 [a]",
            "x.yaml, row 3, column 7: b [a]",
        ),
        (
            Problem("parameter_a", Text("甲", "b"), column="start"),
            "参数 start：甲 [parameter_a]",
            "parameter start: b [parameter_a]",
        ),
    ],
)
def test_a_problem_names_its_place_as_the_file_does(problem: Problem, zh: str, en: str) -> None:
    assert (problem.line("zh"), problem.line("en")) == (zh, en)
