"""Write beside the layers what they are, where the data come from and what each column means."""

import csv
import io
from collections.abc import Sequence

from chengce.core.text import LANGUAGES, Lang, Text
from chengce.decisions.layers.layer import Layer
from chengce.decisions.layers.shapefile import short_names
from chengce.decisions.record import Run

NOT_STATED = Text("未注明", "not stated")
_BOM = "\ufeff"
_STATES = Text(
    "_state：known 有数值，unreached 不可达，nobody 无人口，unknown 无法评价，open 平衡解不唯一（道路）；"
    "_verdict：gain 受益，loss 受损，none 无明显变化（道路：more 明显增加，less 明显减少，open 无法判定）。",
    "_state: known, unreached, nobody (no people), unknown (not evaluable), open (of streets: equilibrium not "
    "unique); _verdict: gain, loss, none (no clear "
    "change; of streets: more, less, open).",
)
_INTERVAL = Text(
    "数值为抽样的中位数，_low、_high 为第 5 和第 95 百分位（90% 区间）。",
    "Values are medians over draws, _low and _high the 5th and 95th percentile (90% interval).",
)
_CRS = Text(
    "坐标系：WGS-84 经纬度（EPSG:4326）。", "Coordinates: WGS-84 longitude, latitude (EPSG:4326)."
)


def sources_text(run: Run) -> bytes:
    """Return what the run is and owner, licence and date of every layer of the city, zh then en."""
    return ("\n\n".join(_sources(run, lang) for lang in LANGUAGES) + "\n").encode()


def fields_csv(layers: Sequence[Layer], *, short: bool) -> bytes:
    """Return a row per column of every layer: names, titles, units; `short`: names in a Shapefile.

    Has a byte order mark, so that spreadsheets read the Chinese.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ["layer", *(["short"] if short else []), "field", "role", "title_zh", "title_en", "unit_zh",
            "unit_en"]  # fmt: skip
    writer.writerow(head)
    for layer in layers:
        names = short_names(layer) if short else {}
        for f in layer.fields:
            row = [f.name, f.role, f.title.zh, f.title.en, f.unit.zh, f.unit.en]
            writer.writerow([layer.name, *([names[f.name]] if short else []), *row])
    return (_BOM + out.getvalue()).encode()


def description(run: Run) -> Text:
    """Return in one line what the layers are: question, city, run, replay."""
    found = run.comparison
    return Text(
        f"{found.application.title.zh} · {found.reference.city.title.zh} · 测算 {run.id}（{run.at[:10]}）· "
        f"复算：{run.replay_command} · {_INTERVAL.zh}",
        f"{found.application.title.en} · {found.reference.city.title.en} · run {run.id} ({run.at[:10]}) · "
        f"replay: {run.replay_command} · {_INTERVAL.en}",
    )


def _sources(run: Run, lang: Lang) -> str:
    lines = [description(run).get(lang), _CRS.get(lang), _STATES.get(lang)]
    lines.append(Text("数据来源与许可：", "Data and licences:").get(lang))
    for name, about in run.comparison.reference.city.descriptors.items():
        said = [about.title.get(lang), about.owner, about.licence, about.date, about.url]
        said = [s for s in said if s.strip() and s.strip().lower() != "not stated"]
        line = ("；" if lang == "zh" else "; ").join(said) or NOT_STATED.get(lang)
        lines.append(f"- {name}{'：' if lang == 'zh' else ': '}{line}")
        if "odbl" in about.licence.lower():
            lines.append("  © OpenStreetMap contributors, ODbL 1.0")
    return "\n".join(lines)
