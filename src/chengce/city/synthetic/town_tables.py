"""Write the town's zones, people, incomes, jobs and register of care as a clerk would keep them."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from shapely import Polygon

from chengce.city.synthetic.frame import TOWN
from chengce.city.synthetic.places import Place
from chengce.city.synthetic.town_config import AGE_COLUMNS, INCOME_COLUMNS, JOB_COLUMNS
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
