"""Lay out the maps of road flows: one state, and the difference each scenario makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from chengce.core.estimate import percentiles
from chengce.core.link_values import LinkValues
from chengce.core.metric import Metric
from chengce.core.text import Lang, Text
from chengce.core.units import number, unit_name
from chengce.decisions.compare import Comparison, State
from chengce.decisions.link_changes import LinkChange
from chengce.decisions.maps import samples
from chengce.decisions.maps.labels import draw_labels
from chengce.decisions.maps.link_lines import Drawn, place_links, widest
from chengce.decisions.maps.link_map import (
    LinkMap,
    Scale,
    change_map,
    change_scale,
    value_map,
    value_scale,
)
from chengce.decisions.maps.proposal import SIGNS, draw_proposal
from chengce.decisions.maps.zone_map import Atlas
from chengce.decisions.report.figures import Figure, LegendRow, Panel
from chengce.decisions.report.numbers import points
from chengce.decisions.report.tables import capital
from chengce.decisions.report.words import WORDS
from chengce.decisions.roads import RoadRow, Roads

MOST_POINTS = 60_000  # of one map: about 0.4 MB
ALL_POINTS = 110_000  # of all of them


@dataclass(frozen=True)
class LinkFigures:
    """The desk at which a report's maps of links are drawn."""

    comparison: Comparison
    atlas: Atlas
    lang: Lang

    @cached_property
    def most_points(self) -> int:
        """Return how many points a map may have, so that all of them fit into the file."""
        maps = sum(len(changes) for changes in self.comparison.link_changes)
        maps += len(self.comparison.reference.finding.links)
        return min(MOST_POINTS, ALL_POINTS // max(1, maps))

    @cached_property
    def widest(self) -> float:
        """Return the width of the widest band on any map."""
        streets = self.comparison.reference.city.table("streets")["id"].astype(str).tolist()
        roads = Roads((self.comparison.reference.city,))
        return widest(place_links(self.atlas.sheet, roads.lines(streets, [1] * len(streets))))

    def scale(self, changes: Sequence[LinkChange]) -> Scale:
        """Return the scale that maps of differences share."""
        return change_scale(changes, self.widest)

    def state(self, state: State, part: LinkValues, rows: Sequence[RoadRow]) -> Figure:
        """Return the map of one state; `rows` are numbered on it."""
        value = percentiles(part.values)[1]
        drawn = self._placed((state,), part.streets, part.directions)
        scale = value_scale(value, self.widest)
        found = value_map(drawn, value, part.determined, scale, most_points=self.most_points)
        return self._figure(part.metric, state, found, self._labels(drawn, rows), signed=False)

    def change(
        self, state: State, change: LinkChange, scale: Scale, rows: Sequence[RoadRow]
    ) -> Figure:
        """Return the map of the difference a scenario makes; `rows` are numbered on it."""
        drawn = self._placed((state, self.comparison.reference), change.streets, change.directions)
        found = change_map(drawn, change, scale, most_points=self.most_points)
        return self._figure(change.metric, state, found, self._labels(drawn, rows), signed=True)

    def _placed(
        self, states: tuple[State, ...], streets: Sequence[str], directions: Sequence[int]
    ) -> Drawn:
        roads = Roads(tuple(s.city for s in states))
        return place_links(self.atlas.sheet, roads.lines(streets, directions))

    def _labels(self, drawn: Drawn, rows: Sequence[RoadRow]) -> str:
        return draw_labels(self.atlas.sheet, [drawn.middle(r.index) for r in rows])

    def _figure(
        self, metric: Metric, state: State, found: LinkMap, labels: str, *, signed: bool
    ) -> Figure:
        marks = draw_proposal(state.city, self.atlas.sheet)
        title, panel = metric.title, state.scenario.title
        unit = metric.unit
        if signed:
            first = self.comparison.reference.scenario.title
            title = Text("{m}：变化", "{m}: difference").format(m=title)
            panel = Text("“{a}”减“{b}”", "“{a}” minus “{b}”").format(a=panel, b=first)
            unit = points(unit, self.lang)
        label = f"{capital(title.get(self.lang))} — {panel.get(self.lang)}"
        svg = self.atlas.draw_links(found.svg, marks.svg + labels, label=label, lang=self.lang)
        return Figure(
            title=capital(title.get(self.lang)),
            kind="change roads" if signed else "values roads",
            unit=unit_name(unit, self.lang),
            panels=(Panel(panel.get(self.lang), svg),),
            columns=tuple(WORDS[w].get(self.lang) for w in ("legend_links", "legend_km")),
            legend=tuple(
                LegendRow(
                    samples.line(c.mark, c.width),
                    c.label.get(self.lang),
                    (number(c.links), number(c.km)),
                )
                for c in found.classes
            ),
            colours=(),
            signs=tuple(s for s in SIGNS if s in marks.signs),
            note=self._note(found, signed, bool(labels)),
        )

    def _note(self, found: LinkMap, signed: bool, labelled: bool) -> str:
        said = [WORDS["links_width_change" if signed else "links_width"]]
        said += [WORDS["links_labels"]] if labelled else []
        if found.left_out:
            said.append(WORDS["links_left_out"].format(n=number(found.left_out)))
        if found.off_sheet:
            said.append(WORDS["links_off_sheet"].format(n=number(found.off_sheet)))
        return ("" if self.lang == "zh" else " ").join(t.get(self.lang) for t in said)
