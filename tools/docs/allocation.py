"""Write the page on how often allocation intervals hold the truth, from docs/validation/allocation.json."""

import json
from pathlib import Path
from typing import Any

from tools.docs.markdown import bullets, page, table

from chengce.core.text import Lang, Text

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "validation" / "allocation.json"
_CASES = {
    "assumed half as uneven": Text(
        "假设的差异只有一半", "homes assumed half as uneven as they are"
    ),
    "as assumed": Text("假设与实情相符", "homes as uneven as assumed"),
    "assumed twice as uneven": Text(
        "假设的差异是实情的两倍", "homes assumed twice as uneven as they are"
    ),
}
_WHAT = {
    "zone": Text("分区人口", "people of a zone"),
    "catchment": Text("半数分区合计", "people of half the zones"),
    "group in a zone": Text("分区内一个群体", "a group in a zone"),
    "group in a catchment": Text("半数分区内一个群体", "a group in half the zones"),
}
WEAK = (
    Text(
        "模拟只证明在假设成立时区间说得准；住宅之间的差异究竟多大，要靠本地的空置率或楼栋人口调查。",
        "The simulation shows that intervals are right if the assumptions are; how uneven homes are takes a local "
        "survey of vacancy or of people by building.",
    ),
    Text(
        "差异假设错一倍，覆盖率就从 90% 变到 65% 或近 100%（上表）；这不是保守或激进的小事。",
        "An assumption that is off by two moves coverage from 90 % to 65 % or to almost 100 % (table above).",
    ),
    Text(
        "各群体共用一个占比差异；伦敦 65 岁以上人口的分布更不均匀，拟合后区间仍偏窄。",
        "One assumption serves all groups; in London people over 65 are more uneven, and the fitted interval too narrow.",
    ),
    Text(
        "相邻分区分别抽样，跨分区的大型小区同空同满的情形没有计入。",
        "Neighbouring zones are drawn independently: an estate over several zones that is empty as a whole is not seen.",
    ),
)


def pages(lang: Lang) -> dict[str, str]:
    """Return the page; nothing where nothing has been measured yet."""
    if not RESULTS.is_file():
        return {}
    found = json.loads(RESULTS.read_text("utf-8"))

    def t(zh: str, en: str) -> str:
        return Text(zh, en).get(lang)

    title = t("验证：由总量分摊人口", "Validation: people shared out from totals")
    parts = [_about(found, lang), _simulated(found, lang)]
    if found.get("london"):
        parts += [_london(found["london"], lang)]
    parts += [f"## {t('不足之处', 'Where it is weak')}", bullets([w.get(lang) for w in WEAK])]
    parts += [f"## {t('重做一遍', 'Do it again')}",
              "```sh\npython -m benchmarks.allocation --data LONDON_FOLDER\n```"]  # fmt: skip
    return {"validation/allocation.md": page(title, *parts, lang=lang)}


def _about(found: dict[str, Any], lang: Lang) -> str:
    about, habits = found["about"], found["habits"]
    return Text(
        f"{about['date']} 测得，chengce {about['chengce']}。模拟城市 {found['cities']:,} 座，每座 4 个区域、24 个分区，"
        f"每个分区 1 至 25 栋住宅。入住率（平均 {habits['occupied']:.0%}）在小区间和楼栋间按伽马分布变化，住户数按二项分布，"
        "户规模按 1 至 5 人，年龄构成逐区不同——都不是程序抽样所用的公式。程序只知道各区域的总量、各栋的套数和上述差异的大小。",
        f"Measured on {about['date']}, chengce {about['chengce']}. {found['cities']:,} simulated cities of 4 areas and 24 "
        f"zones, 1 to 25 homes a zone. Occupancy ({habits['occupied']:.0%} on average) varies among estates and homes "
        "(gamma), households are binomial, of 1 to 5 people, ages differ by zone: none of it is the formula the program "
        "draws by. The program knows the totals of areas, the dwellings, and how large these differences are.",
    ).get(lang)


def _simulated(found: dict[str, Any], lang: Lang) -> str:
    head = [
        Text(
            "名义 90% 区间覆盖真值的比例", "share of nominal 90 % intervals that hold the truth"
        ).get(lang)
    ]
    head += [w.get(lang) for w in _WHAT.values()]
    rows = [
        (said.get(lang), *(f"{found['simulated'][case][what]['held']:.1%}" for what in _WHAT))
        for case, said in _CASES.items()
    ]
    shown = Text("每次抽样各区域、各群体的合计都与总量逐人相等。",
                 "In every draw each area and each group sums to its total, to the person.")  # fmt: skip
    return f"## {Text('模拟城市', 'Simulated cities').get(lang)}\n\n{table(head, rows)}\n\n{shown.get(lang)}"


def _london(found: dict[str, Any], lang: Lang) -> str:
    low, high = (x - 1 for x in found["median_interval"])
    head = Text(
        "2011 年普查|默认假设|以半数自治市拟合，另一半检验",
        "census of 2011|default assumptions|fitted on half of the boroughs, the other half",
    )
    rows = [
        (Text("分区人口", "people of a zone").get(lang) if what == "zone" else what.replace("aged", Text("年龄", "aged").get(lang)),
         f"{row['held']:.1%}", f"{found['held_elsewhere'][what]['held']:.1%}")
        for what, row in sorted(found["held"].items(), key=lambda item: item[0] != "zone")
    ]  # fmt: skip
    fitted = found["fitted"]
    said = Text(
        f"{found['areas']} 个自治市的人口（{found['people']:,.0f} 人）按住宅套数分摊到 {found['zones']} 个中层统计区，再与普查比较。"
        f"分得人数平均偏差 {found['mean_absolute_error']:.1%}；默认假设下区间中位数为 {low:+.0%} 至 {high:+.0%}。"
        "这些统计区约有 3,400 套住宅，默认假设为更小的分区而设，在此偏宽。"
        f"拟合得到的差异为 {fitted['allocation_dispersion']:.3f}，群体占比差异为 {fitted['allocation_mix']:.2f}。",
        f"The people of {found['areas']} boroughs ({found['people']:,.0f}) are shared out to {found['zones']} MSOAs by dwellings "
        f"and compared with the census. The mean absolute error is {found['mean_absolute_error']:.1%}; with the defaults "
        f"the median interval is {low:+.0%} to {high:+.0%}. An MSOA has some 3,400 dwellings; the defaults are meant "
        f"for smaller zones and are too wide here. Fitted: dispersion {fitted['allocation_dispersion']:.3f}, "
        f"mix {fitted['allocation_mix']:.2f}.",
    )
    heading = Text("伦敦：真实人口", "London: real people").get(lang)
    return f"## {heading}\n\n{said.get(lang)}\n\n{table(head.get(lang).split('|'), rows)}"
