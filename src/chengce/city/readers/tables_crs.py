"""Decide in which coordinate system a file's coordinates are: declared, its own, never guessed."""

from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from chengce.city.crs import OWN, System, read_system
from chengce.city.datums.base import Floats
from chengce.city.datums.epsg import Epsg
from chengce.city.datums.gauss import PREFIXED_M, Zone, likelier, shown_by
from chengce.city.datums.names import epsg, of_crs
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tables_source import Source
from chengce.city.readers.tables_spec import DECLARE, TableSpec
from chengce.core.errors import ChengceError
from chengce.core.text import Text

MUTE = (".geojson", ".json", ".kml")  # these say WGS-84 whatever their coordinates are
_PICK = Text(
    "核对后改正 crs，或在文件中去掉（改正）坐标系说明",
    "find out which is right: correct crs, or take the statement out of the file",
)


def file_system(source: Source, spec: TableSpec, report: Report) -> System | None:
    """Return the system of a file's coordinates; None, with the reason in the report, if unclear.

    What is declared counts. A file that says itself where it is (GeoPackage, Shapefile with .prj,
    GeoParquet) needs no declaration and may not contradict one; GeoJSON and KML always claim
    WGS-84, so their claim counts for nothing.
    """
    own = source.geometry.crs if spec.geometry == "file" and source.geometry is not None else None
    if own is not None and PurePath(report.file).suffix.lower() in MUTE:
        own = None
    if not spec.crs:
        return _own(own, report)
    try:
        declared = read_system(spec.crs)
    except ChengceError as error:
        report.found.extend(error.problems)
        return None
    if own is not None and not _agree(declared, of_crs(own), spec, report):
        return None
    report.found.extend(declared.notices)
    return declared


def _own(own: object, report: Report) -> System | None:
    if own is None:
        said = Text("没有说明坐标系", "the coordinate system is not declared")
        report.add("crs_missing", said, DECLARE)
        return None
    found = of_crs(own)  # type: ignore[arg-type]
    said = Text(f"按文件自带的坐标系读入：{found.title.zh}",
                f"read in the system the file states: {found.title.en}")  # fmt: skip
    report.add("crs_from_file", said, severity="info")
    return found


def _agree(declared: System, own: Epsg, spec: TableSpec, report: Report) -> bool:
    """Tell whether a file's own statement leaves room for the declared system."""
    if isinstance(declared, Epsg):
        if declared.crs.equals(own.crs, ignore_axis_order=True) or (
            declared.code is not None and declared.code == own.code
        ):
            return True
    elif spec.crs.strip().lower().startswith(OWN):
        if own.crs.is_engineering:
            return True
    elif own.code in ((3857,) if not declared.degrees else (4326, 4490)):
        said = Text(f"文件标注为 {own.title.zh}，按声明的 {declared.title.zh} 读入",
                    f"the file says {own.title.en}; read as {declared.title.en}, as declared")  # fmt: skip
        report.add("crs_overrides_file", said, severity="info")
        return True
    said = Text(f"文件自带坐标系为 {own.title.zh}，与声明的 {declared.title.zh} 不一致",
                f"the file says {own.title.en}, the declaration says {declared.title.en}")  # fmt: skip
    report.add("crs_contradiction", said, _PICK)
    return False


def check_zone(
    x: Floats, y: Floats, rows: NDArray[np.int64], system: System, spec: TableSpec, report: Report
) -> bool:
    """Note eastings that show another Gauss–Krüger zone, or the other form, than declared.

    Returns whether all of them fit, so that it makes sense to look where they lie.
    """
    zone = system.zone if isinstance(system, Epsg) else None
    seen = np.isfinite(x) & np.isfinite(y)
    if zone is None or not seen.any():
        return True
    middle = float(np.median(x[seen]))
    if middle < PREFIXED_M <= float(np.median(y[seen])) or 1e6 <= middle < PREFIXED_M:
        return True  # northing first: the check for swapped coordinates says so
    shown = shown_by(zone, middle)
    if shown is not None:
        report.add("zone_mismatch", *_mismatch(zone, shown, middle))
        return False
    if zone.prefixed:
        strange = seen & (x // 1e6 != zone.number)
        said = Text(
            "横坐标带号与声明的第 {value} 带不符", "the easting is not of zone {value}, as declared"
        )
        remedy = Text("不同带的数据分成几个文件", "put data of other zones into files of their own")
        values = np.full(int(strange.sum()), zone.number)
        report.rows(("zone_mismatch", said, remedy), rows[strange], values)
        return not strange.any()
    if spec.near is not None:
        lon, _ = system.to_wgs84(x[seen], y[seen])
        other = likelier(zone, float(np.median(lon)), spec.near[0])
        if other is not None:
            report.add("zone_suspected", *_other_meridian(zone, other), severity="warning")
    return True


def _mismatch(zone: Zone, shown: Zone, easting: float) -> tuple[Text, Text]:
    said = Text(
        f"横坐标约 {easting:.0f}，{'带号为 ' + str(shown.number) if shown.prefixed else '不含带号'}，"
        f"与声明的 EPSG:{zone.code} 不符",
        f"eastings near {easting:.0f} {f'are of zone {shown.number}' if shown.prefixed else 'have no zone number'}, "
        f"which is not the declared EPSG:{zone.code}",
    )
    return said, _write(shown)


def _other_meridian(zone: Zone, other: Zone) -> tuple[Text, Text]:
    said = Text(
        f"按中央经线 {zone.meridian}°，数据落在城市以外；按 {other.meridian}° 则在城市内",
        f"with the central meridian {zone.meridian}° the data lie outside the city, with {other.meridian}° in it",
    )
    return said, _write(other)


def _write(zone: Zone) -> Text:
    name = epsg(zone.code).title
    line = f'crs = "EPSG:{zone.code}"'
    return Text(f"改写 {line}（{name.zh}）", f"write {line} ({name.en})")
