"""Print the blocks of a report through one template as a web page that loads nothing."""

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from chengce.core.text import Lang
from chengce.decisions.maps import samples
from chengce.decisions.maps.style import chart_css, map_css
from chengce.decisions.record import Run
from chengce.decisions.report.content import report_content


def render_report(run: Run, lang: Lang) -> str:
    """Return the report of a run as one HTML file in one language; it loads nothing from elsewhere."""
    document = report_content(run, lang)
    style = files("chengce.decisions.report").joinpath("report.css").read_text("utf-8")
    return str(
        _template().render(
            d=document,
            t=document.words,
            lang="zh-CN" if lang == "zh" else "en",
            css=Markup(map_css() + chart_css() + style),
            swatch=lambda inside: Markup(samples.swatch(inside)),
            sign=lambda mark: Markup(samples.swatch(samples.sign(mark))),
        )
    )


@cache
def _template() -> Any:
    here = files("chengce.decisions.report")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(here.joinpath("report.html").read_text("utf-8"))
