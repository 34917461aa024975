"""Write a city to a directory whole or not at all, and open it again with every layer checked.

A directory holds `city.toml` (names, descriptors, hashes), one GeoParquet or Parquet file per
table, GeoTIFF rasters, `assumptions.toml`, `groups.toml`, and `derived/` (deletable at any time);
`repairs.csv` and `questions.csv` list what its files were read otherwise than they stand, and asked.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import tomli_w

from chengce.city.assumptions import Assumptions, default_assumptions
from chengce.city.checks import check_tables
from chengce.city.city import City, empty_table
from chengce.city.descriptor import Descriptor
from chengce.city.groups_file import groups_data, read_groups
from chengce.city.layers import BY_NAME, LAYERS, RASTERS
from chengce.city.raster import Raster
from chengce.core.documents import read_toml_file
from chengce.core.errors import ChengceError, Problem, raise_if_any
from chengce.core.files import recover, replacing
from chengce.core.groups import Group
from chengce.core.provenance import file_hash
from chengce.core.text import Text, text_of

SCHEMA = 1


def save_city(city: City, folder: Path, beside: Mapping[str, bytes] | None = None) -> City:
    """Write a checked city; an existing one stays intact until the new one is complete.

    `beside` are files kept with it that are no part of its content: what was repaired and asked.
    """
    raise_if_any(check_tables(city.tables))
    try:
        with replacing(folder) as fresh:
            _write(city, fresh)
            for name, data in (beside or {}).items():
                (fresh / name).write_bytes(data)
    except OSError as error:
        raise ChengceError(
            Problem(
                "city_not_written",
                Text(
                    f"写入城市目录失败：{error}",
                    f"the city directory could not be written: {error}",
                ),
                Text(
                    "检查磁盘空间和权限后重试；原有城市未受影响",
                    "check disk space and permissions, then try again; the old city is untouched",
                ),
                file=str(folder),
            )
        ) from error
    return open_city(folder)


def open_city(folder: Path) -> City:
    """Open a city directory; every problem of every layer is reported together."""
    recover(folder)
    about = _read_about(folder)
    tables: dict[str, pd.DataFrame] = {}
    rasters: dict[str, Raster] = {}
    known: dict[str, str] = {}
    problems: list[Problem] = []
    for name, entry in about["tables"].items():
        path = folder / str(entry["file"])
        try:
            if name in RASTERS:
                rasters[name] = Raster.read(path)
            else:
                tables[name] = _read_table(name, path)
            if file_hash(path) == entry["file_hash"]:
                known[name] = str(entry["content"])
        except Exception as error:
            problems.append(_damaged(path, error))
    problems += check_tables(tables, unread=set(about["tables"]) - set(tables))
    assumptions = default_assumptions()
    groups: tuple[Group, ...] = ()
    try:
        assumptions = _read_assumptions(folder / "assumptions.toml")
    except ChengceError as error:
        problems += error.problems
    try:
        groups = read_groups(folder / "groups.toml")
    except ChengceError as error:
        problems += error.problems
    raise_if_any(problems)
    city = City(
        name=str(about["name"]),
        title=text_of(about["title"]),
        tables=tables,
        rasters=rasters,
        descriptors={k: Descriptor.read(d) for k, d in about["layers"].items()},
        assumptions=assumptions,
        groups=groups,
        timezone=str(about["timezone"]),
        home=folder.resolve(),
        known=known,
    )
    if city.hash != about["hash"]:
        entries = about["tables"].items()
        edited = [str(e["file"]) for n, e in entries if city.hashes[n] != e["content"]]
        raise ChengceError(_changed(folder, edited))
    return city


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file (UTF-8); a mistake is answered with its place."""
    return read_toml_file(path, Text("TOML 文件", "TOML file"))


def _write(city: City, folder: Path) -> None:
    entries: dict[str, Any] = {}
    for name, frame in city.tables.items():
        path = folder / f"{name}.parquet"
        if isinstance(frame, gpd.GeoDataFrame):
            frame.to_parquet(path, schema_version="1.1.0", write_covering_bbox=True, index=False)
        else:
            frame.to_parquet(path, index=False)
        entries[name] = {"file": path.name, "rows": len(frame)}
    for name, raster in city.rasters.items():
        path = folder / f"{name}.tif"
        raster.write(path)
        entries[name] = {"file": path.name, "rows": int(raster.values.size)}
    for name, entry in entries.items():
        entry["content"] = city.hashes[name]
        entry["file_hash"] = file_hash(folder / entry["file"])
    about = {
        "schema": SCHEMA,
        "name": city.name,
        "title": city.title.as_dict(),
        "timezone": city.timezone,
        "hash": city.hash,
        "layers": {
            layer.name: city.descriptors[layer.name].as_dict()
            for layer in LAYERS
            if layer.name in city.descriptors
        },
        "tables": entries,
    }
    (folder / "city.toml").write_text(tomli_w.dumps(about), "utf-8")
    listed = {
        str(a["id"]): {k: v for k, v in a.items() if k != "id"} for a in city.assumptions.as_list()
    }
    (folder / "assumptions.toml").write_text(tomli_w.dumps(listed), "utf-8")
    (folder / "groups.toml").write_text(tomli_w.dumps(groups_data(city.groups)), "utf-8")


def _read_about(folder: Path) -> Mapping[str, Any]:
    path = folder / "city.toml"
    if not path.is_file():
        raise ChengceError(
            Problem(
                "not_a_city",
                Text("这里没有城市（缺 city.toml）", "this is not a city directory (no city.toml)"),
                Text(
                    "先运行 `chengce city build CONFIG.toml --out DIR`",
                    "run `chengce city build CONFIG.toml --out DIR` first",
                ),
                file=str(folder),
            )
        )
    about = read_toml(path)
    if about.get("schema") != SCHEMA:
        raise ChengceError(
            Problem(
                "city_schema",
                Text(
                    f"城市目录格式为 {about.get('schema')}，本版本读 {SCHEMA}",
                    f"the directory has format {about.get('schema')}, this version reads {SCHEMA}",
                ),
                Text("用本版本重新建立城市", "build the city again with this version"),
                file=str(path),
            )
        )
    if not _complete(about):
        raise ChengceError(_changed(folder, [path.name]))
    return about


def _complete(about: Mapping[str, Any]) -> bool:
    """Tell whether `city.toml` holds what `_write` puts there."""
    shapes = {
        "name": str,
        "title": dict,
        "timezone": str,
        "hash": str,
        "layers": dict,
        "tables": dict,
    }
    if not all(isinstance(about.get(key), shape) for key, shape in shapes.items()):
        return False
    entries = about["tables"].values()
    fields = {"file", "content", "file_hash"}
    return (
        all(isinstance(e, dict) and fields <= set(e) for e in entries)
        and all(isinstance(d, dict) for d in about["layers"].values())
        and set(about["tables"]) <= {*BY_NAME, *RASTERS}
    )


def _changed(folder: Path, files: Sequence[str]) -> Problem:
    named = Text(
        "、".join(files) or "说明、假设或群体文件",
        ", ".join(files) or "its description, assumptions or groups",
    )
    return Problem(
        "city_changed",
        Text(
            f"城市目录在建成后被改动，内容与记录的哈希不符（{named.zh}）",
            f"the city directory was changed after it was built: {named.en} no longer matches its hash",
        ),
        Text(
            "用 `chengce city build` 重新建立，改动请写进源文件或方案",
            "run `chengce city build` again; put changes into the sources or a scenario",
        ),
        file=str(folder),
    )


def _read_table(name: str, path: Path) -> pd.DataFrame:
    if not BY_NAME[name].geometry:
        return pd.read_parquet(path)
    frame = gpd.read_parquet(path)
    return frame[[c for c in frame.columns if c != "bbox"]] if len(frame) else empty_table(name)


def _read_assumptions(path: Path) -> Assumptions:
    if not path.is_file():
        return default_assumptions()
    return default_assumptions().override(read_toml(path), path.name)


def _damaged(path: Path, error: Exception) -> Problem:
    return Problem(
        "layer_damaged",
        Text(f"图层文件无法读取：{error}", f"the layer cannot be read: {error}"),
        Text("用 `chengce city build` 重新建立", "run `chengce city build` again"),
        file=str(path),
    )
