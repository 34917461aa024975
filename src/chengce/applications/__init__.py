"""List the questions the house can answer: name → module; each is loaded when asked for."""

from importlib import import_module

from chengce.core.application import Application
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.core.validation import near_names

APPLICATIONS: dict[str, str] = {
    "commuting_flows": "chengce.applications.commuting_flows",
    "everyday_reach": "chengce.applications.everyday_reach",
    "new_line": "chengce.applications.new_line",
    "road_measures": "chengce.applications.road_measures",
}


def application_named(name: str) -> Application:
    """Return an application; an unknown name is answered with the names there are."""
    if name not in APPLICATIONS:
        raise ChengceError(
            Problem(
                "application_unknown",
                Text(f"没有名为 {name} 的应用", f"there is no application {name}"),
                near_names(name, tuple(APPLICATIONS)),
            )
        )
    found = getattr(import_module(APPLICATIONS[name]), name)
    assert isinstance(found, Application)
    return found
