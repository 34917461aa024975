"""Read where the nodes of a network lie: a TNTP node file, a CSV table or GeoJSON, as WGS-84."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from chengce.city.layers import WGS84
from chengce.city.readers.gmns_table import read_gmns_table
from chengce.city.readers.raw_file import read_raw
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tntp_tables import read_tntp_nodes
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

WHAT = Text("节点文件", "node file")
NUMBER = ("node", "node_id", "id", "n")
X, Y = ("x", "x_coord", "lon", "longitude"), ("y", "y_coord", "lat", "latitude")
Points = dict[int, tuple[float, float]]


def read_node_points(path: Path, crs: str) -> Points:
    """Return longitude and latitude by node number; `crs` is that of a TNTP file or CSV table.

    Raises `ChengceError`: unreadable file, no numbers, unknown `crs`, or coordinates that are not
    on the globe.
    """
    suffix = path.suffix.lower()
    if suffix in (".geojson", ".json", ".gpkg"):
        return _features(path)
    if suffix == ".csv":
        table = read_gmns_table(path, WHAT, (NUMBER, X, Y))
        node, x, y = table.numbers(*NUMBER), table.numbers(*X), table.numbers(*Y)
        table.report.stop_if_wrong()
        keep = np.isfinite(node) & np.isfinite(x) & np.isfinite(y)
        numbers, x, y = node[keep].astype(np.int64), x[keep], y[keep]
    else:
        found = read_tntp_nodes(path)
        numbers, x, y = found.node, found.x, found.y
    try:
        lon, lat = Transformer.from_crs(CRS(crs), WGS84, always_xy=True).transform(x, y)
    except CRSError:
        raise ChengceError(
            Problem(
                "crs_unknown",
                Text(f"不认识坐标系“{crs}”", f'unknown coordinate system "{crs}"'),
                Text("写成 EPSG 代码，如 EPSG:4547", "write an EPSG code, such as EPSG:26711"),
                column="tntp.crs",
            )
        ) from None
    off = ~(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    if off.any():
        report = Report(str(path))
        report.add(
            "coordinates_out_of_range",
            Text(
                f"{int(off.sum())} 个节点的坐标在 {crs} 下不在地球上",
                f"the coordinates of {int(off.sum())} nodes are not on the globe in {crs}",
            ),
            Text("在 [tntp] 的 crs 中写明坐标系", "state the coordinate system in crs of [tntp]"),
        )
        raise ChengceError(report.found)
    return dict(zip(numbers.tolist(), zip(lon.tolist(), lat.tolist(), strict=True), strict=True))


def _features(path: Path) -> Points:
    read_raw(path, WHAT)
    report = Report(str(path))
    try:
        frame = gpd.read_file(path).to_crs(WGS84)
    except (pyogrio.errors.DataSourceError, ValueError) as error:
        report.add(
            "file_unreadable",
            Text(f"文件无法读取：{error}", f"the file cannot be read: {error}"),
            Text("重新导出为 GeoJSON", "export it as GeoJSON again"),
        )
        raise ChengceError(report.found) from None
    column = next((c for c in frame.columns if c.lower() in NUMBER), None)
    if column is None or not (frame.geometry.geom_type == "Point").all():
        have = ", ".join(map(str, frame.columns))
        report.add(
            "tntp_nodes_unusable",
            Text(
                "应为点，并带节点编号属性 id 或 node",
                "it must hold points with a property id or node",
            ),
            Text(f"现有属性：{have}", f"it has: {have}"),
        )
        raise ChengceError(report.found)
    x, y = frame.geometry.x, frame.geometry.y
    return {int(n): (float(a), float(b)) for n, a, b in zip(frame[column], x, y, strict=True)}
