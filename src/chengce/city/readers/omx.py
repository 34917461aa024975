"""Read and write matrices in the Open Matrix format (OMX 0.2, an HDF5 file).

/data/NAME holds a matrix, /lookup/NAME the zone of each row and column; the attributes
OMX_VERSION and SHAPE are at the root.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.raw_file import read_raw
from chengce.core.errors import ChengceError, Problem
from chengce.core.files import write_atomic
from chengce.core.text import Text
from chengce.core.validation import near_names

WHAT = Text("OMX 矩阵文件", "OMX matrix file")
VERSION = b"0.2"
ZONES = ("zone", "zones", "zone_id", "zone_number", "zone number", "taz", "tazs", "id", "no")
DIGITS = 15  # more do not all survive as float64, which other programs read labels as
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OmxMatrix:
    """One matrix float64[n, n] by name; `zones`: the label of each row, None where it has none."""

    name: str
    values: Floats
    zones: tuple[str, ...] | None


def omx_names(path: Path) -> list[str]:
    """Return the names of the matrices; raises `ChengceError` as `read_omx`."""
    with _opened(path) as file:
        return _names(file, path)


def read_omx(path: Path, name: str | None = None) -> OmxMatrix:
    """Read one matrix, by name where the file holds several; values may be NaN or infinite.

    Raises `ChengceError` (`omx_unreadable`, `omx_no_data`, `omx_name_needed` with the names,
    `omx_unknown_name`, `omx_not_square` or as `read_raw`).
    """
    with _opened(path) as file:
        names = _names(file, path)
        if name is None and len(names) > 1:
            message = Text(f"文件有 {len(names)} 个矩阵", f"the file holds {len(names)} matrices")
            listed = ", ".join(names[:40])
            remedy = Text(f"指明其一（--matrix）：{listed}", f"name one (--matrix): {listed}")
            raise ChengceError(Problem("omx_name_needed", message, remedy, str(path)))
        chosen = name if name is not None else names[0]
        if chosen not in names:
            message = Text(f"没有矩阵“{chosen}”", f'there is no matrix "{chosen}"')
            remedy = near_names(chosen, names)
            raise ChengceError(Problem("omx_unknown_name", message, remedy, str(path)))
        values = np.asarray(file["data"][chosen][()], np.float64)
        zones = _zones(file, len(values))
    _check(values, chosen, path)
    return OmxMatrix(chosen, values, zones)


def omx_bytes(
    matrices: Mapping[str, Floats], lookups: Mapping[str, Sequence[Any]] | None = None
) -> bytes:
    """Return an OMX file: square matrices of one size, and a label of every row by lookup name."""
    sizes = {m.shape for m in matrices.values()}
    if len(sizes) != 1 or len(set(*sizes)) != 1:
        raise ValueError(f"matrices must be square and of one size, not {sorted(sizes)}")
    shape = sizes.pop()
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs["OMX_VERSION"] = np.bytes_(VERSION)
        file.attrs["SHAPE"] = np.array(shape, np.int32)
        data, lookup = file.create_group("data"), file.create_group("lookup")
        for name, values in matrices.items():
            data.create_dataset(
                name, data=np.asarray(values, np.float64), chunks=(1, shape[1]),
                compression="gzip", compression_opts=1, shuffle=True,
            )  # fmt: skip
        for name, texts in (lookups or {}).items():
            lookup.create_dataset(name, data=labels(texts))
    return buffer.getvalue()


def write_omx(
    path: Path, matrices: Mapping[str, Floats], lookups: Mapping[str, Sequence[Any]] | None = None
) -> None:
    """Write an OMX file, whole or not at all; see `omx_bytes`."""
    write_atomic(path, omx_bytes(matrices, lookups))


def labels(zones: Sequence[Any]) -> NDArray[Any]:
    """Return the labels of zones as a lookup holds them: whole numbers where all are, else UTF-8."""
    text = [str(v) for v in zones]
    if all(_whole(t) for t in text):
        return np.array(text, np.int64)
    return np.array([t.encode() for t in text])


def _whole(text: str) -> bool:
    """Tell whether a label is a number that reads back as the same text: 007 is none."""
    try:
        return len(text) <= DIGITS and str(int(text)) == text
    except ValueError:
        return False


def _opened(path: Path) -> h5py.File:
    data = read_raw(path, WHAT)
    try:
        return h5py.File(io.BytesIO(data), "r")
    except OSError:
        raise ChengceError(
            Problem(
                "omx_unreadable",
                Text("不是 OMX（HDF5）文件，或文件已损坏", "not an OMX (HDF5) file, or damaged"),
                Text("重新导出为 OMX", "export it as OMX again"),
                str(path),
            )
        ) from None


def _names(file: h5py.File, path: Path) -> list[str]:
    data = file.get("data")
    names = sorted(data) if isinstance(data, h5py.Group) else []
    names = [n for n in names if isinstance(data[n], h5py.Dataset)]
    if not names:
        raise ChengceError(
            Problem(
                "omx_no_data",
                Text("文件的 /data 中没有矩阵", "there is no matrix under /data"),
                Text("核对是否为 OMX 文件", "check that this is an OMX file"),
                str(path),
            )
        )
    return names


def _zones(file: h5py.File, size: int) -> tuple[str, ...] | None:
    """Return the labels of the one lookup there is, else of the one named after zones."""
    lookup = file.get("lookup")
    names = sorted(lookup) if isinstance(lookup, h5py.Group) else []
    names = [n for n in names if lookup[n].shape == (size,)]
    if len(names) > 1:
        names = [n for n in names if n.lower() in ZONES][:1]
    if not names:
        return None
    return tuple(_label(v) for v in lookup[names[0]][()])


def _label(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    number = float(value)
    return str(int(number)) if number == int(number) else str(number)


def _check(values: Floats, name: str, path: Path) -> None:
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        shape = "×".join(str(n) for n in values.shape)
        raise ChengceError(
            Problem(
                "omx_not_square",
                Text(
                    f"矩阵“{name}”为 {shape}，不是方阵", f'matrix "{name}" is {shape}, not square'
                ),
                Text("行与列应为相同的小区", "rows and columns must be the same zones"),
                str(path),
            )
        )
