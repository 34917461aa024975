"""The report tells flows of streets and totals of places in both languages, and promises no more."""

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.link_worlds import (
    FLOW,
    LANES,
    TRAVEL,
    grid_city,
    grid_flows,
    link_finding,
    roads_run,
    roads_state,
)
from tests.report_worlds import GROUPS, MINUTES, hand_finding, hand_run
from tests.unit.decisions.test_report import CHINESE, Page

from chengce.core.text import LANGUAGES, Lang
from chengce.decisions.record import Run
from chengce.decisions.report import render_report
from chengce.decisions.report.links import clear_note
from chengce.models.scenario import parse_scenario


@pytest.fixture(scope="module", params=["compared", "alone", "grouped"])
def run(request: pytest.FixtureRequest) -> Run:
    if request.param == "alone":
        return roads_state()
    return roads_run(groups=GROUPS) if request.param == "grouped" else roads_run()


def pages(run: Run) -> list[Page]:
    return [Page(render_report(run, lang)) for lang in LANGUAGES]


def section(run: Run, lang: Lang) -> str:
    """Return the HTML of the section on roads."""
    html = render_report(run, lang)
    head = {"zh": "道路流量", "en": "oad flows"}[lang]
    parts = [p for p in re.findall(r"<section>.*?</section>", html, re.S) if head in p[:60]]
    assert len(parts) == 1
    return parts[0]


def test_both_languages_say_the_same_and_the_file_is_whole(run: Run) -> None:
    zh, en = pages(run)
    assert zh.open == en.open == []
    for tag in ("table", "tr", "td", "svg", "path", "figure", "section", "h2", "text"):
        assert zh.count(tag) == en.count(tag), tag
    parts = [Page(section(run, lang)) for lang in LANGUAGES]
    digits = [sorted(re.findall(r"\d+(?:[.,]\d+)*", p.text)) for p in parts]
    assert digits[0] == digits[1]
    words = [w for w in en.words if CHINESE.search(w)]
    assert all(re.search(r"[区店]|东西|南北", w) for w in words), words


def test_every_class_a_map_uses_is_in_its_legend_and_styled(run: Run) -> None:
    html = render_report(run, "en")
    style = html[html.index("<style>") : html.index("</style>")]
    for figure in re.findall(r'<figure class="maps \w+ roads.*?</figure>', html, re.S):
        drawn, legend = figure.split('<div class="key">')
        used = set(re.findall(r'<path class="(?:bd )?(l\w+)"', drawn))
        shown = set(re.findall(r'<path class="(?:bd )?(l\w+)"', legend))
        assert used
        assert used <= shown
        assert all(f".{mark}{{" in style for mark in shown)


def test_the_counts_add_up_and_open_links_are_explained() -> None:
    comparison = roads_run().comparison
    n = comparison.link_changes[0]["flow"].counts()
    total = sum(n.values())
    zh, en = (Page(section(roads_run(), lang)).text for lang in LANGUAGES)
    assert (
        f"{total} 条路段（分方向计，精确值）中，明显增加 {n['more']} 条，明显减少 {n['less']} 条"
        in zh
    )
    assert f"另有 {n['open']} 条因平衡解不唯一而无法判定" in zh
    assert f"of {total} links (each direction counted, exact) {n['more']} clearly increase" in en
    assert f"{n['open']} stay open because the equilibrium is not unique" in en
    assert "平衡解不唯一：" in zh
    assert "Equilibrium not unique:" in en


def test_the_table_is_numbered_as_the_map_and_holds_intervals() -> None:
    html = section(roads_run(), "en")
    page = Page(html)
    labels = re.findall(r"<text[^>]*>(\d+)</text></g>|<text[^>]*>(\d+)</text><path", html)
    ranks = re.findall(r'<span class="no">(\d+)</span>', html)
    assert ranks == [str(i + 1) for i in range(len(ranks))]
    assert 0 < len(ranks) <= 15
    assert {a or b for a, b in labels} == set(ranks)
    comparison = roads_run().comparison
    change = comparison.link_changes[0]["flow"]
    first = change.largest()[0]
    assert change.streets[first].startswith("h1") or change.streets[first].startswith("v1")
    assert "pcu/h (" in page.text
    assert "northbound" in page.text
    assert "Before" in page.text


def test_one_state_has_its_flows_alone() -> None:
    zh, en = (section(roads_state(), lang) for lang in LANGUAGES)
    assert "<h2>道路流量</h2>" in zh
    assert "<h2>Road flows</h2>" in en
    assert en.count('<svg class="map"') == 1
    assert "clear" not in Page(en).text
    assert "leaves the value open" in en


def test_a_null_scenario_changes_no_flow() -> None:
    city = grid_city()
    before = link_finding(grid_flows(city), np.arange(9.0))
    empty = parse_scenario({"name": "nothing", "title": {"zh": "空方案", "en": "Nothing"}})
    html = section(hand_run(before, [(empty, before)], city=city), "zh")
    links = len(before.links[0].streets)
    assert f"明显增加 0 条，明显减少 0 条，无明显变化 {links} 条。" in html
    change = html[html.index('<figure class="maps change roads') :]
    assert 'class="bd' not in change
    assert "没有这样的道路。" in html


def test_without_links_there_is_no_such_section() -> None:
    values = {MINUTES.id: np.ones((9, 1))}
    zh = Page(render_report(hand_run(hand_finding(values, np.ones((9, 1)))), "zh"))
    assert "道路流量" not in zh.text


def test_zones_without_geometry_leave_the_tables() -> None:
    run = roads_run()
    empty = run.comparison.reference.city.table("zones").iloc[:0]
    city = replace(
        run.comparison.reference.city,
        tables={**run.comparison.reference.city.tables, "zones": empty},
    )
    states = [(s.scenario, s.finding) for s in run.comparison.alternatives]
    html = section(hand_run(run.comparison.reference.finding, states, city=city), "en")
    assert '<svg class="map"' not in html
    assert "roads that change most" in html.lower()


def test_two_scenarios_are_named_and_share_classes() -> None:
    city = grid_city()
    flows, totals = grid_flows(city), np.arange(9.0)
    later = [
        (
            parse_scenario({**LANES, "name": n, "title": {"zh": n, "en": n}}),
            link_finding(grid_flows(city, centre=c), totals),
        )
        for n, c in (("one", 0.6), ("two", 0.4))
    ]
    html = section(hand_run(link_finding(flows, totals), later, city=city), "en")
    assert html.count('<figure class="maps change roads') == 2
    assert "roads that change most (two)" in html
    legends = [
        re.findall(r'<th scope="row">(.*?)</th>', figure[figure.index('class="legend"') :])
        for figure in re.findall(r'<figure class="maps change roads.*?</figure>', html, re.S)
    ]
    bands = [[x for x in legend if re.search(r"\d", x)] for legend in legends]
    assert bands[0] == bands[1]


def test_a_large_network_stays_small() -> None:
    run = roads_run(30)
    html = render_report(run, "zh")
    zones = len(run.comparison.reference.finding.places)
    assert len(html.encode()) < 600 * zones + 900_000


# totals of places


def test_totals_are_not_called_means() -> None:
    zh, en = (p.text for p in pages(roads_run(groups=GROUPS)))
    assert "主要指标（全市合计）" in zh
    assert "相比，全市合计：小汽车行驶量由" in zh
    assert "按人平均" not in zh
    assert "Headline metrics, in total for the city" in en
    assert "compared with “Today”, in total for the city: car travel:" in en
    assert "averaged over people" not in en
    assert "按所在分区计，好转 1,800人" in zh
    assert "1,800 people (1,768 to 1,832) live where it gets better" in en
    total = roads_run().comparison.reference.finding.headline()[TRAVEL.id]
    assert total.show("zh") in zh
    assert total.value == pytest.approx(np.linspace(50, 900, 9).sum())


def test_totals_and_means_in_one_report_each_say_what_they_are() -> None:
    people, totals = np.full((9, 1), 10.0), np.full((9, 1), 7.0)
    values = {MINUTES.id: np.full((9, 1), 20.0), TRAVEL.id: totals}
    finding = hand_finding(values, people, metrics=(MINUTES, TRAVEL))
    zh, en = (p.text for p in pages(hand_run(finding)))
    assert "“现状”下，到最近诊所的时间（按人平均）为" in zh
    assert f"小汽车行驶量（全市合计）为 {finding.headline()[TRAVEL.id].show('zh')}" in zh
    assert "time to the nearest clinic (mean over people): 20" in en
    assert "car travel (total of the city): 63" in en


def test_groups_are_not_compared_by_totals() -> None:
    en = pages(roads_run(groups=GROUPS))[1].text
    assert "The headline metrics are totals of places, not of groups." in en
    assert "Ratio of lowest" not in en
    assert "People by the change of their place's total" in en


def test_a_clear_change_is_defined() -> None:
    assert clear_note(FLOW).zh == (
        "小汽车流量：变化不小于 20pcu/小时、不小于前后较大值的 1%、至少 95% 的抽样方向一致，"
        "且前后的平衡解均唯一，才计为明显变化。"
    )
    bare = clear_note(replace(FLOW, threshold=0.0, threshold_share=0.0)).en
    assert "if at least 95% of the draws agree in sign and the equilibrium" in bare
