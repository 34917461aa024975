"""Write the town's zones, people, incomes, jobs and register of care as a clerk would keep them."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from shapely import Polygon

from chengce.city.synthetic.frame import TOWN
from chengce.city.synthetic.places import Place
from chengce.city.synthetic.town_config import (
    AGE_COLUMNS,
    INCOME_COLUMNS,
    JOB_COLUMNS,
    MODE_COLUMNS,
)
from chengce.city.synthetic.traffic_counts import Count
from chengce.city.synthetic.trips import Trips
from chengce.city.synthetic.zones import Zones


def write_tables(folder: Path, zones: Zones, care: Sequence[Place]) -> None:
    """Write zones.geojson, people.csv, income.csv, jobs.csv and care.csv into `folder`."""
    _write_zones(folder / "zones.geojson", zones)
    named = [(i, zh, en) for i, (zh, en) in zip(zones.ids, zones.names, strict=True)]
    for file, columns, counts in (
        ("people.csv", AGE_COLUMNS, zones.ages),
        ("income.csv", INCOME_COLUMNS, zones.incomes),
        ("jobs.csv", JOB_COLUMNS, zones.jobs),
    ):
        rows = ([*name, *row, sum(row)] for name, row in zip(named, counts.tolist(), strict=True))
        _write_csv(
            folder / file, ("分区编号", "分区名称", "name_en", *columns.values(), "合计"), rows
        )
    header = ("编号", "名称", "name_en", "类别", "经度", "纬度", "床位数", "服务时间", "无障碍")
    _write_csv(folder / "care.csv", header, (_care(k, p) for k, p in enumerate(care, 1)))


def write_trips(folder: Path, zones: Zones, trips: Trips) -> None:
    """Write commute.csv (a day, by mode) and cars.csv (08:00–09:00); pairs without trips are left out."""
    ids = zones.ids
    some = np.argwhere(trips.commute.sum(axis=2) > 0).tolist()
    rows = ([ids[i], ids[j], *trips.commute[i, j].tolist()] for i, j in some)
    _write_csv(folder / "commute.csv", ("居住分区", "工作分区", *MODE_COLUMNS.values()), rows)
    some = np.argwhere(trips.cars > 0).tolist()
    cars = ([ids[i], ids[j], int(trips.cars[i, j])] for i, j in some)
    _write_csv(folder / "cars.csv", ("起点分区", "终点分区", "车辆数"), cars)


def write_counts(folder: Path, counts: Sequence[Count]) -> None:
    """Write counts.csv and count_links.csv: cars from 08:00 to 09:00 on streets and screen lines."""
    rows = ([c.id, c.cars, c.sd] for c in counts)
    _write_csv(folder / "counts.csv", ("编号", "车辆数", "标准差"), rows)
    links = ([c.id, street, direction] for c in counts for street, direction in c.links)
    _write_csv(folder / "count_links.csv", ("编号", "路段", "方向"), links)


def _care(number: int, place: Place) -> list[object]:
    lon, lat = TOWN.degrees([place.xy])[0].tolist()
    tags = place.tags
    hours = tags.get("opening_hours", "Mo-Su 08:00-18:00")
    return [f"YL{number:02d}", tags["name"], tags["name:en"], "社区养老服务站", f"{lon:.6f}", f"{lat:.6f}",
            tags["capacity"], hours, tags.get("wheelchair", "")]  # fmt: skip


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _write_zones(path: Path, zones: Zones) -> None:
    features = []
    points = TOWN.degrees(zones.points).tolist()
    for k, polygon in enumerate(zones.polygons):
        zh, en = zones.names[k]
        lon, lat = points[k]
        properties = {
            "编号": zones.ids[k],
            "名称": zh,
            "name_en": en,
            "居民点经度": lon,
            "居民点纬度": lat,
        }
        geometry = {"type": "Polygon", "coordinates": _rings(polygon)}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    body = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    text = f'{{"type": "FeatureCollection", "name": "zones", "features": [\n{body}\n]}}\n'
    path.write_text(text, encoding="utf-8", newline="\n")


def _rings(polygon: Polygon) -> list[list[list[float]]]:
    rings = [polygon.exterior, *polygon.interiors]
    return [TOWN.degrees(ring.coords).tolist() for ring in rings]
