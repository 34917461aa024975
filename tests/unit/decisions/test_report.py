"""A report holds every number with its interval, equally in both languages, and loads nothing."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from tests.report_worlds import (
    GROUPS,
    MINUTES,
    SHARES,
    clinic_run,
    clinic_scenario,
    grouped_run,
    hand_city,
    hand_finding,
    hand_run,
)  # fmt: skip

from chengce.core.errors import Problem
from chengce.core.text import LANGUAGES, Lang, Text
from chengce.decisions.record import Run
from chengce.decisions.report import headline_metrics, render_report
from chengce.decisions.report.families import families
from chengce.models.scenario import parse_scenario

VOID = {"meta", "br", "wbr", "link", "img"}
PEOPLE = np.full((9, 1), 100.0)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Page(HTMLParser):
    """Tags with their attributes, text by tag, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.tips: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        if self.open[-2:] == ["use", "title"]:
            self.tips.append(data)
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def count(self, tag: str, **attributes: str) -> int:
        return sum(t == tag and attributes.items() <= a.items() for t, a in self.tags)


def page(run: Run, lang: Lang) -> Page:
    return Page(render_report(run, lang))


@pytest.fixture(scope="module", params=["clinic", "grouped", "state"])
def run(request: pytest.FixtureRequest) -> Run:
    made = {"clinic": clinic_run, "grouped": grouped_run, "state": state_run}
    return made[request.param]()


def state_run() -> Run:
    return hand_run(hand_finding({MINUTES.id: np.linspace(5, 40, 9)[:, None]}, PEOPLE))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_one_well_formed_file_that_loads_nothing(run: Run, lang: Lang) -> None:
    html = render_report(run, lang)
    found = Page(html)
    assert found.open == []
    assert found.count("html", lang="zh-CN" if lang == "zh" else "en") == 1
    assert not {"script", "link", "img", "iframe", "object"} & {t for t, _ in found.tags}
    for _, attributes in found.tags:
        for name in ("href", "src", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#")
    assert not re.search(r"url\((?!#)|@import|@font-face", html)
    ids = [a["id"] for _, a in found.tags if "id" in a]
    assert len(ids) == len(set(ids))
    used = {a["href"] for t, a in found.tags if t == "use"}
    assert {u[1:] for u in used if u} <= set(ids)


def test_both_languages_say_the_same(run: Run) -> None:
    zh, en = (page(run, lang) for lang in LANGUAGES)
    for tag in ("table", "tr", "td", "svg", "use", "figure", "section", "h2", "h3", "li", "code"):
        assert zh.count(tag) == en.count(tag), tag
    digits = re.compile(r"\d+(?:[.,]\d+)*")
    numbers = [sorted(n for w in found.words for n in digits.findall(w)) for found in (zh, en)]
    assert numbers[0] == numbers[1]
    assert [digits.findall(t) for t in zh.tips] == [digits.findall(t) for t in en.tips]


def test_the_english_report_holds_chinese_only_as_names(run: Run) -> None:
    words = [w for w in page(run, "en").words if CHINESE.search(w)]
    assert all("区" in w or "诊所" in w for w in words), words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headline_numbers_are_printed_as_estimates_show_them(run: Run, lang: Lang) -> None:
    text = page(run, lang).text
    comparison = run.comparison
    for metric in headline_metrics(comparison):
        for state in comparison.states:
            assert state.finding.headline()[metric.id].show(lang) in text
        for differences in comparison.differences():
            shown = differences[metric.id].show(lang, signed=True)
            if metric.unit == "%":
                shown = shown.replace("%", "个百分点" if lang == "zh" else " pp", 1)
            assert shown in text


def test_winners_and_losers_are_counted_with_intervals() -> None:
    zh, en = (page(clinic_run(), lang).text for lang in LANGUAGES)
    assert (
        "受益 300人（295 至 305），受损 300人（295 至 305），无明显变化 210人（206 至 214）" in zh
    )
    assert "300 people (295 to 305) gain, 300 people (295 to 305) lose" in en


def test_the_answer_has_no_adjectives() -> None:
    text = page(clinic_run(), "en").text
    answer = text[text.index("The answer") : text.index("Headline metrics")]
    assert not re.search(r"significant|large|strong|substantial|great|only|just", answer)


def test_without_a_scenario_the_current_state_is_told() -> None:
    zh, en = (page(state_run(), lang) for lang in LANGUAGES)
    assert "本次未比较方案" in zh.text
    assert "No scenario is compared" in en.text
    assert zh.count("svg", **{"class": "map"}) == 1
    assert "水平最低的分区" in zh.text


def test_a_null_difference_is_no_change_and_no_one_gains() -> None:
    before = hand_finding({MINUTES.id: np.linspace(5, 40, 9)[:, None]}, PEOPLE)
    empty = parse_scenario({"name": "nothing", "title": {"zh": "空方案", "en": "Nothing"}})
    run = hand_run(before, [(empty, before)])
    zh, en = (page(run, lang) for lang in LANGUAGES)
    assert "到最近诊所的时间没有变化，仍为" in zh.text
    assert "no change, still" in en.text
    assert "受益 0人（0 至 0），受损 0人（0 至 0）" in zh.text
    change = [
        a.get("class") for t, a in zh.tags if t == "use" and str(a.get("href", "")).startswith("#z")
    ][-9:]
    assert change == ["n"] * 9


def test_a_metric_that_is_nowhere_a_number_says_why() -> None:
    nothing = hand_finding({MINUTES.id: np.full((9, 1), np.nan)}, PEOPLE)
    run = hand_run(nothing, [(clinic_scenario(), nothing)])
    zh, en = (page(run, lang) for lang in LANGUAGES)
    assert "无法评价" in zh.text
    assert "— (no people)" in en.text
    assert "nan" not in en.text.lower().split()


def test_infinite_means_and_places_are_said_in_words() -> None:
    uncapped = replace(MINUTES, cap=None)
    values = np.array([np.inf, *np.linspace(5, 40, 8)])[:, None]
    run = hand_run(hand_finding({MINUTES.id: values}, PEOPLE, metrics=(uncapped,)))
    zh, en = (page(run, lang) for lang in LANGUAGES)
    assert "不可达" in zh.text
    assert "∞" not in zh.text + en.text + "".join(zh.tips)


def test_classes_are_the_same_before_and_after() -> None:
    html = render_report(clinic_run(), "en")
    figure = html[
        html.index('<figure class="maps values') : html.index('<figure class="maps change')
    ]
    assert figure.count('<svg class="map"') == 2
    assert figure.count("<figcaption>") == figure.count('<table class="legend"') == 1
    marks = [
        re.findall(r'<use href="#z\d+" class="(\w+)"', m)
        for m in figure.split('<svg class="map"')[1:]
    ]
    assert marks[0][3:] == marks[1][3:]
    assert marks[0][0] != marks[1][0]
    assert marks[0][4] == "u"
    assert marks[0][3] == "e"


def test_not_reached_is_hatched_and_tooltips_carry_intervals() -> None:
    found = page(clinic_run(), "en")
    assert found.count("pattern", id="hatch") == 1
    assert len(found.tips) == 27
    assert "0<0>区（z00）: 30 min (29.5 to 30.5)" in found.tips
    assert "1<1>区（z11）: not reached before or after" in found.tips
    assert "1<0>区（z10）: no people" in found.tips
    assert any(t.endswith(", no clear change") for t in found.tips)


def test_groups_have_ratio_gap_and_shares_or_are_said_to_be_absent() -> None:
    with_groups, without = page(grouped_run(), "en").text, page(clinic_run(), "en").text
    for words in ("60 and over", "Everyone", "Ratio of lowest to highest group", "Share who gain"):
        assert words in with_groups
        assert words not in without
    assert "This run does not tell groups apart." in without
    assert "0.80 (0.80 to 0.80)" in with_groups


def test_metrics_that_differ_by_a_limit_make_one_table() -> None:
    found = families(SHARES)
    assert [(f.stem, f.limits) for f in found] == [("shop", (5, 10, 15)), ("park", (5, 10, 15))]
    zh, en = (page(grouped_run(), lang).text for lang in LANGUAGES)
    assert "步行 N 分钟可达的人口比例" in zh
    assert "People within N min on foot" in en
    assert "N = 15" in zh


def test_one_headline_metric_per_unit_by_order_not_by_result() -> None:
    people = np.full((9, 2), 10.0)
    values = {m.id: np.full((9, 2), 1.0) for m in (*SHARES, MINUTES)}
    values[SHARES[0].id] = np.full((9, 2), np.nan)
    finding = hand_finding(values, people, metrics=(*SHARES, MINUTES), groups=GROUPS)
    chosen = headline_metrics(hand_run(finding).comparison)
    assert [m.id for m in chosen] == ["shop_10", MINUTES.id]


def test_overridden_assumptions_stand_apart_and_unverified_ones_are_marked() -> None:
    run = clinic_run(walk_speed_adult=1.2)
    zh, en = (page(run, lang).text for lang in LANGUAGES)
    assert "成人步行速度 “新增诊所”改动" in zh
    assert "“New clinic” overrides" in en
    assert "未核实" in zh
    assert "unverified" in en


def test_data_have_source_age_and_hash_or_not_stated() -> None:
    text = page(clinic_run(), "en").text
    assert "about 2 years" in text
    assert "x.pbf abababab" in text
    assert "not stated" in text
    assert "© OpenStreetMap contributors, ODbL" in text
    assert "service date, 2026-05-12" in text
    bare = hand_run(clinic_run().comparison.reference.finding, city=hand_city(descriptors=False))
    assert "来源未注明" in page(bare, "zh").text


def test_provenance_names_the_anchor_and_the_replay_command() -> None:
    text = page(clinic_run(), "zh").text
    assert f"7:{'c' * 64}" in text
    assert "chengce replay 0123456789ab" in text
    assert "方案比选测算，不替代工可客流预测" in text


def test_many_warnings_of_one_kind_are_grouped() -> None:
    many = tuple(
        Problem("off_network", Text(f"第{i}处", f"place {i}"), severity="warning") for i in range(9)
    )
    finding = hand_finding({MINUTES.id: np.ones((9, 1))}, PEOPLE, warnings=many)
    text = page(hand_run(finding), "en").text
    assert text.count("[off_network]") == 3
    assert "(6 more of this kind)" in text


def test_names_are_escaped() -> None:
    run = clinic_run()
    title = Text("<b>甲</b>", "<script>x</script>")
    scenario = replace(run.comparison.alternatives[0].scenario, title=title)
    finding = run.comparison.alternatives[0].finding
    html = render_report(hand_run(run.comparison.reference.finding, [(scenario, finding)]), "en")
    assert "<script" not in html


def test_two_scenarios_share_classes_and_are_named() -> None:
    one = clinic_run().comparison
    before, after = one.reference.finding, one.alternatives[0].finding
    run = hand_run(before, [(clinic_scenario("a"), after), (clinic_scenario("b"), before)])
    found = page(run, "en")
    assert found.count("svg", **{"class": "map"}) == 5
    assert Page(render_report(run, "zh")).count("table") == found.count("table")
    legends = re.findall(
        r'<figure class="maps change.*?<tbody>(.*?)</tbody>', render_report(run, "en"), re.S
    )
    labels = [re.findall(r'<rect class="(\w+)".*?scope="row">(.*?)<', x) for x in legends]
    assert len(labels) == 2
    assert labels[0] == labels[1]


def test_a_city_of_1225_zones_stays_small() -> None:
    side = 35
    rng = np.random.default_rng(1)
    people = rng.uniform(10, 900, (side * side, 1))
    metrics = tuple(replace(MINUTES, id=f"m{u}", unit=u) for u in ("min", "km", "places"))
    values = {m.id: rng.uniform(1, 59, (side * side, 1)) for m in metrics}
    better = {k: v - rng.uniform(0, 5, v.shape) for k, v in values.items()}
    run = hand_run(
        hand_finding(values, people, metrics=metrics),
        [(clinic_scenario(), hand_finding(better, people, metrics=metrics))],
        city=hand_city(side),
    )
    html = render_report(run, "zh")
    assert html.count('<svg class="map"') == 9
    assert html.count('<use href="#z1"') == 9
    assert len(html.encode()) < 2_500_000
