"""Say in blocks, once for every kind of page, what a run found and what stands behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chengce.core.errors import Problem
from chengce.core.finding import Finding, Metric
from chengce.core.text import Lang, Text
from chengce.decisions.compare import Comparison
from chengce.decisions.maps.proposal import SIGNS
from chengce.decisions.maps.zone_map import Atlas
from chengce.decisions.record import Run
from chengce.decisions.report import facts
from chengce.decisions.report.answer import answer, threshold_note
from chengce.decisions.report.attribution import SHOWN_WITH_FLOWS, attribution
from chengce.decisions.report.document import (
    Block,
    ChartBlock,
    Document,
    Heading,
    Listed,
    MapsBlock,
    Paragraph,
    Role,
    Section,
    TableBlock,
    Terms,
)
from chengce.decisions.report.families import definitions, families, matrices
from chengce.decisions.report.figures import BUDGET, CELL_BYTES, Figure, all_edge_people, figures
from chengce.decisions.report.headline import headline_metrics
from chengce.decisions.report.histogram import Chart, change_histogram, value_histogram
from chengce.decisions.report.links import link_metrics, link_sections
from chengce.decisions.report.numbers import plain
from chengce.decisions.report.places import largest_changes, place_names, worst_places
from chengce.decisions.report.results import groups_table, metrics_table
from chengce.decisions.report.rich import Rich
from chengce.decisions.report.tables import Cell, Table, capital
from chengce.decisions.report.words import SOURCES, WORDS
from chengce.decisions.said import notes_of, warnings_of

MOST_WARNINGS = 3  # of one kind


def report_content(run: Run, lang: Lang) -> Document:
    """Return everything the report of a run says, in one language, with tables and figures numbered."""
    return _Writer(run, lang).document()


@dataclass
class _Writer:
    run: Run
    lang: Lang
    figures: int = 0
    tables: int = 0
    sections: list[Section] = field(default_factory=list)

    def document(self) -> Document:
        comparison = self.run.comparison
        reference = comparison.reference
        atlas = Atlas.of(reference.city, reference.finding.places, reference.finding.at_edge)
        self._answers()
        self._maps(atlas)
        self._links(atlas)
        self._numbers()
        self._behind()
        caveats = comparison.application.caveats
        return Document(
            lang=self.lang,
            kind=self._word("report"),
            title=comparison.application.title.get(self.lang),
            city=reference.city.title.get(self.lang),
            run_id=self.run.id,
            date=self.run.at[:10],
            replay=self.run.replay_command,
            facts=self._facts(),
            disclaimer=capital(caveats[0].get(self.lang)) if caveats else "",
            sections=tuple(self.sections),
            drawings=atlas.definitions if atlas else "",
            words={name: text.get(self.lang) for name, text in WORDS.items()},
        )

    def _facts(self) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
        comparison = self.run.comparison
        names = [s.scenario.title.get(self.lang) for s in comparison.alternatives]
        return (
            (self._word("city"), (comparison.reference.city.title.get(self.lang),)),
            (self._word("reference"), (comparison.reference.scenario.title.get(self.lang),)),
            (self._word("scenarios"), tuple(names) or (self._word("none"),)),
            (self._word("date"), (self.run.at[:10],)),
            (self._word("run"), (Rich.of((self.run.id, "code")),)),
        )

    def _answers(self) -> None:
        """Put the question, the answer in sentences and figures, and what is proposed."""
        comparison = self.run.comparison
        metrics = headline_metrics(comparison)
        question = comparison.application.question.get(self.lang)
        self._section("question", [Paragraph(question, "question")])
        said = [Paragraph(capital(a.get(self.lang)), "answer") for a in answer(comparison, metrics)]
        self._section("answer", [*said, self._note("answer_note")])
        headline = metrics_table(comparison, metrics, WORDS["headline_table"], self.lang)
        self._section("headline", [self._table(headline)])
        proposed: list[Block] = []
        for name, lines, notes in proposals(comparison, self.lang):
            proposed += [Heading(name), Listed(tuple(lines), numbered=True)]
            proposed += [Paragraph(notes, "note")] if notes else []
        self._section("proposed", proposed or [self._paragraph("proposed_none")])

    def _maps(self, atlas: Atlas | None) -> None:
        comparison = self.run.comparison
        metrics, finding = headline_metrics(comparison), comparison.reference.finding
        names = place_names(comparison.reference.city, finding.places)
        if atlas is None:
            self._section("maps", [self._paragraph("maps_none")])
            return
        keys, credit = map_keys(atlas, self.lang), attribution(comparison.reference.city, self.lang)
        drawn = figures(comparison, atlas, metrics, names, self.lang)
        blocks: list[Block] = [self._figure(f, keys, credit) for f in drawn]
        if drawn:
            blocks.append(self._note("projection"))
        if drawn and not _with_tips(comparison, metrics, len(names)):
            blocks.append(Paragraph(self._word("tips_none"), "screen"))
        self._section("maps", blocks or [self._paragraph("maps_none")])

    def _links(self, atlas: Atlas | None) -> None:
        comparison = self.run.comparison
        keys = map_keys(atlas, self.lang, ground_only=True) if atlas else []
        credit = attribution(comparison.reference.city, self.lang, SHOWN_WITH_FLOWS)
        for part in link_sections(comparison, atlas, self.lang):
            blocks: list[Block] = [Paragraph(s) for s in part.sentences]
            blocks += [self._figure(f, keys, credit) for f in part.figures]
            blocks += [self._table(t) for t in part.tables]
            blocks += [Paragraph(n, "note") for n in part.notes]
            self.sections.append(Section(part.title, tuple(blocks)))

    def _numbers(self) -> None:
        """Put distributions, groups, limits and places."""
        comparison, lang = self.run.comparison, self.lang
        metrics, finding = headline_metrics(comparison), comparison.reference.finding
        charts: list[Block] = [self._chart(t, c) for t, c in _charts(comparison, metrics, lang)]
        none = [self._paragraph("distribution_none")]
        self._section("distribution", [*charts, self._note("bars_note")] if charts else none)
        groups = [self._table(t) for t in _groups(comparison, metrics, lang)]
        self._section("groups", groups or [Paragraph(_without_groups(comparison, lang))])
        found = families(finding.metrics)
        inside = {m.id for f in found for m in f.metrics} | {m.id for m in metrics}
        others = [m for m in finding.metrics if m.id not in inside]
        limits: list[Block] = [self._table(t) for t in matrices(comparison, found, lang)]
        limits += [self._note("matrix_note")] if limits else []
        if others:
            limits.append(self._table(metrics_table(comparison, others, WORDS["all_table"], lang)))
        if limits:
            self._section("limits", limits)
        names = place_names(comparison.reference.city, finding.places)
        self._section("places", [self._table(t) for t in _places(comparison, metrics, names, lang)])

    def _behind(self) -> None:
        """Put what stands behind the numbers: assumptions, data, limits, definitions, provenance."""
        comparison, lang = self.run.comparison, self.lang
        assumptions = self._table(facts.assumptions_table(comparison, lang))
        self._section("assumptions", [assumptions, self._note("assumptions_note")])
        self._section("asked", [self._table(facts.asked_table(comparison, lang))])
        day, name = facts.reference_day(self.run)
        counted = WORDS["data_note"].format(what=name, day=day.isoformat()).get(lang)
        data = self._table(facts.data_table(self.run, lang))
        self._section("data", [data, Paragraph(counted, "note")])
        self._section("limits_title", self._limits())
        self._section("intervals", [Paragraph(_intervals(comparison, lang))])
        self._section("provenance", [self._table(facts.provenance_table(self.run, lang))])

    def _limits(self) -> list[Block]:
        comparison, lang = self.run.comparison, self.lang
        finding = comparison.reference.finding
        more = [
            line + (f" ({WORDS['more'].format(n=n).get(lang)})" if n else "")
            for line, n in _warnings(comparison, lang)
        ]
        notes = [capital(n.get(lang)) for n in notes_of(comparison)]
        compared = headline_metrics(comparison) if comparison.alternatives else ()
        thresholds = _unique(threshold_note(m).get(lang) for m in compared)
        blocks = self._listed(
            "caveats", [capital(c.get(lang)) for c in comparison.application.caveats]
        )
        blocks += self._listed("warnings", more)
        edge = _edge(finding, lang)
        blocks += [Paragraph(edge)] if edge else []
        blocks += self._listed("notes", notes) + self._listed("thresholds", thresholds)
        terms = [
            *definitions(finding.metrics, families(finding.metrics), lang),
            *definitions(link_metrics(comparison), (), lang),
        ]
        return [*blocks, Heading(self._word("definitions")), Terms(tuple(terms))]

    def _section(self, title: str, blocks: Sequence[Block]) -> None:
        self.sections.append(Section(self._word(title), tuple(blocks)))

    def _listed(self, title: str, items: Sequence[str]) -> list[Block]:
        return [Heading(self._word(title)), Listed(tuple(items))] if items else []

    def _table(self, table: Table) -> TableBlock:
        self.tables += 1
        return TableBlock(self.tables, table)

    def _figure(self, figure: Figure, keys: Sequence[tuple[str, str]], credit: str) -> MapsBlock:
        self.figures += 1
        signs = [(s, SIGNS[s].get(self.lang)) for s in figure.signs]
        return MapsBlock(self.figures, figure, (*keys, *signs), credit)

    def _chart(self, title: str, chart: Chart) -> ChartBlock:
        self.figures += 1
        return ChartBlock(self.figures, title, chart)

    def _paragraph(self, word: str, role: Role = "body") -> Paragraph:
        return Paragraph(self._word(word), role)

    def _note(self, word: str) -> Paragraph:
        return self._paragraph(word, "note")

    def _word(self, name: str) -> str:
        return WORDS[name].get(self.lang)


def proposals(comparison: Comparison, lang: Lang) -> list[tuple[str, list[str], str]]:
    """Return per state that proposes something: its title, a line per modification, its notes."""
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


def map_keys(atlas: Atlas, lang: Lang, *, ground_only: bool = False) -> list[tuple[str, str]]:
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
    for problem in warnings_of(comparison):
        by_code.setdefault(problem.code, []).append(problem)
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


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
