"""Write travel times between places as one file: OMX, or a long table as Parquet or CSV."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from chengce.city.readers.omx_write import Rows, write_omx_rows
from chengce.core.errors import ChengceError, Problem
from chengce.core.files import write_atomic, writing
from chengce.core.text import Text
from chengce.engine.kernels.limits import INF
from chengce.engine.matrix import TravelTimes
from chengce.models.matrices.file_matrix import row_blocks

ABOUT = "chengce"  # where OMX and Parquet keep what the times are
_Write = Callable[[Path, TravelTimes, Mapping[str, Any]], None]


def check_matrix_file(path: Path) -> None:
    """Raise `ChengceError` (`matrix_file_unknown`) if no format has this ending."""
    if path.suffix.lower() not in WRITERS:
        zh, en = "、".join(WRITERS), ", ".join(WRITERS)
        raise ChengceError(
            Problem(
                "matrix_file_unknown",
                Text(
                    f"不能由“{path.name}”的扩展名看出格式",
                    f'the ending of "{path.name}" names no format',
                ),
                Text(f"扩展名用 {zh}", f"let it end in {en}"),
                column="out",
            )
        )


def check_square(path: Path, *, square: bool) -> None:
    """Raise `ChengceError` (`matrix_not_square`) for OMX of origins that are not the destinations."""
    if path.suffix.lower() == ".omx" and not square:
        raise ChengceError(
            Problem(
                "matrix_not_square",
                Text(
                    "OMX 的行与列须为相同的小区，而起点与终点不同",
                    "rows and columns of OMX are the same zones, but origins and destinations differ",
                ),
                Text("改写为 .parquet 或 .csv", "write .parquet or .csv instead"),
                column="out",
            )
        )


def write_matrix(path: Path, times: TravelTimes, about: Mapping[str, Any]) -> list[Path]:
    """Write the times in seconds in the format of the ending; return the paths of the files.

    `seconds_pNN` for each percentile: OMX float32 with NaN where not reached, Parquet and CSV whole
    seconds, empty where not reached. `about` goes into the root attribute or the key `chengce` of
    the file; CSV has no place for it and gets a file NAME.csv.json beside it. Raises `ChengceError`
    where the disk has no room or the place cannot be written.
    """
    ending = path.suffix.lower()
    with writing(path) as fresh:
        WRITERS[ending](fresh, times, about)
    if ending != ".csv":
        return [path]
    beside = path.with_name(path.name + ".json")
    write_atomic(beside, (json.dumps(about, ensure_ascii=False, indent=2) + "\n").encode())
    return [path, beside]


def _omx(path: Path, times: TravelTimes, about: Mapping[str, Any]) -> None:
    said = {ABOUT: json.dumps(about, ensure_ascii=False), "basis": "conditional", "unit": "s"}
    write_omx_rows(path, _names(times), times.origins, _floats(times), said)


def _floats(times: TravelTimes) -> Iterator[Rows]:
    for rows, block in row_blocks(times):
        yield rows, np.where(block < INF, block, np.nan).astype(np.float32)


def _parquet(path: Path, times: TravelTimes, about: Mapping[str, Any]) -> None:
    whole = {name: pa.int32() for name in _names(times)}
    schema = pa.schema(
        {"origin": pa.string(), "destination": pa.string(), **whole},
        metadata={ABOUT: json.dumps(about, ensure_ascii=False)},
    )
    with pq.ParquetWriter(path, schema) as writer:
        for frame in _frames(times):
            table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
            writer.write_table(table.replace_schema_metadata(schema.metadata))


def _csv(path: Path, times: TravelTimes, about: Mapping[str, Any]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        for number, frame in enumerate(_frames(times)):
            frame.to_csv(file, index=False, header=number == 0, lineterminator="\n")


def _frames(times: TravelTimes) -> Iterator[pd.DataFrame]:
    """Yield rows of the long table: origin, destination, seconds per percentile."""
    origins, destinations = (np.array(i, object) for i in (times.origins, times.destinations))
    for rows, block in row_blocks(times):
        start = np.repeat(origins[rows], len(destinations))
        seconds = {
            name: pd.arrays.IntegerArray(layer.ravel().copy(), layer.ravel() >= INF)
            for name, layer in zip(_names(times), block, strict=True)
        }
        end = np.tile(destinations, block.shape[1])
        yield pd.DataFrame({"origin": start, "destination": end, **seconds})


def _names(times: TravelTimes) -> list[str]:
    return [f"seconds_p{p}" for p in times.percentiles]


WRITERS: Mapping[str, _Write] = {".omx": _omx, ".parquet": _parquet, ".csv": _csv}
