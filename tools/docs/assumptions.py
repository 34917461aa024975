"""Write the table of assumptions: value, distribution, source, and whether the source was checked."""

from tools.docs.markdown import code, page, table

from chengce.city.assumptions import Assumption, default_assumptions
from chengce.core.text import Lang, Text
from chengce.core.units import unit_name

DISTRIBUTIONS = {
    "fixed": Text("固定", "fixed"),
    "uniform": Text("均匀", "uniform"),
    "triangular": Text("三角", "triangular"),
    "normal": Text("正态（界为 5%、95% 分位）", "normal (bounds: 5th, 95th percentile)"),
}
CHECKED = {
    "checked": Text("已核原文", "checked against the source"),
    "unverified": Text("未核原文", "not checked against the source"),
}
INTRO = Text(
    "假设与提问、方案分开。以下为随程序提供的默认值；城市的 `assumptions.toml` 与方案的 `assumptions:` 可按编号改写，"
    "只给一个数表示已知（固定）。标“未核原文”的，报告中同样标出，正式成果须先核实或以本地数据替换。",
    "Assumptions stand apart from what is asked and what is proposed. These defaults ship with the program; "
    "a city's `assumptions.toml` and a scenario's `assumptions:` override them by id, and a bare number "
    "means known (fixed). Those not checked against their source are marked so in every report: check them, "
    "or put local figures in their place, before anything official rests on them.",
)


def pages(lang: Lang) -> dict[str, str]:
    """Return the page of assumptions."""

    def t(zh: str, en: str) -> str:
        return Text(zh, en).get(lang)

    items = default_assumptions()
    head = (
        "id", t("含义", "meaning"), t("取值", "value"), t("分布", "distribution"),
        t("来源", "source"), t("核对情况", "verification"),
    )  # fmt: skip
    rows = [_row(items[name], lang) for name in items.ids]
    text = page(t("假设", "Assumptions"), INTRO.get(lang), table(head, rows), lang=lang)
    return {"reference/assumptions.md": text}


def _row(a: Assumption, lang: Lang) -> tuple[str, ...]:
    unit = unit_name(a.unit, lang)
    shape = DISTRIBUTIONS[a.distribution].get(lang)
    if a.distribution != "fixed":
        shape += f" {a.low:g}–{a.high:g}"
    return (
        code(a.id), a.title.get(lang), f"{a.value:g} {unit}".strip(), shape, a.source,
        CHECKED[a.verification].get(lang),
    )  # fmt: skip
