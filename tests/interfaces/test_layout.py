"""Tables for a terminal: no line too long, no number cut, Chinese aligned."""

import pytest
from rich.cells import cell_len

from chengce.core.estimate import Estimate
from chengce.interfaces.layout import number_table, one_line, value_above, wrap
from chengce.interfaces.tables import row_names

ROWS = [
    ("到全市 25% 岗位的门到门时间（分钟）", [("1,234,567", "1,111,111 至 1,333,333")] * 5),
    ("30 分钟内可达的岗位（个岗位）", [("0",)] * 5),
]


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_table_fits_and_keeps_numbers(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    text = number_table("方案", ["指标", "对照", "方案", "变化", "受益人口", "受损人口"], ROWS)
    lines = text.splitlines()
    assert max(cell_len(line) for line in lines) <= columns
    assert text.count("1,234,567") == 5
    assert text.count("1,333,333") == 5
    assert "…" not in text
    if columns < 100:  # seven figures five times: a list
        assert "  受损人口  0" in lines
        return
    ends = {cell_len(line[: line.rindex("1,234,567")]) for line in lines if "1,234,567" in line}
    rule = next(line for line in lines if line.startswith("──"))
    assert ends == {cell_len(rule) - len("1,234,567") - 1}


def test_wrap_breaks_between_chinese_characters_and_keeps_brackets_with_words() -> None:
    assert wrap("到最近的医院的门到门时间（分钟）", 24) == ["到最近的医院的门到门时间", "（分钟）"]
    assert wrap("jobs within 30 min (jobs)", 12) == ["jobs within", "30 min", "(jobs)"]
    assert wrap("", 10) == [""]
    assert all(
        cell_len(line) <= 20 for line in wrap("步行 N 分钟可达的人口比例（%），按人平均", 20)
    )


def test_an_interval_is_shown_unless_the_number_does_not_vary() -> None:
    varies = Estimate(2.0, "min", "interval", 1.0, 3.0, ("assumption",), 200)
    assert one_line(varies, "zh") == "2（1 至 3）"
    assert one_line(varies, "en", signed=True) == "+2 (+1 to +3)"
    assert value_above(varies, "en") == ("2", "1 to 3")
    assert value_above(Estimate(0.0, "min", "interval", 0.0, 0.0, (), 200), "en") == ("0",)
    unknown = float("nan")
    assert one_line(Estimate(unknown, "min", "interval", unknown, unknown), "zh") == "—"


def test_row_names_are_what_differs() -> None:
    titles = ["药店：步行 N 分钟可达的人口比例", "银行网点：步行 N 分钟可达的人口比例"]
    assert row_names(titles) == (["药店", "银行网点"], "步行 N 分钟可达的人口比例")
    assert row_names(["school within N min", "hospital within N min"]) == (
        ["school", "hospital"],
        "within N min",
    )
    assert row_names(["school", "hospital"])[0] == ["school", "hospital"]
