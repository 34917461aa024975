"""Write one page per modification: what it does, its fields, an example that runs on the town."""

import inspect
import re
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from tools.docs.fields import fields_table
from tools.docs.markdown import code, fence, page

from chengce.core.text import Lang, Text
from chengce.models.modifications import MODIFICATIONS

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "town"
WORDS = {
    "fields": Text("字段", "Fields"),
    "part": Text("其中 `{name}`", "Where `{name}` is"),
    "example": Text("示例", "Example"),
    "example_note": Text(
        "用于内置小镇 `chengce demo` 的完整方案文件（`examples/town/{name}.yaml`），随测试运行。",
        "A whole scenario for the town of `chengce demo` (`examples/town/{name}.yaml`); the tests run it.",
    ),
}


def kind_of(model: type) -> str:
    """Return the `type` a scenario file writes."""
    assert issubclass(model, BaseModel)
    return str(model.model_fields["type"].default)


def title_of(model: type, lang: Lang) -> str:
    """Return the title from the docstring's first line, "English 中文."."""
    first = (inspect.getdoc(model) or "").splitlines()[0].rstrip(".")
    match = re.match(r"(?P<en>[\x00-\x7f]+?)\s+(?P<zh>[^\x00-\x7f].*)", first)
    assert match is not None, f"{model.__name__}: the docstring opens with English 中文"
    return match[lang]


def pages(lang: Lang) -> dict[str, str]:
    """Return the pages of all modifications."""
    return {f"reference/modifications/{kind_of(m)}.md": _page(m, lang) for m in MODIFICATIONS}


def _page(model: type, lang: Lang) -> str:
    assert issubclass(model, BaseModel)
    name = kind_of(model)
    rest = "\n".join((inspect.getdoc(model) or "").splitlines()[1:]).strip()
    parts = []
    for nested in _nested(model):
        parts += [
            f"### {WORDS['part'].format(name=nested.__name__).get(lang)}",
            fields_table(nested, lang),
        ]
    example = (EXAMPLES / f"{name}.yaml").read_text("utf-8")
    return page(
        f"{title_of(model, lang)} `{name}`",
        NOTES[name].get(lang) if name in NOTES else rest if lang == "en" else "",
        f"## {WORDS['fields'].get(lang)}",
        f"{code('type')}: {code(name)}",
        fields_table(model, lang, leave_out=("type",)),
        *parts,
        f"## {WORDS['example'].get(lang)}",
        WORDS["example_note"].format(name=name).get(lang),
        fence(example, "yaml"),
        lang=lang,
    )


def _nested(model: type[BaseModel]) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []

    def look(annotation: Any) -> None:
        if (
            isinstance(annotation, type)
            and issubclass(annotation, BaseModel)
            and annotation not in found
        ):
            found.append(annotation)
        for inner in get_args(annotation):
            look(inner)

    for field in model.model_fields.values():
        look(field.annotation)
    return found


# What the docstrings say at length, in both languages
NOTES = {
    "add_line": Text(
        "`stops` 与 `polyline` 二选一：给站点编号或新站坐标，或给线位由程序按站距布站。站间运行时间＝距离÷站间运行速度，"
        "向上取整到秒，中间站另加停站时间；距离沿线位量算，未给线位时按站间直线。新站与路网的连接由程序补充，"
        "已有连接不变。发车按固定相位展开，见[概念](../../concepts.md)。",
        "Give either `stops` (ids of stops, or new ones with coordinates) or `polyline` with automatic "
        "stops. Running time between stops is distance / speed, rounded up to seconds, plus the dwell at "
        "each stop between the ends; distance is along the polyline, or straight from stop to stop. "
        "Connectors to the streets are added for new stops; existing ones stay. Headways run at a fixed "
        "phase, see [concepts](../../concepts.md).",
    ),
    "change_headway": Text(
        "在每个时段内，该线路每个方向、每类运营日的班次改为按间隔发车；各停站模式保持原有班次占比，运行时间取该模式"
        "的中位班次。时段以外不变；某类运营日在时段内原本无班次的，仍无班次。",
        "Within each period the departures of the route, by direction and service, are replaced by one "
        "vehicle per headway. A stop pattern keeps its share of the departures and the running times of "
        "its median trip. Outside the periods nothing changes; a service without departures in a period "
        "gets none.",
    ),
    "close_stop": Text(
        "车辆通过不停。停站不足两次的班次取消。",
        "Vehicles pass without stopping. Trips left with fewer than two calls end.",
    ),
    "close_street": Text(
        "`streets` 与 `way` 二选一。封闭的是通行；沿街住户仍可到达自家门口。涉及的转向限制一并删除。",
        "Give either `streets` or `way`. What closes is passage: people who live on the street still "
        "reach their doors. Turn restrictions that refer to it go with it.",
    ),
    "add_facility": Text(
        "`kind` 须为[设施类别表](../place-kinds.md)中的编号，或城市已有的类别。",
        "`kind` is one of the [kinds of place](../place-kinds.md), or a kind the city has already.",
    ),
    "close_facility": Text(
        "设施从数据中移除；同一地点的其他设施不受影响。",
        "The place is removed; others at the same spot stay.",
    ),
}
