"""Assemble the sections of a report and print them through one template."""

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from chengce.core.errors import Problem
from chengce.core.finding import Finding, Metric
from chengce.core.text import Lang, Text
from chengce.decisions.compare import Comparison
from chengce.decisions.maps.proposal import SIGNS
from chengce.decisions.maps.style import map_css
from chengce.decisions.maps.zone_map import Atlas
from chengce.decisions.record import Run
from chengce.decisions.report import facts
from chengce.decisions.report.answer import answer, threshold_note
from chengce.decisions.report.attribution import SHOWN_WITH_FLOWS, attribution
from chengce.decisions.report.families import definitions, families, matrices
from chengce.decisions.report.figures import BUDGET, CELL_BYTES, all_edge_people, figures
from chengce.decisions.report.headline import headline_metrics
from chengce.decisions.report.histogram import Chart, change_histogram, value_histogram
from chengce.decisions.report.links import link_metrics, link_sections
from chengce.decisions.report.numbers import plain
from chengce.decisions.report.places import largest_changes, place_names, worst_places
from chengce.decisions.report.results import groups_table, metrics_table
from chengce.decisions.report.tables import Table, capital
from chengce.decisions.report.words import SOURCES, WORDS

MOST_WARNINGS = 3  # of one kind


def render_report(run: Run, lang: Lang) -> str:
    """Return the report of a run as one HTML file in one language; it loads nothing from elsewhere."""
    return str(_template().render(**_view(run, lang)))


@cache
def _template() -> Any:
    here = files("chengce.decisions.report")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(here.joinpath("report.html").read_text("utf-8"))


def _view(run: Run, lang: Lang) -> dict[str, Any]:
    comparison = run.comparison
    reference = comparison.reference
    metrics = headline_metrics(comparison)
    names = place_names(reference.city, reference.finding.places)
    atlas = Atlas.of(reference.city, reference.finding.places, reference.finding.at_edge)
    drawn = figures(comparison, atlas, metrics, names, lang) if atlas else []
    found = families(reference.finding.metrics)
    inside = {m.id for f in found for m in f.metrics} | {m.id for m in metrics}
    others = [m for m in reference.finding.metrics if m.id not in inside]
    day, day_name = facts.reference_day(run)
    return {
        "lang": "zh-CN" if lang == "zh" else "en",
        "t": {name: text.get(lang) for name, text in WORDS.items()},
        "css": Markup(
            map_css() + files("chengce.decisions.report").joinpath("report.css").read_text("utf-8")
        ),
        "title": comparison.application.title.get(lang),
        "city": reference.city.title.get(lang),
        "reference": reference.scenario.title.get(lang),
        "scenarios": [s.scenario.title.get(lang) for s in comparison.alternatives],
        "date": run.at[:10],
        "run_id": run.id,
        "first_caveat": next((capital(c.get(lang)) for c in comparison.application.caveats), ""),
        "question": comparison.application.question.get(lang),
        "answer": [capital(a.get(lang)) for a in answer(comparison, metrics)],
        "headline": metrics_table(comparison, metrics, WORDS["headline_table"], lang),
        "proposals": _proposals(comparison, lang),
        "definitions": Markup(atlas.definitions) if atlas else "",
        "figures": drawn,
        "tips": _with_tips(comparison, metrics, len(names)),
        "keys": _keys(atlas, lang) if atlas else [],
        "sign_titles": {k: v.get(lang) for k, v in SIGNS.items()},
        "attribution": attribution(reference.city, lang),
        "links": link_sections(comparison, atlas, lang),
        "link_keys": _keys(atlas, lang, ground_only=True) if atlas else [],
        "link_credit": attribution(reference.city, lang, SHOWN_WITH_FLOWS),
        "charts": _charts(comparison, metrics, lang),
        "groups": _groups(comparison, metrics, lang),
        "groups_none": _without_groups(comparison, lang),
        "matrices": matrices(comparison, found, lang),
        "others": metrics_table(comparison, others, WORDS["all_table"], lang) if others else None,
        "places": _places(comparison, metrics, names, lang),
        "assumptions": facts.assumptions_table(comparison, lang),
        "asked": facts.asked_table(comparison, lang),
        "data": facts.data_table(run, lang),
        "data_note": WORDS["data_note"].format(what=day_name, day=day.isoformat()).get(lang),
        "warnings": _warnings(comparison, lang),
        "caveats": [capital(c.get(lang)) for c in comparison.application.caveats],
        "notes": _unique(capital(n.get(lang)) for s in comparison.states for n in s.finding.notes),
        "edge": _edge(reference.finding, lang),
        "metric_definitions": [
            *definitions(reference.finding.metrics, found, lang),
            *definitions(link_metrics(comparison), (), lang),
        ],
        "thresholds": _unique(threshold_note(m).get(lang) for m in metrics)
        if comparison.alternatives
        else [],
        "intervals": _intervals(comparison, lang),
        "provenance": facts.provenance_table(run, lang),
    }


def _proposals(comparison: Comparison, lang: Lang) -> list[tuple[str, list[str], str]]:
    out = []
    for state in comparison.states:
        lines = [m.summary.get(lang) for m in state.scenario.modifications]
        lines += (
            [WORDS["assumption_only"].get(lang)] if state.scenario.assumptions and not lines else []
        )
        if lines or state is not comparison.reference:
            lines = lines or [WORDS["proposed_empty"].get(lang)]
            out.append(
                (state.scenario.title.get(lang), [capital(x) for x in lines], state.scenario.notes)
            )
    return out


def _charts(
    comparison: Comparison, metrics: tuple[Metric, ...], lang: Lang
) -> list[tuple[str, Chart]]:
    found: list[tuple[str, Chart | None]] = []
    for metric in metrics:
        what = "value" if not comparison.alternatives else "change"
        head = WORDS[f"distribution_{what}" + ("_place" if metric.of == "place" else "")]
        title = head.get(lang) + ("：" if lang == "zh" else ": ") + capital(metric.title.get(lang))
        if not comparison.alternatives:
            found.append((title, value_histogram(metric, comparison.reference.finding, lang)))
        for state, changes in zip(comparison.alternatives, comparison.changes, strict=True):
            named = f"{title} — {state.scenario.title.get(lang)}"
            found.append((named, change_histogram(changes[metric.id], state.finding, lang)))
    return [(title, chart) for title, chart in found if chart is not None]


def _groups(comparison: Comparison, metrics: tuple[Metric, ...], lang: Lang) -> list[Table]:
    indices: list[int | None] = [*range(len(comparison.alternatives))] or [None]
    found = [groups_table(comparison, m, k, lang) for m in metrics for k in indices]
    return [t for t in found if t is not None]


def _without_groups(comparison: Comparison, lang: Lang) -> str:
    told_apart = len(comparison.reference.finding.groups) > 1
    return WORDS["groups_totals" if told_apart else "groups_none"].get(lang)


def _places(
    comparison: Comparison, metrics: tuple[Metric, ...], names: tuple[str, ...], lang: Lang
) -> list[Table]:
    before = comparison.reference.finding
    if not comparison.alternatives:
        return [t for m in metrics for t in worst_places(names, m, before, lang)]
    return [
        t
        for m in metrics
        for s in comparison.alternatives
        for t in largest_changes(names, m, before, s, lang, named=len(comparison.alternatives) > 1)
    ]


def _with_tips(comparison: Comparison, metrics: tuple[Metric, ...], zones: int) -> bool:
    return len(metrics) * (1 + 2 * len(comparison.alternatives)) * zones * CELL_BYTES <= BUDGET


def _keys(atlas: Atlas, lang: Lang, *, ground_only: bool = False) -> list[tuple[str, str]]:
    """Return the signs under every map: (kind of sample, name)."""
    network = atlas.network
    drawn = [
        ("gb", "boundary", 'class="gbl"' in atlas.ground),
        ("gw", "water", 'class="gw' in atlas.ground),
        ("gg", "green", 'class="gg' in atlas.ground),
    ]
    drawn += (
        []
        if ground_only
        else [
            ("nr", "roads", network.roads),
            ("nt", "rail", network.rail),
            ("nb", "buses", network.buses),
            ("edge", "edge", bool(atlas.at_edge.any())),
        ]
    )
    keys = [(mark, WORDS[word].get(lang)) for mark, word, there in drawn if there]
    if network.bus_routes_left_out and not ground_only:
        n = network.bus_routes_left_out
        left = Text(f"公交线路共 {n} 条，未逐条绘出", f"{n} bus routes are not drawn").get(lang)
        keys.append(("", left))
    return keys


def _warnings(comparison: Comparison, lang: Lang) -> list[tuple[str, int]]:
    """Return warnings of all states by kind: lines shown, then how many more there are."""
    by_code: dict[str, list[Problem]] = {}
    for state in comparison.states:
        for problem in state.finding.warnings:
            same = by_code.setdefault(problem.code, [])
            if problem not in same:
                same.append(problem)
    out = []
    for problems in by_code.values():
        for k, problem in enumerate(problems[:MOST_WARNINGS]):
            last = k == min(len(problems), MOST_WARNINGS) - 1
            out.append((problem.line(lang), max(0, len(problems) - MOST_WARNINGS) if last else 0))
    return out


def _edge(finding: Finding, lang: Lang) -> str:
    if not finding.at_edge:
        return ""
    people = plain(all_edge_people(finding), lang)
    return WORDS["edge_count"].format(places=len(finding.at_edge), people=people).get(lang)


def _intervals(comparison: Comparison, lang: Lang) -> str:
    finding = comparison.reference.finding
    joint = "、" if lang == "zh" else ", "
    sources = joint.join(SOURCES[s].get(lang) for s in finding.sources) or WORDS["none"].get(lang)
    return WORDS["intervals_text"].format(draws=finding.draws, sources=sources).get(lang)


def _unique(texts: Any) -> list[str]:
    return list(dict.fromkeys(texts))
