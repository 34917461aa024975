"""Write the table of kinds of place and the OpenStreetMap tags that mean them."""

from tools.docs.markdown import code, page, table

from chengce.city.readers.place_kinds import Condition, PlaceKind, place_kinds
from chengce.core.text import Lang, Text

INTRO = Text(
    "设施类别的编号用于参数 `kinds`、`destinations` 与方案中的 `kind`。“日常”指居民 5、10、15 分钟步行圈内宜有的服务，"
    "参照 GB 50180—2018 附录 B 与 TD/T 1062—2021 归类；此处只作归类，不代表达标判定。一个对象可同属多类。",
    "Ids used by the parameters `kinds` and `destinations` and by `kind` in a scenario. *Everyday* marks the "
    "services a resident should find within a 5, 10 or 15 minute walk, grouped after GB 50180-2018 (appendix B) "
    "and TD/T 1062-2021; this is a grouping, not a verdict on any standard. An object may be of several kinds.",
)


def pages(lang: Lang) -> dict[str, str]:
    """Return the page of kinds of place."""

    def t(zh: str, en: str) -> str:
        return Text(zh, en).get(lang)

    head = ("id", t("名称", "title"), t("日常", "everyday"), t("OSM 标签", "OSM tags"))
    rows = [
        (code(k.id), k.title.get(lang), t("是", "yes") if k.everyday else "", _tags(k, lang))
        for k in place_kinds()
    ]
    return {
        "reference/place-kinds.md": page(
            t("设施类别", "Kinds of place"), INTRO.get(lang), table(head, rows), lang=lang
        )
    }


def _tags(kind: PlaceKind, lang: Lang) -> str:
    options = [" + ".join(_condition(c) for c in option) for option in kind.match]
    shown = "; ".join(options) or Text("仅来自表格", "from tables only").get(lang)
    if kind.unless:
        shown += Text("；除外：", "; unless ").get(lang) + ", ".join(
            _condition(c) for c in kind.unless
        )
    return shown


def _condition(condition: Condition) -> str:
    if condition.pattern is not None:
        return code(f"{condition.key} ~ {condition.pattern.pattern}")
    return code(f"{condition.key}={'/'.join(sorted(condition.values))}")
