"""Write two proposals for the town: an express line to the south bank, a clinic and a closed bridge."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from chengce.city.synthetic.frame import TOWN, Point, bend
from chengce.city.synthetic.lines import Stop

_NEW_STOPS = (
    ("s1", "南关东站", 860.0, -740.0),
    ("s2", "柳林东站", 870.0, -1110.0),
    ("s3", "化肥厂站", 640.0, -1430.0),
    ("s4", "柳林中站", 180.0, -1245.0),
)  # fmt: skip
_CLINIC = (470.0, -1080.0)


def write_scenarios(folder: Path, stops: Sequence[Stop], bridges: Mapping[int, int]) -> None:
    """Write south_line.yaml and new_clinic.yaml; `bridges` maps main streets to ways."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "south_line.yaml", _south_line(stops))
    _write(folder / "new_clinic.yaml", _new_clinic(bridges))


class _Dumper(yaml.SafeDumper):
    """Write clock times in quotes: a bare 16:30 is a number to YAML 1.1."""


class _Clock(str):
    __slots__ = ()


def _quoted(dumper: yaml.SafeDumper, clock: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(clock), style='"')


_Dumper.add_representer(_Clock, _quoted)


def _write(path: Path, scenario: dict[str, Any]) -> None:
    text = yaml.dump(scenario, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    path.write_text(text, encoding="utf-8", newline="\n")


def _headways(*periods: tuple[str, str, int]) -> list[dict[str, Any]]:
    return [{"from": _Clock(a), "to": _Clock(b), "minutes": m} for a, b, m in periods]


def _lonlat(uv: Point) -> dict[str, float]:
    lon, lat = TOWN.degrees(bend([uv]))[0].tolist()
    return {"lon": round(lon, 6), "lat": round(lat, 6)}


def _south_line(stops: Sequence[Stop]) -> dict[str, Any]:
    metro = next(s.xy for s in stops if s.name[0] == "锦绣城站")
    buses = [s for s in stops if s.id.startswith("1")]
    hub = min(buses, key=lambda s: math.dist(s.xy, metro)).id
    bridge = next(s.id for s in buses if "朝阳路" in s.name[0] and "人民路" in s.name[0])
    new = [{"id": i, "name": name, **_lonlat((u, v))} for i, name, u, v in _NEW_STOPS]
    return {
        "name": "south_line",
        "title": {"zh": "南岸快线", "en": "South bank express"},
        "modifications": [
            {
                "type": "add_line",
                "id": "south_express",
                "title": {"zh": "南岸快线", "en": "South bank express"},
                "mode": "bus",
                "stops": [f"bus:{hub}", f"bus:{bridge}", *new],
                "both_directions": True,
                "speed_kmh": 28,
                "dwell_s": 20,
                "headways": _headways(("06:00", "09:00", 8), ("09:00", "22:00", 12)),
            },
            {
                "type": "change_headway",
                "route": "bus:2",
                "headways": _headways(
                    ("06:00", "09:00", 10), ("09:00", "16:30", 20), ("16:30", "19:30", 10)
                ),
            },
        ],
    }


def _new_clinic(bridges: Mapping[int, int]) -> dict[str, Any]:
    return {
        "name": "new_clinic",
        "title": {
            "zh": "南岸卫生服务站与文化桥封闭重建",
            "en": "South bank clinic, Wenhua Bridge closed for rebuilding",
        },
        "modifications": [
            {
                "type": "add_facility",
                "id": "clinic_new",
                "kind": "clinic",
                "name": "南岸社区卫生服务站",
                **_lonlat(_CLINIC),
                "capacity": 60,
            },
            {"type": "close_street", "way": bridges[3]},
        ],
    }
