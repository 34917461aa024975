"""Take Porto Alegre from raw files to a comparison whose numbers replay."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chengce.applications import application_named
from chengce.city.build import build_city
from chengce.city.city import City
from chengce.core.context import Context
from chengce.decisions.export import export
from chengce.decisions.record import record, replay
from chengce.engine.running.runner import make_runner
from chengce.ledger.workspace import Workspace
from chengce.models.scenario import TODAY, Scenario, read_scenario

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CONTEXT = Context(seed=5, draws=20, runner=make_runner("threads", 2))


@pytest.fixture(scope="module")
def city(
    shared_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[City]:
    """Build the example's city with a known walking speed, so that one matrix serves a state."""
    folder = tmp_path_factory.mktemp("poa")
    shutil.copytree(shared_data("porto_alegre"), folder / "porto_alegre")
    shutil.copy(EXAMPLES / "porto_alegre.toml", folder)
    built, problems = build_city(folder / "porto_alegre.toml", folder / "city", CONTEXT)
    assert not [p for p in problems if p.severity == "error"]
    assert sum(p.code == "missing_value" for p in problems) >= 5  # five hexagons without jobs
    return built


def certain(base: City) -> City:
    """Return the city with a known walking speed."""
    return replace(base, assumptions=base.assumptions.override({"walk_speed_adult": 1.0}))


def test_nothing_is_lost_on_the_way_in(city: City) -> None:
    assert len(city.table("zones")) == len(city.table("people")) == 1227
    assert city.table("people")["count"].sum() == 812_935
    assert len(city.table("jobs")) == 1222
    places = city.table("places").groupby("kind")["count"].sum()
    assert places["school"] == 194
    assert len(city.table("stops")) == 3986 + 24
    assert len(city.table("trips")) == 2374 + 1248
    assert city.table("streets")["length_m"].sum() > 1_500_000


def test_a_metro_reaches_a_report_and_replays(city: City, tmp_path: Path) -> None:
    app = application_named("new_line")
    params = app.parse(
        {"date": "2019-05-14", "start": "14:00", "window_min": 20, "max_trip_min": 60}
    )
    metro = read_scenario(EXAMPLES / "scenarios" / "north_south_metro.yaml")
    nothing = Scenario("nothing", TODAY.title)
    known = {"walk_speed_adult": 1.0}
    fixed = [Scenario(s.name, s.title, s.modifications, known) for s in (TODAY, nothing, metro)]
    workspace = Workspace.open(tmp_path / "home")
    run = record(
        workspace, app, city, params, reference=fixed[0], scenarios=fixed[1:], context=CONTEXT
    )
    null, better = run.comparison.changes
    assert all((c.cells == 0).all() or not c.cells.size for c in _known(null.values()))
    assert all(
        (c.cells * (1 if c.metric.better == "more" else -1)).min() >= 0
        for c in _known(better.values())
    )
    assert better["jobs_30"].people["gain"].value > 100_000
    again = replay(workspace, run.id, CONTEXT)
    assert (again.same, again.largest) == ("identical", 0.0)
    files = {p.name: p for p in export(run, tmp_path / "out")}
    for name in ("report.zh.html", "report.en.html"):
        assert files[name].stat().st_size < 5 * 2**20


def test_seven_in_the_morning_is_not_in_this_bus_timetable(city: City) -> None:
    app = application_named("new_line")
    params = app.parse(
        {"date": "2019-05-14", "window_min": 5, "max_trip_min": 30, "destinations": ["school"]}
    )
    finding = app.run(certain(city), params, CONTEXT)
    quiet = [w for w in finding.warnings if w.code == "no_service_in_window"]
    assert len(quiet) == 1
    assert "eptc" in quiet[0].message.en
    assert "11:" in quiet[0].message.zh


def _known(changes):  # type: ignore[no-untyped-def]
    """Return changes with places off the network left out."""
    return [replace(c, cells=c.cells[~(c.cells != c.cells)]) for c in changes]
