"""Print a run as one file that a person can annex to a planning document."""

from chengce.decisions.report.headline import headline_metrics
from chengce.decisions.report.render import render_report

__all__ = ["headline_metrics", "render_report"]
