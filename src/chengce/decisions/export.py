"""Write a run to a folder in the formats asked for: reports, tables, layers for a GIS, maps."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from chengce.core.files import write_all_atomic
from chengce.core.text import LANGUAGES
from chengce.decisions.flow_files import flow_files, flow_matrices
from chengce.decisions.formats import LAYERED, Wanted, check_matrices
from chengce.decisions.layers.gis_files import flatgeobuf, geojson, geopackage, geoparquet
from chengce.decisions.layers.layer import Layer
from chengce.decisions.layers.links import link_layers
from chengce.decisions.layers.overview import zones_geojson
from chengce.decisions.layers.shapefile import shapefiles
from chengce.decisions.layers.sources import description, fields_csv, sources_text
from chengce.decisions.layers.zones import zone_layers
from chengce.decisions.link_files import link_files
from chengce.decisions.record import Run
from chengce.decisions.report import render_report

_NUMBERS = ("people", "value", "low", "high")
_BOM = "\ufeff"

Contents = dict[str, bytes]


def export(run: Run, folder: Path, want: Wanted | None = None) -> list[Path]:
    """Write a run in the formats asked for, and run.json; return the paths of the files.

    Without formats: report.zh.html, report.en.html, table.csv, zones.geojson and, where the answer
    holds links, links.csv, links.gpkg and links.parquet; where it tells who goes where, flows.csv
    (flows.parquet if large). Layers for a GIS come with sources.txt
    (owners, licences, dates) and fields.csv (what each column means). Every file is made before
    the first is written, and either all of them are replaced or none; other files in the folder
    stay as they are. Raises `ChengceError` where the folder can't be written, where a font to
    set a page is missing, or for OMX of an answer that does not tell who goes where.
    """
    want = want or Wanted()
    contents = _chosen(run, want) if want.formats else _usual(run, want)
    contents["run.json"] = _json(
        {"id": run.id, "at": run.at, "head": str(run.head), "body": dict(run.body)}
    )
    write_all_atomic({folder / name: data for name, data in contents.items()})
    return [folder / name for name in contents]


def _usual(run: Run, want: Wanted) -> Contents:
    return {
        **_html(run),
        "table.csv": _csv(run.comparison.table(), bom=want.bom),
        "zones.geojson": _json(zones_geojson(run)),
        **link_files(run.comparison),
        **flow_files(run.comparison),
    }


def _chosen(run: Run, want: Wanted) -> Contents:
    writers: Mapping[str, Callable[[], Contents]] = {
        "html": lambda: _html(run),
        "docx": lambda: _docx(run),
        "pdf": lambda: _pdf(run),
        "a3map": lambda: _a3map(run),
        "csv": lambda: _tables(run, want),
        "omx": lambda: flow_matrices(run.comparison),
    }
    check_matrices(want, pairs=any(s.finding.pairs for s in run.comparison.states))
    contents: Contents = {}
    for name in (f for f in want.formats if f in writers):
        contents |= writers[name]()
    layered = [f for f in want.formats if f in LAYERED]
    return contents | (_layers(run, want, layered) if layered else {})


def _layers(run: Run, want: Wanted, formats: list[str]) -> Contents:
    layers: list[Layer] = [*zone_layers(run.comparison), *link_layers(run.comparison)]
    writers: Mapping[str, Callable[[], Contents]] = {
        "gpkg": lambda: geopackage(layers, "layers.gpkg", description(run)),
        "shp": lambda: shapefiles(layers, want.dbf_encoding),
        "geoparquet": lambda: geoparquet(layers),
        "geojson": lambda: {"zones.geojson": _json(zones_geojson(run)), **geojson(layers)},
        "fgb": lambda: flatgeobuf(layers),
    }
    contents: Contents = {}
    for name in formats:
        contents |= writers[name]()
    return contents | {
        "fields.csv": fields_csv(layers, short="shp" in formats),
        "sources.txt": sources_text(run),
    }


def _html(run: Run) -> Contents:
    return {f"report.{lang}.html": render_report(run, lang).encode() for lang in LANGUAGES}


def _docx(run: Run) -> Contents:
    from chengce.decisions.report.docx_file import docx_report

    return {f"report.{lang}.docx": docx_report(run, lang) for lang in LANGUAGES}


def _pdf(run: Run) -> Contents:
    from chengce.decisions.report.pdf_file import pdf_report

    return {f"report.{lang}.pdf": pdf_report(run, lang) for lang in LANGUAGES}


def _a3map(run: Run) -> Contents:
    from chengce.decisions.report.a3_map import a3_maps

    contents: Contents = {}
    for lang in LANGUAGES:
        contents |= a3_maps(run, lang)
    return contents


def _tables(run: Run, want: Wanted) -> Contents:
    links = {k: v for k, v in link_files(run.comparison).items() if k.endswith(".csv")}
    table = {"table.csv": _csv(run.comparison.table(), bom=want.bom)}
    return {**table, **links, **flow_files(run.comparison)}


def _csv(table: pd.DataFrame, *, bom: bool) -> bytes:
    """Return the tidy table; not reached is an empty number with `reached` false, NaN is empty."""
    out = table.copy()
    value = out["value"].to_numpy(float)
    reached = np.where(np.isposinf(value), "false", "true").astype(object)
    reached[np.isnan(value)] = ""
    for column in _NUMBERS:
        numbers = out[column].to_numpy(float)
        out[column] = np.where(np.isfinite(numbers), numbers, np.nan)
    out.insert(list(out.columns).index("high") + 1, "reached", reached)
    text = str(out.to_csv(index=False, lineterminator="\n"))
    return ((_BOM if bom else "") + text).encode()


def _json(value: Any) -> bytes:
    return (
        json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
    ).encode()
