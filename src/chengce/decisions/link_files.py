"""Write links for a spreadsheet, a GIS and programs: CSV, GeoPackage, GeoParquet."""

import io
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from chengce.city.layers import WGS84
from chengce.decisions.compare import Comparison
from chengce.decisions.link_table import has_links, links_table
from chengce.decisions.roads import Roads, course

_BOM = "\ufeff"  # spreadsheets take a file without it for the local code page, and garble names


def link_files(comparison: Comparison) -> dict[str, bytes]:
    """Return links.csv, links.gpkg and links.parquet by name; none where the answer holds no links.

    All hold the columns of `links_table`, with `name`, `highway` and `towards` (the way the link
    runs) of the street. The GeoPackage has a layer per quantity and state, `flow.today`, and per
    difference, `flow.lanes.change`. Lines run in the direction of travel, in WGS-84.
    """
    if not has_links(comparison):
        return {}
    frame = links_frame(comparison)
    plain = frame.drop(columns="geometry").assign(
        determined=np.where(frame["determined"], "true", "false")
    )
    text = str(plain.to_csv(index=False, lineterminator="\n", float_format="%.9g"))
    parquet = io.BytesIO()
    frame.to_parquet(parquet, index=False)
    return {
        "links.csv": (_BOM + text).encode(),
        "links.gpkg": _geopackage(frame),
        "links.parquet": parquet.getvalue(),
    }


def links_frame(comparison: Comparison) -> gpd.GeoDataFrame:
    """Return the tidy table of links with the name, class, way and line of each."""
    table = links_table(comparison)
    parts = []
    for state in comparison.states:
        rows = table[table["scenario"] == state.scenario.name]
        roads = Roads((state.city, comparison.reference.city))
        streets, directions = rows["street"].tolist(), rows["direction"].tolist()
        lines = roads.lines(streets, directions)
        parts.append(
            gpd.GeoDataFrame(
                rows.assign(
                    name=roads.names(streets),
                    highway=roads.kinds(streets),
                    towards=[course(line).en for line in lines],
                ),
                geometry=gpd.GeoSeries(lines, index=rows.index, crs=WGS84),
            )
        )
    found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry")
    first = ["scenario", "state", "metric", "street", "direction", "name", "highway", "towards"]
    return found[[*first, *(c for c in found.columns if c not in first)]]


def _geopackage(frame: gpd.GeoDataFrame) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "links.gpkg"
        for (metric, scenario, state), rows in frame.groupby(
            ["metric", "scenario", "state"], sort=False
        ):
            layer = f"{metric}.{scenario}" + (".change" if state == "difference" else "")
            rows.to_file(path, layer=layer, driver="GPKG")
        return path.read_bytes()
