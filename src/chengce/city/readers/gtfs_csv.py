"""Read one GTFS file with DuckDB: text cells, dictionary-coded, with the row each came from."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from chengce.city.readers.gtfs_notices import Notices
from chengce.city.readers.gtfs_spec import READ

Codes = NDArray[np.int32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Coded:
    """Text cells: `values[codes[i]]` is cell i, −1 is a blank; values are distinct and trimmed."""

    codes: Codes
    values: pa.StringArray

    @property
    def blank(self) -> Mask:
        """Which cells are blank."""
        return self.codes < 0

    def take(self, rows: "NDArray[np.int64] | Mask") -> "Coded":
        """Return the cells of some rows."""
        return Coded(self.codes[rows], self.values)

    def arrow(self, prefix: str = "") -> pa.Array:
        """Return the cells as an Arrow string array, blank = null, each with `prefix`."""
        values = self.values
        if prefix:
            values = pc.binary_join_element_wise(pa.scalar(prefix), values, "")
        return values.take(pa.array(self.codes, mask=self.codes < 0))

    def texts(self, rows: "NDArray[np.int64] | Mask") -> list[str]:
        """Return the text of some rows for a message; blank is ''."""
        codes = self.codes[rows]
        return list(self.values.take(pa.array(codes, mask=codes < 0)).fill_null("").to_pylist())


@dataclass(frozen=True)
class Sheet:
    """One file: its name, its columns, and the row of the file (header = 1) of each record."""

    file: str
    rows: NDArray[np.int64]
    columns: Mapping[str, Coded]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, column: str) -> Coded:
        """Return a column; one that the file does not have is all blank."""
        if column in self.columns:
            return self.columns[column]
        return Coded(np.full(len(self.rows), -1, dtype=np.int32), pa.array([], pa.string()))

    def keep(self, wanted: "NDArray[np.int64] | Mask") -> "Sheet":
        """Return some rows."""
        columns = {name: c.take(wanted) for name, c in self.columns.items()}
        return replace(self, rows=self.rows[wanted], columns=columns)


def read_sheet(path: Path, notes: Notices, connection: duckdb.DuckDBPyConnection) -> Sheet | None:
    """Read a copied file; None (with notices) if it is empty or lacks a required column."""
    spec = READ[path.name]
    with path.open(encoding="utf-8", errors="replace", newline="\n") as text:
        skipped = 1
        line = text.readline()
        while line and not line.strip():
            line, skipped = text.readline(), skipped + 1
    header = [cell.strip() for cell in next(csv.reader([line.rstrip("\n")]), [])]
    if not header:
        notes.add("empty_file", path.name)
        return None
    places = _places(header, path.name, notes)
    missing = [c for c in spec.required if c not in places]
    for column in missing:
        notes.add("missing_required_column", path.name, value=column, row=skipped, column=column)
    if missing:
        return None
    table, rejected = _read(path, len(header), skipped, connection)
    for kind, code in (("COLUMNS", "invalid_row_length"), ("", "csv_parsing_failed")):
        bad = [r for r in rejected if r[1].endswith("COLUMNS") == bool(kind)]
        rows = np.array([r[0] for r in bad], dtype=np.int64)
        notes.rows(code, path.name, rows, [r[2].strip()[:80] for r in bad])
    rows = _row_numbers(path, table.num_rows, {r[0] for r in rejected}, skipped)
    columns = {
        name: _coded(table.column(at), path.name, name, rows, notes)
        for name, at in places.items()
        if name in spec.known
    }
    if not len(rows) and not rejected and path.name in ("stops.txt", "stop_times.txt"):
        notes.add("empty_file", path.name)
    return Sheet(path.name, rows, columns)


def _places(header: list[str], file: str, notes: Notices) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, name in enumerate(header):
        if not name:
            notes.add("empty_column_name", file, row=1)
        elif name in places:
            notes.add("duplicated_column", file, value=name, row=1, column=name)
        else:
            places[name] = at
            if name not in READ[file].known:
                notes.add("unknown_column", file, value=name, row=1, column=name)
    return places


def _read(
    path: Path, width: int, skipped: int, connection: duckdb.DuckDBPyConnection
) -> tuple[pa.Table, list[tuple[int, str, str]]]:
    name = path.stem
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    query = (
        f"SELECT * FROM read_csv($path, columns = {{{columns}}}, header = false, "
        "auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
        f"skip = {skipped}, store_rejects = true, rejects_limit = 0, "
        f"rejects_table = '{name}_rejects', rejects_scan = '{name}_scans')"
    )
    table = connection.sql(query, params={"path": str(path)}).to_arrow_table()
    rejected = connection.execute(
        "SELECT line, min(error_type::VARCHAR), any_value(csv_line) "
        f"FROM {name}_rejects GROUP BY line ORDER BY line"
    ).fetchall()
    return table, [(int(line), str(kind), str(text or "")) for line, kind, text in rejected]


def _row_numbers(path: Path, count: int, rejected: set[int], skipped: int) -> NDArray[np.int64]:
    """Number the records as a spreadsheet does: header 1, blank lines counted."""
    total = skipped + count + len(rejected)
    rows = np.arange(skipped + 1, total + 1, dtype=np.int64)
    if _has_blank_line(path):
        with path.open(encoding="utf-8", newline="\n") as text:
            filled = [n for n, cells in enumerate(csv.reader(text), start=1) if cells]
        if len(filled) == count + len(rejected) + 1:
            rows = np.array(filled[1:], dtype=np.int64)
    return rows[~np.isin(rows, list(rejected))][:count] if rejected else rows


def _has_blank_line(path: Path) -> bool:
    last = b""
    with path.open("rb") as source:
        while chunk := source.read(1 << 24):
            if b"\n\n" in last + chunk:
                return True
            last = chunk[-1:]
    return False


def _coded(
    cells: pa.ChunkedArray, file: str, name: str, rows: NDArray[np.int64], notes: Notices
) -> Coded:
    coded = cells.combine_chunks().dictionary_encode()
    codes = np.asarray(coded.indices.fill_null(-1).to_numpy(), dtype=np.int32)
    values = coded.dictionary.cast(pa.string())
    trimmed = pc.utf8_trim_whitespace(values)
    broken = np.asarray(pc.match_substring(trimmed, "\n").to_numpy(zero_copy_only=False))
    changed = np.asarray(pc.not_equal(trimmed, values).to_numpy(zero_copy_only=False))
    raw = Coded(codes, values)
    for code, wrong in (
        ("leading_or_trailing_whitespaces", changed),
        ("new_line_in_value", broken),
    ):
        if wrong.any():
            at = np.flatnonzero(np.append(wrong, False)[codes])
            notes.rows(code, file, rows[at], raw.texts(at), column=name)
    if not (changed.any() or broken.any()):
        return raw
    merged = pc.replace_substring(trimmed, "\n", " ").dictionary_encode()
    blank = np.asarray(pc.equal(trimmed, "").to_numpy(zero_copy_only=False))
    lookup = np.where(blank, -1, merged.indices.to_numpy()).astype(np.int32)
    return Coded(np.append(lookup, np.int32(-1))[codes], merged.dictionary)
