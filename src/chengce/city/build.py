"""Build a city from raw files: read all of them, report all problems, then write it whole."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from chengce.city.allocate.share import share_out
from chengce.city.allocate.totals import Totals
from chengce.city.assumptions import Assumptions, default_assumptions
from chengce.city.checks import check_table, check_tables
from chengce.city.city import City
from chengce.city.config import (
    CityConfig,
    GtfsEntry,
    LinesEntry,
    Source,
    TableEntry,
    TotalsEntry,
    read_config,
    seconds,
)
from chengce.city.crs import read_system
from chengce.city.datums.base import EXACT
from chengce.city.descriptor import Descriptor
from chengce.city.groups_file import read_groups
from chengce.city.layers import BY_NAME, WGS84, tables_of
from chengce.city.opening.rows import with_rows
from chengce.city.places.reconcile import no_places, reconcile
from chengce.city.places.report import PLACES_FILE
from chengce.city.positions import Positions, matched
from chengce.city.raster import Raster
from chengce.city.readers.elevation import read_elevation
from chengce.city.readers.gtfs import GtfsFeed, combine_feeds, read_gtfs
from chengce.city.readers.osm import read_osm
from chengce.city.readers.sheets.vector import source_hashes
from chengce.city.readers.tables import read_file
from chengce.city.readers.tables_repairs import QUESTIONS_FILE, Workings
from chengce.city.readers.tntp_city import TntpUnits, read_tntp_city
from chengce.city.store import read_toml, save_city
from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem, raise_if_any
from chengce.core.files import write_atomic
from chengce.core.groups import TOTAL, Group
from chengce.core.text import Text, text_of


@dataclass
class _Draft:
    """What has been read so far."""

    folder: Path
    tables: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    rasters: dict[str, Raster] = field(default_factory=dict)
    described: dict[str, list[Descriptor]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    assumptions: Assumptions = field(default_factory=default_assumptions)
    groups: tuple[Group, ...] = ()
    workings: Workings = field(default_factory=Workings)
    origins: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.positions = Positions(self.folder)

    def attempt(self, read: Callable[[], None], tables: Collection[str] = ()) -> None:
        """Read one file; its problems are kept and the others are read all the same.

        `tables` are those the file would have filled.
        """
        try:
            read()
        except ChengceError as error:
            self.problems += error.problems
            self.unread.update(tables)

    def describe(
        self, layers: set[str], path: Path, source: Source, crs: Text = Text("", "")
    ) -> None:
        """Remember where the data of some layers come from, with the file's hash and system."""
        about = {**source.model_dump(), "crs": crs}
        described = Descriptor.read(about, source_hashes(path))
        for layer in layers:
            self.described.setdefault(layer, []).append(described)

    def tell(self, problems: Iterable[Problem]) -> None:
        """Keep what has not been said already: files may share a coordinate system of their own."""
        said = set(self.problems)
        self.problems += [p for p in problems if p not in said]

    def add(self, name: str, frame: pd.DataFrame, origin: str = "") -> None:
        """Keep a table; several sources of one table are put one after another."""
        self.tables.setdefault(name, []).append(frame)
        self.origins.setdefault(name, []).append(origin)


def build_city(
    config_path: Path, folder: Path, context: Context
) -> tuple[City, tuple[Problem, ...]]:
    """Build a city directory from a configuration; return it with the warnings of all readers.

    What was repaired in tables is listed in its `repairs.csv`, what was asked in `questions.csv`.
    Raises `ChengceError` with every problem of every file, and leaves what was asked in
    `FOLDER.questions.csv`; an existing directory stays intact until the new one is complete.
    """
    workings = Workings()
    asked = folder.with_name(f"{folder.name}.{QUESTIONS_FILE}")
    try:
        city, problems = read_city(config_path, context, workings)
    except ChengceError as error:
        if all(q.code == "file_not_found" for q in workings.questions):
            raise  # a file that isn't there needs no list
        write_atomic(asked, workings.files()[QUESTIONS_FILE])
        raise ChengceError([*error.problems, _asked(asked, len(workings.questions))]) from error
    asked.unlink(missing_ok=True)
    context.step(Text("写入城市目录", "writing the city"), 0, 1)
    saved = save_city(city, folder, workings.files())
    context.step(Text("写入城市目录", "writing the city"), 1, 1)
    return saved, problems


def _asked(path: Path, count: int) -> Problem:
    return Problem(
        "questions_listed",
        Text(f"待确认 {count} 处，全部列在 {path}", f"{count} questions, all listed in {path}"),
        file=path.name,
        severity="info",
    )


def read_city(
    config_path: Path, context: Context, workings: Workings | None = None
) -> tuple[City, tuple[Problem, ...]]:
    """Read the raw files of a configuration into a city in memory, with the readers' warnings.

    `workings` takes what was repaired in tables and what was asked.
    """
    config = read_config(config_path)
    draft = _Draft(config_path.resolve().parent)
    draft.workings = draft.workings if workings is None else workings
    jobs: list[tuple[Text, Callable[[], None], tuple[str, ...]]] = []
    if config.osm is not None:
        osm = tuple(t for layer in config.osm.layers for t in tables_of(layer))
        jobs.append((Text("读取 OSM", "reading OSM"), lambda: _osm(draft, config), osm))
    if config.gtfs:
        jobs.append((Text("读取 GTFS", "reading GTFS"), lambda: _gtfs(draft, config), ()))
    if config.lines:
        jobs.append((Text("读取线路表", "reading lines"), lambda: _lines(draft, config), ()))
    if config.elevation is not None:
        jobs.append((Text("读取高程", "reading elevation"), lambda: _elevation(draft, config), ()))
    if config.tntp is not None:
        roads = ("streets", "zones", "flows")
        jobs.append((Text("读取 TNTP", "reading TNTP"), lambda: _tntp(draft, config), roads))
    jobs.append((Text("读取表格", "reading tables"), lambda: _tables(draft, config), ()))
    if config.places is not None or any(e.table == "place_hours" for e in config.tables):
        what = Text("核对设施", "reconciling places")
        jobs.append((what, lambda: _places(draft, config), ("places",)))
    if config.totals:
        jobs.append((Text("分摊人口", "sharing out people"), lambda: _totals(draft, config), ()))
    for done, (what, job, filled) in enumerate(jobs):
        context.step(what, done, len(jobs) + 1)
        draft.attempt(job, filled)
    context.step(Text("检查图层", "checking layers"), len(jobs), len(jobs) + 1)
    tables = {name: _concat(name, frames) for name, frames in draft.tables.items()}
    draft.problems += check_tables(tables, unread=draft.unread)
    draft.attempt(lambda: _more(draft, config))
    draft.problems += draft.positions.check(draft.tables.get("streets", []), config.reference)
    listed = [*(e.path for e in config.tables), *(e.path for e in config.totals)]
    names = {"places", "place_hours", *(Path(path).name for path in listed)}
    draft.workings.ask(p for p in draft.problems if p.file in names)
    raise_if_any(draft.problems)
    draft.problems += _undeclared(tables, draft.groups)
    city = City(
        name=config.name,
        title=text_of(config.title),
        tables=tables,
        rasters=draft.rasters,
        descriptors={layer: _merge(parts) for layer, parts in draft.described.items()},
        assumptions=draft.assumptions,
        groups=draft.groups,
        timezone=config.timezone,
    )
    context.step(Text("检查图层", "checking layers"), len(jobs) + 1, len(jobs) + 1)
    return city, tuple(draft.problems)


def _osm(draft: _Draft, config: CityConfig) -> None:
    assert config.osm is not None
    entry, path = config.osm, draft.folder / config.osm.path
    found = read_osm(path, places="places" in entry.layers, ground="ground" in entry.layers)
    draft.problems += found.problems
    for name, frame in found.tables().items():
        layer = BY_NAME[name].layer
        if layer not in entry.layers:
            continue
        if name == "places" and entry.places:
            frame = frame[frame["kind"].isin(entry.places)].reset_index(drop=True)
        draft.add(name, frame, "osm")
    draft.describe(set(entry.layers), path, entry.source, EXACT)


def _gtfs(draft: _Draft, config: CityConfig) -> None:
    feeds: list[GtfsFeed] = []

    def read(path: Path, entry: GtfsEntry) -> None:
        feed = read_gtfs(path, feed=entry.feed)
        draft.problems.extend(feed.problems)
        feed, crs, notices = draft.positions.feed(feed, entry, path)
        draft.tell(notices)
        draft.describe({"transit"}, path, entry.source, crs)
        feeds.append(feed)

    for entry in config.gtfs:
        path = draft.folder / entry.path
        draft.attempt(
            lambda path=path, entry=entry: read(path, entry),  # type: ignore[misc]
            tables_of("transit"),
        )
    for name, frame in combine_feeds(feeds).items() if feeds else ():
        draft.add(name, frame)


def _lines(draft: _Draft, config: CityConfig) -> None:
    def read(entry: LinesEntry) -> None:
        entry, feed, crs = draft.positions.lines(entry)
        draft.tell(feed.problems)
        for name, frame in feed.tables.items():
            draft.add(name, frame)
        for table in entry.tables().values():
            draft.describe({"transit"}, draft.folder / table.path, entry.source, crs)

    for entry in config.lines:
        draft.attempt(lambda entry=entry: read(entry), tables_of("transit"))  # type: ignore[misc]


def _elevation(draft: _Draft, config: CityConfig) -> None:
    assert config.elevation is not None
    path = draft.folder / config.elevation.path
    draft.rasters["elevation"] = read_elevation(path)
    name = draft.rasters["elevation"].crs
    draft.describe({"elevation"}, path, config.elevation.source, read_system(name).title)


def _tntp(draft: _Draft, config: CityConfig) -> None:
    assert config.tntp is not None
    entry = config.tntp
    net, nodes = draft.folder / entry.net, draft.folder / entry.nodes
    trips = None if entry.trips is None else draft.folder / entry.trips
    period = (seconds(entry.start), seconds(entry.end))
    units = TntpUnits(entry.length_unit, entry.time_unit, *period)
    tables, problems = read_tntp_city(net, nodes, trips, units, crs=entry.crs)
    draft.problems += problems
    for name, frame in tables.items():
        draft.add(name, frame)
    draft.describe({"streets"}, net, entry.source)
    draft.describe({"streets", "zones"}, nodes, entry.source)
    if trips is not None:
        draft.describe({"flows"}, trips, entry.source)


def _tables(draft: _Draft, config: CityConfig) -> None:
    near = _centre(draft)

    def read(entry: TableEntry) -> None:
        path = draft.folder / entry.path
        zones = draft.tables.get("zones", [])
        spec = draft.positions.spec(entry, near)
        table = read_file(path, spec, workings=draft.workings)
        draft.tell(table.problems)
        frame, problems = matched(table.frame, entry, path, zones)
        draft.tell(problems)
        draft.add(entry.table, frame, path.stem)
        crs = draft.positions.table(table, entry, path, zones)
        draft.describe({BY_NAME[entry.table].layer}, path, entry.source, crs)

    for entry in sorted(config.tables, key=lambda e: e.table != "zones"):
        draft.attempt(lambda entry=entry: read(entry), (entry.table,))  # type: ignore[misc]


def _places(draft: _Draft, config: CityConfig) -> None:
    """Give places the hours listed for them, and make one table of several sources."""
    rows = draft.tables.pop("place_hours", None)
    if rows is not None and "places" not in draft.unread:
        whole, problems = with_rows(draft.tables.get("places", []), _concat("place_hours", rows))
        draft.problems += problems
        if whole:
            draft.tables["places"] = whole
    if config.places is None or "places" in draft.unread:
        return
    if "places" not in draft.tables:
        draft.problems.append(no_places())
        return
    named: dict[str, list[pd.DataFrame]] = {}
    for origin, frame in zip(draft.origins["places"], draft.tables["places"], strict=True):
        named.setdefault(origin, []).append(frame)
    sources = {origin: _concat("places", frames) for origin, frames in named.items()}
    beside: dict[str, list[tuple[str, pd.DataFrame]]] = {
        name: list(zip(draft.origins[name], draft.tables[name], strict=True))
        for name in ("place_staff", "place_kit")
        if name in draft.tables
    }
    found = reconcile(sources, config.places, draft.folder, beside)
    draft.tables.update({name: [frame] for name, frame in found.tables.items()})
    for name, frames in draft.tables.items():  # prices of a place follow it
        named_places = [c.name for c in BY_NAME[name].columns if c.refers == "places"]
        for column in named_places if name not in found.tables else ():
            draft.tables[name] = [
                f.assign(**{column: f[column].replace(found.home)}) for f in frames
            ]
    draft.problems += found.problems
    draft.workings.beside[PLACES_FILE] = found.listed


def _totals(draft: _Draft, config: CityConfig) -> None:
    """Read totals of people by area and share them out, once all else they need is sound."""
    made, needed = ("people", "totals", "allocation"), ("zones", "people", "areas", "buildings")
    found: list[Totals] = []

    def read(entry: TotalsEntry) -> None:
        path = draft.folder / entry.path
        table = read_file(path, entry.table_spec(), workings=draft.workings)
        draft.tell(table.problems)
        found.append(Totals(path.name, entry, table.frame))
        source = entry.source.model_copy(update={"date": entry.source.date or entry.date})
        draft.describe({"totals", "people"}, path, source)

    for entry in config.totals:
        draft.attempt(lambda entry=entry: read(entry), made)  # type: ignore[misc]
    tables = {n: _concat(n, draft.tables[n]) for n in needed if n in draft.tables}
    open_ = draft.unread | (
        {"zones"} - set(tables)
    )  # zones there are none of yet are made of homes
    unsound = any(check_table(n, t, tables, unread=open_) for n, t in tables.items())
    if unsound or not draft.unread.isdisjoint({*made, *needed}):
        draft.unread.update((*made, *(n for n in needed if n not in draft.tables)))
        return
    shared, problems = share_out(found, tables)
    draft.problems += problems
    if shared is None:
        draft.unread.update((*made, *(n for n in needed if n not in draft.tables)))
        return
    for name, frame in shared.tables().items():
        draft.add(name, frame)


def _more(draft: _Draft, config: CityConfig) -> None:
    """Read the city's own assumptions and groups."""

    def assumptions(path: Path) -> None:
        draft.assumptions = default_assumptions().override(read_toml(path), path.name)

    def groups(path: Path) -> None:
        if not path.is_file():
            read_toml(path)
        draft.groups = read_groups(path)

    if config.assumptions:
        file = draft.folder / config.assumptions
        draft.attempt(lambda: assumptions(file))
    if config.groups:
        listed = draft.folder / config.groups
        draft.attempt(lambda: groups(listed))


def _undeclared(tables: Mapping[str, pd.DataFrame], groups: Sequence[Group]) -> list[Problem]:
    """Warn of groups counted but not described: their people are taken to walk as adults."""
    if "people" not in tables:
        return []
    counted = tables["people"][["dimension", "group"]].drop_duplicates()
    known = {(g.dimension, g.id) for g in groups}
    missing = [
        f"{dimension}/{group}"
        for dimension, group in counted.itertuples(index=False)
        if dimension != TOTAL and (dimension, group) not in known
    ]
    if not missing:
        return []
    shown = ", ".join(missing[:10]) + (" …" if len(missing) > 10 else "")
    return [
        Problem(
            "group_not_described",
            Text(
                f"以下人群没有说明步行类型，按成人步行计：{shown}",
                f"these groups are not described and are taken to walk as adults: {shown}",
            ),
            Text(
                "在 groups 文件中写明各群体的名称与步行类型构成",
                "describe them in the groups file: title and mix of walking profiles",
            ),
            file="people",
            column="group",
            severity="warning",
        )
    ]


def _centre(draft: _Draft) -> tuple[float, float] | None:
    """Return the middle of the streets or stops read, by which swapped coordinates are noticed."""
    for name in ("streets", "stops"):
        if name in draft.tables and len(draft.tables[name][0]):
            west, south, east, north = draft.tables[name][0].geometry.total_bounds
            return (west + east) / 2, (south + north) / 2
    return None


def _concat(name: str, frames: list[pd.DataFrame]) -> pd.DataFrame:
    if len(frames) == 1:
        return frames[0]
    joined = pd.concat(frames, ignore_index=True)
    return (
        gpd.GeoDataFrame(joined, geometry="geometry", crs=WGS84)
        if BY_NAME[name].geometry
        else joined
    )


def _merge(parts: list[Descriptor]) -> Descriptor:
    """Return one descriptor for a layer made of several files; different answers are joined."""

    def join(values: list[str]) -> str:
        return "; ".join(dict.fromkeys(v for v in values if v))

    def both(texts: list[Text]) -> Text:
        zh = "；".join(dict.fromkeys(t.zh for t in texts if t.zh))
        return Text(zh, join([t.en for t in texts]))

    files = {name: digest for part in parts for name, digest in part.files.items()}
    return Descriptor(
        title=both([p.title for p in parts]),
        licence=join([p.licence for p in parts]),
        date=join([p.date for p in parts]),
        owner=join([p.owner for p in parts]),
        grade=join([p.grade for p in parts]),
        url=join([p.url for p in parts]),
        files=files,
        crs=both([p.crs for p in parts]),
    )
