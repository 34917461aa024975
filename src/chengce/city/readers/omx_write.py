"""Write matrices that do not fit into memory as OMX, rows by rows."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from chengce.city.readers.omx import VERSION, labels

Rows = tuple[slice, NDArray[np.float32]]


def write_omx_rows(
    path: Path, names: Sequence[str], zones: Sequence[str], rows: Iterable[Rows],
    about: Mapping[str, str],
) -> None:  # fmt: skip
    """Write to a file that no one else has open: float32[zones, zones] by name, lookup `zone`.

    `rows` yields slices of rows with their values float32[names, rows, zones]; `about` becomes
    attributes of the root. Raises `OSError`.
    """
    size = len(zones)
    with h5py.File(path, "w", locking=False) as file:
        file.attrs["OMX_VERSION"] = np.bytes_(VERSION)
        file.attrs["SHAPE"] = np.array((size, size), np.int32)
        for key, text in about.items():
            file.attrs[key] = text
        data = file.create_group("data")
        sets = [
            data.create_dataset(
                name, (size, size), np.float32, chunks=(1, size),
                compression="gzip", compression_opts=1, shuffle=True,
            )
            for name in names
        ]  # fmt: skip
        file.create_group("lookup").create_dataset("zone", data=labels(zones))
        for place, values in rows:
            for dataset, part in zip(sets, values, strict=True):
                dataset[place] = part
