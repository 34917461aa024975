"""Write the validation page of spatial interaction from docs/validation/interaction.json."""

import json
from pathlib import Path
from typing import Any

from tools.docs.markdown import bullets, page, table

from chengce.core.text import Lang, Text
from chengce.models.demand.decay import decay_named
from chengce.models.demand.model import CONSTRAINTS

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "validation" / "interaction.json"
WEAK = (
    Text(
        "真实流量远比泊松离散（伦敦的离散度约数十），按计数算的标准误小得没有意义；区间按离散度放宽，"
        "或按起点整体重抽，仍假定各起点互不影响。",
        "Real flows scatter far more than counts do (dispersion in London: tens), so standard errors taken from counts "
        "mean nothing; intervals are widened by the dispersion, or origins are weighted as a whole, which still takes "
        "origins to be independent.",
    ),
    Text(
        "直线距离不是出行时间：有直达线路的站对被低估，隔河或须换乘的站对被高估。",
        "Straight distance is not travel time: pairs with a direct train are underestimated, pairs across the river or "
        "with changes overestimated.",
    ),
    Text(
        "机场、终点站等特殊地点的吸引力不在岗位数之内，误差最大的站点多属此类（见上表）。",
        "What draws people to airports, terminals and shops is not in the number of jobs; the stations missed most (above) "
        "are of that kind.",
    ),
    Text(
        "表中起点总量取自观测流量之和：留出检验只考查去向，不考查出行总量。",
        "Totals of origins are sums of the observed flows: the held-out test is about where trips go, not how many there are.",
    ),
    Text(
        "数据只含一半起讫表，缺的是哪一半没有说明；没有列出的起讫对不在模型之内。",
        "The data hold half of the table of flows, and which half is not said; pairs not listed are not in the model.",
    ),
    Text(
        "一次截面上的 β 不说明线路改善多年之后人们会怎样搬家、换工作。",
        "β of one cross-section does not say how people move home or change jobs in the years after a line improves.",
    ),
)


def pages(lang: Lang) -> dict[str, str]:
    """Return the validation page; none where nothing has been measured yet."""
    if not RESULTS.is_file():
        return {}
    found = json.loads(RESULTS.read_text("utf-8"))
    london = found["london"]

    def t(zh: str, en: str) -> str:
        return Text(zh, en).get(lang)

    return {
        "validation/interaction.md": page(
            t("验证：空间相互作用", "Validation: spatial interaction"),
            _setting(found["about"], lang),
            f"## {t('奥地利迁移：与 pysal/spint 公布的系数比较', 'Austrian migration: coefficients published with pysal/spint')}",
            _austria(found["austria"], lang),
            f"## {t('区间是否名副其实', 'Whether intervals hold what they say')}",
            _coverage(found["coverage"], lang),
            f"## {t('伦敦轨道交通：各种衰减的拟合', 'London rail: the forms of decay, fitted')}",
            _forms(london, lang),
            f"## {t('伦敦轨道交通：未参与校准的起点', 'London rail: origins that were not in the fit')}",
            _holdout(london["holdout"], lang),
            f"## {t('差在哪里', 'Where it is off')}",
            _misses(london, lang),
            f"## {t('模型的薄弱处', 'Where the model is weak')}",
            bullets(w.get(lang) for w in WEAK),
            f"## {t('复做', 'Do it again')}",
            "```sh\npython -m benchmarks.validate_interaction --austria austria.csv --london rail_od_half.csv.gz\n```",
            lang=lang,
        )
    }


def _setting(about: dict[str, Any], lang: Lang) -> str:
    versions = ", ".join(f"{k} {about[k]}" for k in ("python", "numpy", "numba"))
    return Text(
        f"{about['date']} 测于 {about['machine']}；chengce {about['chengce']}，{versions}。",
        f"Measured on {about['date']}, {about['machine']}; chengce {about['chengce']}, {versions}.",
    ).get(lang)


def _austria(rows: list[dict[str, Any]], lang: Lang) -> str:
    head = Text(
        "模型|系数|公布值|本程序|相对差", "model|coefficient|published|ours|relative difference"
    )
    cells = [
        (
            CONSTRAINTS[r["constraint"]].get(lang),
            f"`{r['name']}`",
            f"{r['published']:.9g}",
            f"{r['ours']:.9g}",
            f"{abs(r['ours'] / r['published'] - 1):.0e}",
        )
        for r in rows
    ]
    said = Text(
        "9 × 9 个州，指数衰减，泊松似然（Dennett 2012 的数据；公布值见 pysal/spint 的 `tests/test_gravity.py`，保留八九位"
        "有效数字）。spint 中费用项写作 +b·d，即 b = −β。原始文件对角线上费用为 1e-300、流量为 0，视为未记录。",
        "9 × 9 states, exponential decay, Poisson likelihood (data of Dennett 2012; published values: `tests/test_gravity.py` "
        "of pysal/spint, given to six to nine digits). There the cost term is +b·d, so b = −β. The raw file has costs of "
        "1e-300 and no flow on its diagonal: taken as not recorded.",
    )
    return f"{said.get(lang)}\n\n{table(head.get(lang).split('|'), cells)}"


def _coverage(r: dict[str, Any], lang: Lang) -> str:
    return Text(
        f"{r['simulations']:,} 次模拟：{r['zones']} × {r['zones']} 个分区，泊松流量，双约束，指数衰减；每次自助抽样 {r['draws']} 次，"
        f"名义 90% 的区间含真值的比例：按残差离散度（默认）**{r['dispersed']:.1%}**，按起点整体 {r['origins']:.1%}（起点只有 "
        f"{r['zones']} 个时偏窄）。模拟次数带来的误差约 {100 * (0.09 / r['simulations']) ** 0.5:.1f} 个百分点。",
        f"{r['simulations']:,} simulations: {r['zones']} × {r['zones']} zones, Poisson flows, doubly constrained, exponential "
        f"decay; {r['draws']} bootstrap draws each. Intervals of nominally 90 % held the truth in **{r['dispersed']:.1%}** "
        f"(scattered as residuals are, the default) and {r['origins']:.1%} (origins as a whole: too narrow with only "
        f"{r['zones']} of them). The number of simulations leaves ±{100 * (0.09 / r['simulations']) ** 0.5:.1f} points.",
    ).get(lang)


def _forms(london: dict[str, Any], lang: Lang) -> str:
    said = Text(
        f"{london['pairs']:,} 对车站（{london['origins']} 个起点，{london['destinations']} 个终点），{london['flow']:,.0f} 人次，"
        f"{london['zero_share']:.0%} 的站对没有流量；费用为直线距离（米）。双约束，全部数据。括号内为 90% 区间：按残差离散度；按起点整体。",
        f"{london['pairs']:,} pairs of stations ({london['origins']} origins, {london['destinations']} destinations), "
        f"{london['flow']:,.0f} trips, {london['zero_share']:.0%} of pairs without any; cost is the straight distance in metres. "
        "Doubly constrained, all data. In brackets 90 % intervals: scattered as residuals are; origins as a whole.",
    )
    head = Text(
        "衰减|系数|SRMSE|CPC|R²|离散度|AIC",
        "decay|coefficients|SRMSE|CPC|R²|dispersion|AIC",
    )
    cells = [
        (
            f"{decay_named(r['decay']).title.get(lang)}, {r['formula']}",
            "; ".join(
                f"`{c['name']}` {c['value']:.4g} ({c['low']:.4g} – {c['high']:.4g}; {o['low']:.4g} – {o['high']:.4g})"
                for c, o in zip(r["coefficients"], r["by_origins"], strict=True)
            ),
            f"{r['report']['srmse']:.3f}",
            f"{r['report']['cpc']:.3f}",
            f"{r['report']['r2']:.3f}",
            f"{r['report']['dispersion']:.3g}",
            f"{r['report']['aic']:,.0f}",
        )
        for r in london["forms"]
    ]
    return f"{said.get(lang)}\n\n{table(head.get(lang).split('|'), cells)}"


def _holdout(rows: list[dict[str, Any]], lang: Lang) -> str:
    one = rows[0]
    said = Text(
        f"每次随机留出 {one['origins']} 个起点，用另外 {one['trained_on']} 个校准，共 {one['splits']} 次；表中为中位数（最小 – 最大）。"
        "朴素基准是不计费用的同一模型：每个起点的出行按各终点的规模或在其他起点的吸引量分配。",
        f"{one['origins']} origins held out at random, the model calibrated on the other {one['trained_on']}, {one['splits']} times; "
        "median (least – most). The naive baseline is the same model without cost: trips of an origin are shared out by the "
        "destinations' mass, or by what other origins send to them.",
    )
    head = Text(
        "模型|SRMSE|朴素|CPC|朴素|R²|朴素",
        "model|SRMSE|naive|CPC|naive|R²|naive",
    )
    cells = [
        (
            f"{CONSTRAINTS[r['constraint']].get(lang)}, {decay_named(r['decay']).title.get(lang)}",
            *(
                "{:.3f} ({:.3f} – {:.3f})".format(*r[f"{key}_{which}"])
                for key in ("srmse", "cpc", "r2")
                for which in ("report", "naive")
            ),
        )
        for r in rows
    ]
    return f"{said.get(lang)}\n\n{table(head.get(lang).split('|'), cells)}"


def _misses(london: dict[str, Any], lang: Lang) -> str:
    said = Text(
        "下列各表取一次留出（起点约束，Tanner），只含未参与校准的起点。",
        "The tables below are of one held-out test (origin-constrained, Tanner), with origins that were not in the fit only.",
    )
    bands = table(
        Text("距离（公里）|站对|观测|模型|差", "distance, km|pairs|observed|modelled|difference")
        .get(lang)
        .split("|"),
        [
            (
                f"{b['low'] / 1000:.1f} – {b['high'] / 1000:.1f}",
                f"{b['pairs']:,}",
                f"{b['flow']:,.0f}",
                f"{b['modelled']:,.0f}",
                f"{100 * (b['modelled'] / b['flow'] - 1):+.0f}%" if b["flow"] else "—",
            )
            for b in london["bands"]
        ],
    )
    pairs = table(
        Text("误差最大的站对|公里|观测|模型", "pairs missed most|km|observed|modelled")
        .get(lang)
        .split("|"),
        [
            (
                f"{r['origin']} → {r['destination']}",
                f"{r['cost'] / 1000:.1f}",
                f"{r['flow']:,.0f}",
                f"{r['modelled']:,.0f}",
            )
            for r in london["worst_pairs"]
        ],
    )
    stations = table(
        Text("误差最大的到达站|观测|模型", "destinations missed most|observed|modelled")
        .get(lang)
        .split("|"),
        [
            (r["destination"], f"{r['flow']:,.0f}", f"{r['modelled']:,.0f}")
            for r in london["worst_destinations"]
        ],
    )
    return "\n\n".join((said.get(lang), bands, pairs, stations))
