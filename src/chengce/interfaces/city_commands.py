"""Build, check and describe a city from the command line."""

from collections.abc import Sequence
from pathlib import Path

from chengce.city.allocate.about import how_shared
from chengce.city.build import build_city
from chengce.city.city import City
from chengce.city.config import read_config
from chengce.city.layers import BY_NAME, LAYERS
from chengce.city.places.about import how_equipped
from chengce.city.readers.tables_repairs import QUESTIONS_FILE, REPAIRS_FILE, count_listed
from chengce.city.store import open_city
from chengce.core.context import Context
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.engine.streets.gates import GateRules
from chengce.engine.streets.network import snap
from chengce.interfaces.layout import new_table, shown
from chengce.interfaces.session import Session
from chengce.models.gate_report import Located, gate_warnings
from chengce.models.network_report import off_network
from chengce.models.opportunities import zone_points

SHOWN_PER_CODE = 5
_LISTED = {
    REPAIRS_FILE: Text(
        "读表时处理 {n} 处，全部列在 {path}", "{n} repairs of tables, all listed in {path}"
    ),
    QUESTIONS_FILE: Text(
        "待确认 {n} 处，全部列在 {path}", "{n} open questions, all listed in {path}"
    ),
}


def build_city_directory(session: Session, config: Path, out: Path | None) -> None:
    """Build a city directory and say what was read and what was left out."""
    folder = out or config.parent / read_config(config).name
    city, problems = build_city(config, folder, Context(progress=session.show))
    session.workspace.remember_city(city.hash, folder, name=city.name)
    found = [*problems, *_network(city)]
    session.quiet()
    _report(
        session, city, folder, found, Text(f"城市已建成：{folder}", f"the city is built: {folder}")
    )


def check_city(session: Session, folder: Path) -> None:
    """Open a city, which checks every layer, and look at how it meets its streets."""
    city = open_city(folder)
    session.workspace.remember_city(city.hash, folder, name=city.name)
    found = _network(city)
    count = len(found)
    verdict = Text(
        f"检查通过，{count} 条警告", f"nothing is wrong; {count} warning{'' if count == 1 else 's'}"
    )
    session.quiet()
    _report(session, city, folder, found, verdict)


def describe_city(session: Session, folder: Path) -> None:
    """Print layers, rows, sources, dates and licences."""
    city = open_city(folder)
    session.quiet()
    _report(session, city, folder, [], Text("", ""))


def _network(city: City) -> list[Problem]:
    if not (city.has("streets") and city.has("zones")) or not city.table("streets")["walk"].any():
        return []  # a network of car links only has no streets to walk to
    limit = city.assumptions["snap_limit"].value
    zones = zone_points(city)
    rules = GateRules(city.assumptions["gate_tolerance"].value)
    found = snap(city, *zones, "walk", limit_m=limit, gates=rules)
    zone = Text("分区", "zones")
    return [
        *off_network(zone, found.unsnapped, limit),
        *gate_warnings(city, [Located(zone, *zones)]),
    ]


def _report(
    session: Session, city: City, folder: Path, problems: Sequence[Problem], verdict: Text
) -> None:
    if session.json:
        session.put(_plain(city, folder, problems))
        return
    lang = session.lang
    session.print(Text(f"{city.title.zh}（{city.name}）", f"{city.title.en} ({city.name})"))
    session.print(Text(f"目录：{folder}", f"folder: {folder}"))
    session.print(Text(f"哈希：{city.hash}", f"hash: {city.hash}"))
    session.print(_layers(session, city))
    for line in _systems(city):
        session.print(line)
    shared = how_shared(city)
    if shared is not None:
        session.print(Text(f"人口：{shared.zh}", f"people: {shared.en}"))
    for line in how_equipped(city):
        session.print(line)
    dimensions = {g.dimension: None for g in city.groups}
    if dimensions:
        listed = ("、" if lang == "zh" else ", ").join(dimensions)
        session.print(Text(f"人群维度：{listed}", f"dimensions of groups: {listed}"))
    for name, kinds in _listed(folder).items():
        said = _LISTED[name].format(n=sum(kinds.values()), path=folder / name)
        session.print(said)
    if verdict.get(lang):
        session.print(verdict)
    seen: dict[str, int] = {}
    for problem in problems:
        seen[problem.code] = seen.get(problem.code, 0) + 1
        if seen[problem.code] <= SHOWN_PER_CODE:
            session.problems((problem,))
    for code, count in seen.items():
        if count > SHOWN_PER_CODE:
            more = count - SHOWN_PER_CODE
            session.say(
                Text(
                    f"另有 {more} 条同类提示（{code}），全部见 --json",
                    f"{more} more of {code}; all with --json",
                )
            )


def _listed(folder: Path) -> dict[str, dict[str, int]]:
    """Return how many repairs and questions of each kind a city was built with."""
    out: dict[str, dict[str, int]] = {}
    for name in _LISTED:
        for (_, code), n in count_listed(folder / name).items():
            kinds = out.setdefault(name, {})
            kinds[code] = kinds.get(code, 0) + n
    return out


def _layers(session: Session, city: City) -> str:
    lang = session.lang
    none = Text("未注明", "not stated").get(lang)
    words = Text("图层 内容 来源 日期 许可", "layer content source date licence")
    table = new_table("", words.get(lang).split())
    for layer in LAYERS:
        tables = [
            f"{n} {len(f):,}" for n, f in city.tables.items() if BY_NAME[n].layer == layer.name
        ]
        tables += [
            f"{r.values.shape[0]}×{r.values.shape[1]}"
            for n, r in city.rasters.items()
            if n == layer.name
        ]
        if not tables:
            continue
        about = city.descriptors.get(layer.name)
        source = [about.title.get(lang), about.date, about.licence] if about else ["", "", ""]
        name = f"{layer.title.zh}（{layer.name}）" if lang == "zh" else layer.name
        stated = [none if part in ("", "not stated") else part for part in source]
        table.add_row(name, "\n".join(tables), *stated)
    return shown(table)


def _systems(city: City) -> list[Text]:
    """Say in which coordinate system the sources were, and how well each came to WGS-84."""
    said: dict[Text, list[str]] = {}
    for layer in city.layers:
        about = city.descriptors.get(layer)
        if about is not None and about.crs.en:
            said.setdefault(about.crs, []).append(layer)
    return [
        Text(f"坐标（{'、'.join(names)}）：{crs.zh}", f"coordinates ({', '.join(names)}): {crs.en}")
        for crs, names in said.items()
    ]


def _plain(city: City, folder: Path, problems: Sequence[Problem]) -> dict[str, object]:
    shared = how_shared(city)
    return {
        "city": city.name,
        "title": city.title.as_dict(),
        "hash": city.hash,
        "path": str(folder),
        "tables": {name: len(frame) for name, frame in city.tables.items()},
        "rasters": {name: list(raster.values.shape) for name, raster in city.rasters.items()},
        "layers": {
            layer: city.descriptors[layer].as_dict()
            for layer in city.layers
            if layer in city.descriptors
        },
        "people_shared_out": None if shared is None else shared.as_dict(),
        "groups": [
            {"dimension": g.dimension, "id": g.id, "title": g.title.as_dict()} for g in city.groups
        ],
        "listed": _listed(folder),
        "problems": [p.as_dict() for p in problems],
    }
