"""Tabulate what stands behind a run: assumptions, what was asked, data, provenance."""

import datetime as dt
import re
from typing import Any

from chengce.city.allocate.about import how_shared
from chengce.city.assumptions import Assumption
from chengce.city.city import City
from chengce.city.datums.base import EXACT
from chengce.city.descriptor import UNDESCRIBED
from chengce.city.layers import LAYERS
from chengce.core.text import Lang, Text
from chengce.core.units import number, unit_name
from chengce.decisions.compare import Comparison
from chengce.decisions.record import Run
from chengce.decisions.report.rich import Piece, Rich
from chengce.decisions.report.tables import Cell, Table, capital, table

NOT_STATED = Text("未注明", "not stated")
KINDS = {
    "fixed": Text("固定值", "fixed"),
    "uniform": Text("均匀分布", "uniform"),
    "triangular": Text("三角分布", "triangular"),
    "normal": Text("正态分布（5%–95%）", "normal (5–95 %)"),
}
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def assumptions_table(comparison: Comparison, lang: Lang) -> Table:
    """Return every assumption; those a scenario overrides get a row of their own."""
    rows: list[list[Cell]] = []
    strong = []
    base = comparison.reference.city.assumptions
    for name in base.ids:
        rows.append(_assumption(base[name], "", lang))
        for state in comparison.states:
            if name in state.scenario.assumptions:
                strong.append(len(rows))
                mark = f"“{state.scenario.title.get(lang)}”" + Text("改动", " overrides").get(lang)
                rows.append(_assumption(state.city.assumptions[name], mark, lang))
    columns = [Text("编号", "Id"), Text("名称", "Title"), Text("取值", "Value"), Text("范围", "Range"),
               Text("分布", "Distribution"), Text("来源", "Source")]  # fmt: skip
    return table(
        Text("假设", "Assumptions").get(lang), [c.get(lang) for c in columns], rows,
        text=(0, 1, 4, 5), strong=strong,
    )  # fmt: skip


def _assumption(item: Assumption, mark: str, lang: Lang) -> list[Cell]:
    unit = unit_name(item.unit, lang)
    gap = " " if unit and lang == "en" and unit != "%" else ""
    span = (
        "—"
        if item.distribution == "fixed"
        else f"{number(item.low)} – {number(item.high)}{gap}{unit}"
    )
    source: Cell = item.source
    if item.verification == "unverified":
        word = Text("未核实", "unverified").get(lang)
        source = Rich.of(f"{item.source} ", (word, "flag"))
    title: Cell = capital(item.title.get(lang))
    if mark:
        title = Rich.of(title, " ", (mark, "flag"))
    value = f"{number(item.value)}{gap}{unit}"
    return [
        Rich.of((item.id, "code")),
        title,
        value,
        span,
        KINDS[item.distribution].get(lang),
        source,
    ]


def asked_table(comparison: Comparison, lang: Lang) -> Table:
    """Return every parameter with its value and description."""
    rows: list[list[Cell]] = []
    fields = type(comparison.params).model_fields
    for name, value in comparison.params.model_dump(mode="json").items():
        about = (fields[name].description or "").rsplit(" / ", 1)
        shown = about[-1] if lang == "zh" else about[0]
        rows.append([Rich.of((name, "code")), _value(value, lang), shown])
    columns = [Text("参数", "Parameter"), Text("取值", "Value"), Text("说明", "Meaning")]
    return table(
        Text("参数", "Parameters").get(lang), [c.get(lang) for c in columns], rows, text=(0, 1, 2)
    )


def _value(value: Any, lang: Lang) -> str:
    if value in ("", None, [], {}):
        return Text("未指定（取默认）", "not given (default)").get(lang)
    if isinstance(value, list):
        return ("、" if lang == "zh" else ", ").join(str(v) for v in value)
    return str(value)


def data_table(run: Run, lang: Lang) -> Table:
    """Return one row per layer of the city: source, date, age, licence, owner, file hashes."""
    city = run.comparison.reference.city
    day, _ = reference_day(run)
    rows: list[list[Cell]] = []
    for layer in LAYERS:
        if not city.has(layer.name):
            continue
        about = city.descriptors.get(layer.name, UNDESCRIBED)
        files = [Rich.of(f"{n} ", (h[:8], "code")) for n, h in about.files.items()]
        rows.append(
            [
                capital(layer.title.get(lang)),
                _source(city, layer.name, _stated(about.title.get(lang), lang), lang),
                _dates(about.date, lang),
                _age(about.date, day, lang),
                _stated(about.licence, lang),
                _stated(about.owner, lang),
                Rich.lines(files) if files else NOT_STATED.get(lang),
            ]
        )
    columns = [Text("图层", "Layer"), Text("来源", "Source"), Text("数据日期", "Date"), Text("距今", "Age"),
               Text("许可", "Licence"), Text("提供者", "Owner"), Text("文件与哈希", "Files and hashes")]  # fmt: skip
    return table(
        Text("数据", "Data").get(lang), [c.get(lang) for c in columns], rows, text=range(7)
    )


def reference_day(run: Run) -> tuple[dt.date, Text]:
    """Return the day against which data ages are counted: the service date asked, else the run's."""
    asked = run.comparison.params.model_dump(mode="json").get("date")
    if isinstance(asked, str) and _DATE.fullmatch(asked) and len(asked) == 10:
        return dt.date.fromisoformat(asked), Text("运营日期", "service date")
    return dt.date.fromisoformat(run.at[:10]), Text("测算日期", "date of the run")


def _age(date: str, day: dt.date, lang: Lang) -> str:
    """Return the age of each date in a text: years where only a year is known or over two, else months."""
    found = [_DATE.fullmatch(part.strip()) for part in date.split(";")]
    shown = [_since(match, day).get(lang) for match in found if match is not None]
    return "; ".join(dict.fromkeys(shown)) or "—"


def _since(match: re.Match[str], day: dt.date) -> Text:
    years = day.year - int(match[1])
    if match[2] is None and years == 0:
        return Text("同年", "same year")
    months = years * 12 + day.month - int(match[2] or day.month)
    size = abs(months)
    later = Text("（晚于该日期）", " later") if months < 0 else Text("", "")
    about = Text("约 ", "about ") if match[2] is None else Text("", "")
    if match[2] is None or size >= 24:
        count = round(size / 12)
        span = Text(f"{count} 年", f"{count} year{'' if count == 1 else 's'}")
    else:
        span = Text(f"{size} 个月", f"{size} month{'' if size == 1 else 's'}")
    return Text(about.zh + span.zh + later.zh, about.en + span.en + later.en)


def _source(city: City, layer: str, title: str, lang: Lang) -> str:
    """Return the source of a layer, and what was done to it.

    People shared out from totals say by what and of whom; coordinates that were not WGS-84 say in
    which system they were and how well they were brought there.
    """
    shared = how_shared(city) if layer == "people" else None
    crs = city.descriptors.get(layer, UNDESCRIBED).crs
    parts = [title] + ([] if shared is None else [shared.get(lang)])
    if crs.en and crs != EXACT:
        parts.append(Text(f"坐标：{crs.zh}", f"coordinates: {crs.en}").get(lang))
    return ("；" if lang == "zh" else "; ").join(parts)


def _dates(text: str, lang: Lang) -> Cell:
    days = [day.strip() for day in text.split(";") if day.strip()]
    parts: list[str | Piece] = []
    for day in days:
        parts += ["; ", (day, "date")] if parts else [(day, "date")]
    return Rich.of(*parts) if parts else NOT_STATED.get(lang)


def _stated(text: str, lang: Lang) -> str:
    return NOT_STATED.get(lang) if text.strip().lower() in ("", "not stated") else text


def provenance_table(run: Run, lang: Lang) -> Table:
    """Return what identifies the run and what it takes to compute it again."""
    body = run.body

    def code(text: object) -> Rich:
        return Rich.of((str(text), "long"))

    environment = ", ".join(f"{k} {v}" for k, v in dict(body.get("environment", {})).items())
    rows: list[tuple[str, Cell]] = [
        (Text("测算编号", "Run").get(lang), code(run.id)),
        (Text("时间", "Time").get(lang), run.at[:19].replace("T", " ") + " UTC"),
        (
            Text("结果哈希", "Result hash").get(lang),
            code(body.get("result", run.comparison.result_hash)),
        ),
        (
            Text("城市哈希", "City hash").get(lang),
            code(dict(body.get("city", {})).get("hash", "—")),
        ),
        (Text("程序版本", "Code version").get(lang), code(body.get("code", "—"))),
        (Text("运行环境", "Environment").get(lang), environment or "—"),
        (Text("随机种子", "Seed").get(lang), str(body.get("seed", "—"))),
        (
            Text("抽样次数", "Draws").get(lang),
            str(body.get("draws", run.comparison.reference.finding.draws)),
        ),
        (Text("台账位置", "Ledger head").get(lang), code(run.head)),
        (Text("复算命令", "Replay command").get(lang), code(run.replay_command)),
    ]
    columns = [Text("项目", "Item").get(lang), Text("内容", "Content").get(lang)]
    return table(Text("溯源", "Provenance").get(lang), columns, rows, text=(0, 1))
