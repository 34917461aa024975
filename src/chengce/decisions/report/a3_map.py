"""Set the map of the headline metric on A3: title, legend, scale, north, sources, a place for numbers."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from chengce.core.errors import ChengceError, Problem
from chengce.core.finding import Metric
from chengce.core.text import Lang, Text
from chengce.decisions.file_names import plain_name
from chengce.decisions.maps.graticule import scale, ticks
from chengce.decisions.maps.proposal import SIGNS
from chengce.decisions.maps.zone_map import Atlas
from chengce.decisions.record import Run
from chengce.decisions.report.attribution import attribution
from chengce.decisions.report.content import map_keys, proposals
from chengce.decisions.report.document import MapsBlock
from chengce.decisions.report.figures import Figure, figures
from chengce.decisions.report.headline import headline_metrics
from chengce.decisions.report.numbers import rich
from chengce.decisions.report.pdf_file import maps_data, typst_source
from chengce.decisions.report.places import place_names
from chengce.decisions.report.results import AFTER, BEFORE, CHANGE, VALUE
from chengce.decisions.report.rich import Rich, pieces
from chengce.decisions.report.tables import capital
from chengce.decisions.report.wording import captioned, why_not
from chengce.decisions.report.words import WORDS
from chengce.decisions.typeset.compile import to_pdf, to_png
from chengce.decisions.typeset.fonts import heavy, require, stack

MAP_MM = (292.0, 231.0)
DPI = 300.0
MOST_LINES = 6
GAIN, LOSS = Text("受益人口", "People who gain"), Text("受损人口", "People who lose")
BLANKS = (
    Text("审图号：", "Map review no.:"),
    Text("制图单位：", "Prepared by:"),
    Text("制图：", "Drawn by:"),
    Text("审核：", "Checked by:"),
)


def a3_maps(run: Run, lang: Lang) -> dict[str, bytes]:
    """Return map.SCENARIO.LANG.pdf and .png (300 dpi, 4961 × 3508) per scenario, by name.

    The map shows how the first headline metric changes; without scenarios, its value. Raises
    `ChengceError` where no zone has a geometry (`map_without_places`) or a font is missing.
    """
    comparison = run.comparison
    reference = comparison.reference
    atlas = Atlas.of(
        reference.city,
        reference.finding.places,
        reference.finding.at_edge,
        frame=MAP_MM[1] / MAP_MM[0],
    )
    if atlas is None:
        raise ChengceError(_nothing_to_draw())
    metric = headline_metrics(comparison)[0]
    names = place_names(reference.city, reference.finding.places)
    drawn = figures(comparison, atlas, (metric,), names, lang)
    shown = drawn[1:] or drawn[:1]
    at = dt.datetime.fromisoformat(run.at)
    source = typst_source("a3_map.typ")
    out: dict[str, bytes] = {}
    for k, figure in enumerate(shown):
        pictures: dict[str, bytes] = {}
        sheet = _Sheet(run, atlas, metric, k if comparison.alternatives else None, lang)
        text = json.dumps(sheet.data(figure, pictures), ensure_ascii=False)
        require(text)
        common = typst_source("common.typ")
        given = {"map.json": text.encode(), "common.typ": common.encode(), **pictures}
        state = comparison.alternatives[k] if comparison.alternatives else reference
        stem = f"map.{plain_name(state.scenario.name)}.{lang}"
        out[f"{stem}.pdf"] = to_pdf(source, given, at)
        out[f"{stem}.png"] = to_png(source, given, DPI)[0]
    return out


@dataclass(frozen=True)
class _Sheet:
    """One sheet: the scenario `index` against the reference; None: the reference alone."""

    run: Run
    atlas: Atlas
    metric: Metric
    index: int | None
    lang: Lang

    def data(self, figure: Figure, pictures: dict[str, bytes]) -> dict[str, Any]:
        """Return what the page says as plain data; its pictures are put into `pictures`."""
        comparison, lang = self.run.comparison, self.lang
        city = comparison.reference.city
        signs = [(s, SIGNS[s].get(lang)) for s in figure.signs]
        credit = attribution(city, lang)
        block = MapsBlock(1, figure, (*map_keys(self.atlas, lang), *signs), credit)
        drawn = maps_data(block, self.atlas.definitions, pictures, MAP_MM[0], furniture=False)
        east, north = ticks(self.atlas.sheet)
        bar = scale(self.atlas.sheet, MAP_MM[0])
        gap = "" if lang == "zh" else " "
        caveats = comparison.application.caveats
        words = {name: text.get(lang) for name, text in WORDS.items()}
        return drawn | {
            "lang": lang,
            "fonts": list(stack(lang)),
            "heavy": heavy(lang),
            "words": words | {"legend_class": (VALUE if self.index is None else CHANGE).get(lang)},
            "title": f"{city.title.get(lang)} · {figure.title}",
            "subtitle": figure.panels[0].title,
            "question": comparison.application.title.get(lang),
            "legend_title": words["legend_class"],
            "frame": {"width": MAP_MM[0], "height": MAP_MM[1], "east": east, "north": north},
            "scale": {"bar": bar.bar_mm, "labels": bar.labels, "ratio": bar.ratio.get(lang)},
            "picture": drawn["panels"][0]["file"],
            "numbers_title": Text("全市", "The whole city").get(lang),
            "metric": capital(captioned(self.metric.title, (self.metric,)).get(lang)),
            "numbers": [[name.get(lang), pieces(value)] for name, value in self._numbers()],
            "proposed": self._proposed(),
            "disclaimer": capital(caveats[0].get(lang)) if caveats else "",
            "blanks": [b.get(lang) for b in BLANKS],
            "credit": credit,
            "projection": f"{WORDS['projection'].get(lang)}{gap}WGS-84",
            "date": self.run.at[:10],
            "run_id": self.run.id,
            "replay": self.run.replay_command,
        }

    def _numbers(self) -> list[tuple[Text, Rich]]:
        comparison, name, lang = self.run.comparison, self.metric.id, self.lang
        why = why_not(self.metric)
        before = rich(comparison.reference.finding.headline()[name], lang, why=why)
        if self.index is None:
            return [(VALUE, before)]
        state = comparison.alternatives[self.index]
        change = comparison.differences()[self.index][name]
        people = comparison.changes[self.index][name].people
        return [
            (BEFORE, before),
            (AFTER, rich(state.finding.headline()[name], lang, why=why)),
            (CHANGE, rich(change, lang, signed=True, why=why)),
            (GAIN, rich(people["gain"], lang)),
            (LOSS, rich(people["loss"], lang)),
        ]

    def _proposed(self) -> list[str]:
        if self.index is None:
            return []
        title = self.run.comparison.alternatives[self.index].scenario.title.get(self.lang)
        lines = next(x for name, x, _ in proposals(self.run.comparison, self.lang) if name == title)
        more = len(lines) - MOST_LINES
        left = Text(f"另有 {more} 项", f"{more} more").get(self.lang)
        return [*lines[:MOST_LINES], left] if more > 0 else lines


def _nothing_to_draw() -> Problem:
    return Problem(
        "map_without_places",
        Text("分区没有几何位置，无法成图", "the zones have no geometry, so there is no map"),
        Text("在城市配置中给出分区边界", "give the boundaries of the zones in the city's config"),
    )
