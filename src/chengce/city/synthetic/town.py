"""Generate a fictional Chinese town as real input files, to be read by the real readers."""

from pathlib import Path

import numpy as np

from chengce.city.synthetic.block_streets import fill_block
from chengce.city.synthetic.frame import Floats
from chengce.city.synthetic.ground import Area, areas, boundary, river_line
from chengce.city.synthetic.gtfs_file import write_bus, write_rail
from chengce.city.synthetic.lines import light_rail
from chengce.city.synthetic.main_streets import draw_main_streets, draw_promenade
from chengce.city.synthetic.osm_file import STREET_WAY, Ban, Extras, write_osm
from chengce.city.synthetic.place_sorts import CARE, SORTS
from chengce.city.synthetic.places import Ground, scatter
from chengce.city.synthetic.plan import BRIDGES, KINDS, RIVER_ROW, blocks
from chengce.city.synthetic.relief import write_elevation
from chengce.city.synthetic.sketch import Sketch, Streets
from chengce.city.synthetic.town_config import write_config
from chengce.city.synthetic.town_gates import write_entrances, write_gates
from chengce.city.synthetic.town_scenarios import write_scenarios
from chengce.city.synthetic.town_tables import write_counts, write_tables, write_trips
from chengce.city.synthetic.traffic_counts import make_counts
from chengce.city.synthetic.trips import make_trips
from chengce.city.synthetic.zones import Zones, make_zones

# Where jobs are: weight of a node by the kind of its block
_WORKS = {
    "industry": {"industry": 1.0, "works": 0.12},
    "services": {"core": 3.0, "lanes": 0.35, "estate": 0.3, "works": 0.25, "village": 0.1, "hill": 0.1},
    "public": {"campus": 2.0, "core": 1.5, "estate": 0.15, "lanes": 0.15, "works": 0.1},
}  # fmt: skip


def write_town(folder: Path, *, seed: int = 1) -> Path:
    """Write the town of Qinghe (清河镇, fictional) into `folder`; return the path of town.toml.

    About 20,000 people in 60 zones, 2,000 street nodes, a river with three bridges, three bus
    lines and a light rail line, served from 2026-01-01 to 2026-12-31, with trips between zones and
    traffic counts of its own invention. The same seed gives the same files, byte for byte where
    the formats allow.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    plan = blocks()
    streets = _streets(rng)
    zones = make_zones(streets.xy, _homes(streets), _works(streets), rng)
    ground = _place_ground(streets, zones)
    places = scatter(SORTS, ground, rng)
    care = scatter((CARE,), ground, rng)
    extras = Extras(
        bans=_bans(streets),
        places=places,
        areas=areas(plan, rng),
        lines=_lines(),
        outline=[(float(x), float(y)) for x, y in boundary().exterior.coords],
    )
    write_osm(folder / "qinghe.osm.pbf", streets, extras)
    write_elevation(folder / "elevation.tif")
    write_tables(folder, zones, care)
    write_gates(folder, streets)
    dice = np.random.default_rng([seed, 1])  # of their own: the town stays what it was
    trips = make_trips(zones, dice)
    write_trips(folder, zones, trips)
    write_counts(folder, make_counts(streets, zones.points, trips.cars, dice))
    stops = write_bus(folder / "bus.zip", streets)
    rail = write_rail(folder / "rail.zip")
    write_entrances(folder, rail)
    stops += rail
    bridges = {b: STREET_WAY + streets.sides["u", b, RIVER_ROW] for b in BRIDGES}
    write_scenarios(folder / "scenarios", stops, bridges)
    return write_config(folder)


def _streets(rng: np.random.Generator) -> Streets:
    sketch = Sketch()
    plan = blocks()
    for block in plan:
        fill_block(sketch, block, rng)
    draw_promenade(sketch, rng)
    draw_main_streets(sketch, plan, rng)
    return sketch.finish()


def _homes(streets: Streets) -> Floats:
    dwellings = {name: kind.dwellings for name, kind in KINDS.items()}
    return np.array([dwellings.get(str(k), 0.0) for k in streets.kind])


def _works(streets: Streets) -> dict[str, Floats]:
    near = np.exp(-((np.hypot(*streets.xy.T) / 1400) ** 2))
    pull = {"industry": np.ones(len(near)), "services": near, "public": near}
    return {
        job: np.array([weights.get(str(k), 0.0) for k in streets.kind]) * pull[job]
        for job, weights in _WORKS.items()
    }


def _place_ground(streets: Streets, zones: Zones) -> Ground:
    zone = zones.of(streets.xy)
    return Ground(streets.xy, _homes(streets), zone, zones.south[zone], zones.names)


def _lines() -> list[Area]:
    _, patterns = light_rail()
    rail = {
        "railway": "light_rail",
        "name": "清河轻轨1号线",
        "name:en": "Qinghe Light Rail Line 1",
        "bridge": "yes",
        "layer": "2",
    }
    river = {"waterway": "river", "name": "清河", "name:en": "Qing River"}
    return [Area(list(patterns[0].course), rail), Area(river_line(), river)]


def _bans(streets: Streets) -> list[Ban]:
    # no left turns where 解放街 meets 人民路 and 迎宾大道; 文化路 straight on at 人民路
    def ban(
        kind: str, start: tuple[str, int, int], via: tuple[int, int], end: tuple[str, int, int]
    ) -> Ban:
        return Ban(kind, streets.sides[start], streets.corners[via], streets.sides[end])

    return [
        ban("no_left_turn", ("u", 5, 5), (5, 6), ("v", 6, 4)),
        ban("no_left_turn", ("u", 5, 6), (5, 6), ("v", 6, 5)),
        ban("no_left_turn", ("v", 9, 4), (5, 9), ("u", 5, 9)),
        ban("only_straight_on", ("u", 3, 5), (3, 6), ("u", 3, 6)),
    ]
