"""Build, check and describe a city from the command line."""

from collections.abc import Sequence
from pathlib import Path

from chengce.city.build import build_city
from chengce.city.city import City
from chengce.city.config import read_config
from chengce.city.store import open_city
from chengce.core.context import Context
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.engine.network import snap
from chengce.interfaces.session import Session
from chengce.models.network_report import off_network
from chengce.models.opportunities import zone_points

SHOWN_PER_CODE = 5


def build_city_directory(session: Session, config: Path, out: Path | None) -> None:
    """Build a city directory and say what was read and what was left out."""
    folder = out or config.parent / read_config(config).name
    city, problems = build_city(config, folder, Context(progress=session.show))
    session.workspace.remember_city(city.hash, folder, name=city.name)
    _report(session, city, folder, [*problems, *_network(city)])


def check_city(session: Session, folder: Path) -> None:
    """Open a city, which checks every layer, and look at how it meets its streets."""
    city = open_city(folder)
    session.workspace.remember_city(city.hash, folder, name=city.name)
    _report(session, city, folder, _network(city))


def describe_city(session: Session, folder: Path) -> None:
    """Print layers, rows, sources, dates and licences."""
    _report(session, open_city(folder), folder, [])


def _network(city: City) -> list[Problem]:
    if not (city.has("streets") and city.has("zones")):
        return []
    limit = city.assumptions["snap_limit"].value
    found = snap(city, *zone_points(city), "walk", limit_m=limit)
    return off_network(Text("分区", "zones"), found.unsnapped, limit)


def _report(session: Session, city: City, folder: Path, problems: Sequence[Problem]) -> None:
    none = Text("未注明", "not stated").get(session.lang)
    if session.json:
        session.put(
            {
                "city": city.name,
                "title": city.title.as_dict(),
                "hash": city.hash,
                "path": str(folder),
                "tables": {name: len(frame) for name, frame in city.tables.items()},
                "layers": {layer: city.descriptors[layer].as_dict() for layer in city.layers if layer in city.descriptors},
                "problems": [p.as_dict() for p in problems],
            }
        )
        return
    session.print(f"{city.title.get(session.lang)} ({city.name})  {city.hash[:16]}  {folder}")
    for name, frame in city.tables.items():
        session.print(f"  {name:<12} {len(frame):>9,}")
    for name, raster in city.rasters.items():
        session.print(f"  {name:<12} {raster.values.shape[0]}×{raster.values.shape[1]}")
    for layer in city.layers:
        if layer in city.descriptors:
            d = city.descriptors[layer]
            session.print(f"  {layer}: {d.title.get(session.lang) or none} · {d.date or none} · {d.licence or none}")
    shown: dict[str, int] = {}
    for problem in problems:
        shown[problem.code] = shown.get(problem.code, 0) + 1
        if shown[problem.code] <= SHOWN_PER_CODE:
            session.problems((problem,))
    for code, count in shown.items():
        if count > SHOWN_PER_CODE:
            more = count - SHOWN_PER_CODE
            session.say(Text(f"另有 {more} 条 {code}", f"{more} more of {code}"))
