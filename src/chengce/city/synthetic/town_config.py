"""Write the town's `town.toml` and `groups.toml`: what each file is and how to read it."""

from pathlib import Path
from typing import Any

import tomli_w

DATE = "2026-01-01"
AGE_COLUMNS = {"0-14": "0–14岁", "15-59": "15–59岁", "60-79": "60–79岁", "80+": "80岁及以上"}
INCOME_COLUMNS = {"low": "低收入", "middle": "中等收入", "high": "高收入"}
MODE_COLUMNS = {"car": "小汽车", "transit": "公交", "walk": "步行"}
PEAK = {"start_s": 8 * 3600, "end_s": 9 * 3600}
JOB_COLUMNS = {"industry": "工业岗位", "services": "商业服务业岗位", "public": "公共服务岗位"}


def _source(zh: str, en: str) -> dict[str, Any]:
    return {
        "title": {"zh": f"{zh}（虚构，程序生成）", "en": f"{en} (fictional, generated)"},
        "licence": "CC0-1.0",
        "date": DATE,
        "owner": "chengce",
        "grade": "general",
    }


def write_config(folder: Path) -> Path:
    """Write `groups.toml` and `town.toml`; return the path of the latter."""
    (folder / "groups.toml").write_text(
        tomli_w.dumps({"groups": _groups()}), encoding="utf-8", newline="\n"
    )
    path = folder / "town.toml"
    path.write_text(tomli_w.dumps(_town()), encoding="utf-8", newline="\n")
    return path


def _town() -> dict[str, Any]:
    return {
        "name": "qinghe",
        "title": {"zh": "清河镇（虚构）", "en": "Qinghe (fictional)"},
        "timezone": "Asia/Shanghai",
        "groups": "groups.toml",
        "osm": {
            "path": "qinghe.osm.pbf",
            "layers": ["streets", "places", "ground"],
            "source": _source("道路、设施与地表", "Streets, places and ground"),
        },
        "gtfs": [
            {"feed": "bus", "path": "bus.zip", "source": _source("公交时刻表", "Bus timetable")},
            {"feed": "rail", "path": "rail.zip", "source": _source("轻轨时刻表", "Light rail timetable")},
        ],
        "elevation": {"path": "elevation.tif", "source": _source("数字高程", "Elevation")},
        "tables": [
            {
                "table": "zones",
                "path": "zones.geojson",
                "crs": "EPSG:4326",
                "geometry": "file",
                "columns": {
                    "id": "编号", "name": "名称", "point_lon": "居民点经度", "point_lat": "居民点纬度",
                },
                "source": _source("社区（村）分区", "Communities and villages"),
            },
            _melted("people", "people.csv", {"dimension": "age", "base": "resident"}, "group", AGE_COLUMNS)
            | {"source": _source("分年龄常住人口", "Residents by age")},
            _melted("people", "income.csv", {"dimension": "income", "base": "resident"}, "group", INCOME_COLUMNS)
            | {"source": _source("分收入常住人口", "Residents by income")},
            _melted("jobs", "jobs.csv", {}, "kind", JOB_COLUMNS)
            | {"source": _source("就业岗位", "Jobs")},
            {
                "table": "places",
                "path": "care.csv",
                "crs": "EPSG:4326",
                "geometry": "point:经度,纬度",
                "columns": {
                    "id": "编号", "name": "名称", "capacity": "床位数", "hours": "服务时间", "wheelchair": "无障碍",
                },
                "constants": {"kind": "elderly_care", "count": 1},
                "source": _source("养老服务设施台账", "Register of elderly care"),
            },
            *_ways_in(),
            *_traffic(),
        ],
    }  # fmt: skip


def _ways_in() -> list[dict[str, Any]]:
    return [
        {
            "table": "compounds",
            "path": "compounds.geojson",
            "crs": "EPSG:4326",
            "geometry": "file",
            "columns": {"id": "小区", "name": "小区"},
            "source": _source("封闭小区", "Walled estates"),
        },
        {
            "table": "gates",
            "path": "gates.csv",
            "crs": "EPSG:4326",
            "geometry": "point:经度,纬度",
            "columns": {
                "compound": "小区", "id": "大门", "from_s": "开放时间", "to_s": "开放时间",
                "who": "通行对象", "verified": "已核实",
            },
            "source": _source("小区大门调查", "Survey of their gates"),
        },
        {
            "table": "entrances",
            "path": "entrances.csv",
            "crs": "EPSG:4326",
            "geometry": "point:经度,纬度",
            "columns": {
                "id": "出入口", "stop": "车站", "name": "出入口", "seconds": "到站台秒数", "wheelchair": "无障碍",
            },
            "source": _source("轻轨站出入口", "Entrances of a light rail station"),
        },
    ]  # fmt: skip


def _traffic() -> list[dict[str, Any]]:
    return [
        {
            "table": "flows",
            "path": "commute.csv",
            "columns": {"origin": "居住分区", "destination": "工作分区"},
            "constants": {"purpose": "commute", "start_s": 0, "end_s": 86_400},
            "melt": {"into": "mode", "value": "count", "columns": MODE_COLUMNS},
            "source": _source("通勤调查", "Commuter survey"),
        },
        {
            "table": "flows",
            "path": "cars.csv",
            "columns": {"origin": "起点分区", "destination": "终点分区", "count": "车辆数"},
            "constants": {"mode": "car", "purpose": "all", **PEAK},
            "source": _source("早高峰机动车出行", "Cars of the morning peak"),
        },
        {
            "table": "counts",
            "path": "counts.csv",
            "columns": {"id": "编号", "count": "车辆数", "sd": "标准差"},
            "constants": {"kind": "links", "mode": "car", **PEAK},
            "source": _source("早高峰交通量调查", "Traffic counts of the morning peak"),
        },
        {
            "table": "count_links",
            "path": "count_links.csv",
            "columns": {"count": "编号", "street": "路段", "direction": "方向"},
            "source": _source("交通量调查断面", "Where traffic was counted"),
        },
    ]


def _melted(
    table: str, path: str, constants: dict[str, Any], into: str, columns: dict[str, str]
) -> dict[str, Any]:
    return {
        "table": table,
        "path": path,
        "geometry": "none",
        "columns": {"zone": "分区编号"},
        "constants": constants,
        "melt": {"into": into, "value": "count", "columns": columns},
    }


def _groups() -> list[dict[str, Any]]:
    def group(dimension: str, id_: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
        return {"dimension": dimension, "id": id_, "title": {"zh": zh, "en": en}, **more}

    return [
        group("age", "0-14", "0–14岁", "0–14", mix={"child": 1.0}),
        group("age", "15-59", "15–59岁", "15–59", mix={"adult": 0.99, "wheelchair": 0.01}),
        group(
            "age",
            "60-79",
            "60–79岁",
            "60–79",
            mix={"adult": 0.35, "elder": 0.62, "wheelchair": 0.03},
        ),
        group("age", "80+", "80岁及以上", "80 and over", mix={"elder": 0.85, "wheelchair": 0.15}),
        group("income", "low", "低收入", "Low income", mix={"adult": 1.0}, rank=1),
        group("income", "middle", "中等收入", "Middle income", mix={"adult": 1.0}, rank=2),
        group("income", "high", "高收入", "High income", mix={"adult": 1.0}, rank=3),
    ]
