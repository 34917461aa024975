"""Write the town's walled estates, their gates and the entrances of a station, as offices list them."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import shapely

from chengce.city.synthetic.frame import TOWN, Point
from chengce.city.synthetic.lines import Stop
from chengce.city.synthetic.plan import KINDS, blocks
from chengce.city.synthetic.sketch import Streets

NAMES = (
    "柳岸新村", "朝阳花园", "和平里", "文化小区", "建设新村", "工农里", "幸福家园", "东风苑",
    "新华小区", "锦绣城", "迎宾苑", "北苑小区",
)  # fmt: skip
HEADER = ("小区", "大门", "经度", "纬度", "开放时间", "通行对象", "已核实")
_BESIDE_M = 3.0
STATION = "锦绣城站"
ENTRANCES = (("A口", -60.0, -45.0, 60, 2), ("B口", 55.0, 50.0, 75, 1))  # metres, s, wheelchair


def write_gates(folder: Path, streets: Streets) -> None:
    """Write compounds.geojson and gates.csv; the second gate of the last estate is for residents."""
    gated = [block.kind for block in blocks() if KINDS[block.kind].gates]
    rings = [r for r, kind in zip(streets.walls, gated, strict=True) if kind == "estate"]
    features, rows = [], []
    for name, ring in zip(NAMES, rings, strict=True):
        shape = {"type": "Polygon", "coordinates": [TOWN.degrees(ring).tolist()]}
        features.append({"type": "Feature", "properties": {"小区": name}, "geometry": shape})
        for number, (gate, at) in enumerate(_gates(ring, streets).items()):
            lon, lat = TOWN.degrees([at])[0].tolist()
            own = name == NAMES[-1] and number == 1
            who = "仅业主" if own else "所有人"
            hours = "06:00-23:00" if own else "全天"
            rows.append((name, gate, f"{lon:.7f}", f"{lat:.7f}", hours, who, "是"))
    body = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    text = f'{{"type": "FeatureCollection", "name": "compounds", "features": [\n{body}\n]}}\n'
    (folder / "compounds.geojson").write_text(text, encoding="utf-8", newline="\n")
    _write(folder / "gates.csv", HEADER, rows)


def write_entrances(folder: Path, rail: Sequence[Stop]) -> None:
    """Write entrances.csv: two ways into the station at the estate of the same name."""
    station = next(s for s in rail if s.kind == 1 and s.name[0] == STATION)
    rows = []
    for name, east, north, seconds, wheelchair in ENTRANCES:
        lon, lat = TOWN.degrees([(station.xy[0] + east, station.xy[1] + north)])[0].tolist()
        key = f"{STATION}{name}"
        rows.append((key, f"rail:{station.id}", f"{lon:.7f}", f"{lat:.7f}", seconds, wheelchair))
    header = ("出入口", "车站", "经度", "纬度", "到站台秒数", "无障碍")
    _write(folder / "entrances.csv", header, rows)


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _gates(ring: list[Point], streets: Streets) -> dict[str, Point]:
    """Return the gates in one wall by name: the side they lie on, numbered if there are several."""
    wall = shapely.LinearRing(ring)
    middle = wall.centroid
    found: dict[str, Point] = {}
    for node, tags in streets.tags.items():
        x, y = streets.xy[node].tolist()
        if tags.get("barrier") != "gate" or wall.distance(shapely.Point(x, y)) > _BESIDE_M:
            continue
        east, north = x - middle.x, y - middle.y
        side = (
            ("东" if east > 0 else "西") if abs(east) > abs(north) else "北" if north > 0 else "南"
        )
        name = f"{side}门" if f"{side}门" not in found else f"{side}2门"
        found[name] = (x, y)
    return found
