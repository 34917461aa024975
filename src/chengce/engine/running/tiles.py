"""Compute an array block by block onto the disk: bounded memory, taken up again after a crash.

The folder of a job is named after its key, the hash of all the answer depends on:

- `manifest.json`: key, shape, type, rows per tile;
- `tiles/<first row>-<checksum>.npy`: one block of rows, put in place by a rename once complete;
- `cube-<checksum>.npy`: all of them in one array, from then on instead of the tiles.

A tile or cube whose bytes do not give the checksum in its name is removed and computed again.
Nothing waits for the disk to confirm: what a power failure garbles fails its checksum.
"""

import errno
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Job, Runner
from chengce.core.disk import disk_errors, disk_problem
from chengce.core.errors import ChengceError, Problem
from chengce.core.files import write_atomic
from chengce.core.provenance import file_hash
from chengce.core.text import Text

Rows = NDArray[np.int64]
Ints = NDArray[np.int32]
KEPT = 8 * 2**30  # bytes a scratch folder keeps of what was left; the oldest goes first
TRIES = 3
_TILE = re.compile(r"(\d{10})-([0-9a-f]{64})\.npy")
_CUBE = re.compile(r"cube-([0-9a-f]{64})\.npy")


@dataclass(frozen=True)
class Tiles:
    """The folder of one job: int32[layers, rows, columns], `step` rows a tile."""

    folder: Path
    shape: tuple[int, int, int]
    step: int

    def blocks(self) -> list[Rows]:
        """Return the rows of every tile."""
        ends = range(0, self.shape[1], self.step)
        return [np.arange(i, min(i + self.step, self.shape[1])) for i in ends]

    def open(self, key: str) -> None:
        """Make the folder, or take up what is there; what is of another job or shape goes.

        Raises `ChengceError` where the disk cannot be written or has no room.
        """
        about = {"key": key, "shape": list(self.shape), "dtype": "<i4", "rows": self.step}
        manifest = self.folder / "manifest.json"
        with disk_errors(self.folder):
            if _json(manifest) != about:
                shutil.rmtree(self.folder, ignore_errors=True)
            (self.folder / "tiles").mkdir(parents=True, exist_ok=True)
            os.utime(self.folder)
        if not manifest.exists():
            write_atomic(manifest, json.dumps(about).encode())

    def cube(self) -> Ints | None:
        """Return the whole array mapped into memory, None if it is not complete."""
        for path in sorted(self.folder.glob("cube-*.npy")):
            found = _CUBE.fullmatch(path.name)
            cube = _read(path, found[1], self.shape) if found else None
            if cube is not None:
                return cube
            path.unlink(missing_ok=True)
        return None

    def done(self) -> dict[int, Path]:
        """Return the sound tiles by first row; broken ones are removed."""
        sound: dict[int, Path] = {}
        for path in sorted((self.folder / "tiles").glob("*.npy")):
            found = _TILE.fullmatch(path.name)
            first = int(found[1]) if found else -1
            rows = min(self.step, self.shape[1] - first)
            shape = (self.shape[0], rows, self.shape[2])
            if found and rows > 0 and _read(path, found[2], shape) is not None:
                sound[first] = path
            else:
                path.unlink(missing_ok=True)
        return sound

    def put(self, rows: Rows, tile: Ints) -> None:
        """Write one tile, whole or not at all."""
        with disk_errors(self.folder):
            _place(
                self.folder / "tiles", f"{int(rows[0]):010}-{{}}.npy", lambda f: np.save(f, tile)
            )

    def join(self, tiles: dict[int, Path]) -> None:
        """Write all tiles into one array, strip by strip, then remove them."""
        layers, rows, columns = self.shape

        def write(file: BinaryIO) -> None:
            header = {"descr": "<i4", "fortran_order": False, "shape": self.shape}
            np.lib.format.write_array_header_2_0(file, header)
            start = file.tell()
            for first, path in tiles.items():
                tile = np.load(path, allow_pickle=False)
                for layer in range(layers):
                    file.seek(start + 4 * columns * (layer * rows + first))
                    file.write(tile[layer].tobytes())
            file.truncate(start + 4 * layers * rows * columns)

        with disk_errors(self.folder):
            _place(self.folder, "cube-{}.npy", write)
            shutil.rmtree(self.folder / "tiles", ignore_errors=True)

    def discard(self) -> None:
        """Remove the folder; what is mapped into memory stays readable where the system allows."""
        shutil.rmtree(self.folder, ignore_errors=True)


def compute(tiles: Tiles, key: str, job: Job, runner: Runner, step: Callable[[int], None]) -> Ints:
    """Return the job's array, computing only the tiles that are not on the disk yet.

    `step(rows done)` is told of progress and may raise to stop; finished tiles stay. Raises
    `ChengceError` where the disk has no room for the array twice, before anything is computed,
    or does not give back what was written to it.
    """
    tiles.open(key)
    for _ in range(TRIES):
        cube = tiles.cube()
        if cube is not None:
            return cube
        done = tiles.done()
        missing = [rows for rows in tiles.blocks() if int(rows[0]) not in done]
        _room(tiles, len(missing))
        count = tiles.shape[1] - sum(len(rows) for rows in missing)
        step(count)
        with closing(running(runner, job, missing)) as answers:
            for rows, tile in zip(missing, answers, strict=True):
                tiles.put(rows, tile)
                count += len(rows)
                step(count)
        done = tiles.done() if missing else done
        if len(done) == len(tiles.blocks()):
            tiles.join(done)
    raise ChengceError(disk_problem(OSError(errno.EIO, os.strerror(errno.EIO)), tiles.folder))


def tidy(scratch: Path, *, keep: int = KEPT) -> None:
    """Remove the oldest folders left in `scratch` until what stays is within `keep` bytes."""
    sized = []
    for folder in (p for p in scratch.glob("[!.]*") if p.is_dir()):
        try:
            size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
            sized.append((folder.stat().st_mtime, size, folder))
        except OSError:  # another process removes it at this moment
            continue
    total = sum(size for _, size, _ in sized)
    for _, size, folder in sorted(sized):
        if total <= keep:
            return
        shutil.rmtree(folder, ignore_errors=True)
        total -= size


def running(
    runner: Runner, job: Job, blocks: Sequence[Rows]
) -> Generator[NDArray[Any], None, None]:
    """Yield the answers of a runner; closing this stops it."""
    yield from runner.run(job, blocks)


def _place(folder: Path, name: str, write: Callable[[BinaryIO], object]) -> None:
    """Write a file under a hidden name, then give it `name` with its checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    temp = folder / f".{os.getpid()}-{secrets.token_hex(6)}"
    try:
        with temp.open("wb") as file:
            write(file)
        temp.replace(folder / name.format(file_hash(temp)))
    finally:
        temp.unlink(missing_ok=True)


def _read(path: Path, checksum: str, shape: tuple[int, ...]) -> Ints | None:
    """Map a file into memory if its bytes and its shape are as they should be."""
    try:
        if file_hash(path) != checksum:
            return None
        array: Ints = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return array if array.shape == shape and array.dtype == np.int32 else None


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _room(tiles: Tiles, missing: int) -> None:
    """Refuse to begin what the disk cannot hold: the tiles still missing, and the whole array."""
    layers, rows, columns = tiles.shape
    need = 4 * layers * columns * (rows + missing * tiles.step)
    free = shutil.disk_usage(tiles.folder).free
    if free < need:
        gb = 2**30
        raise ChengceError(
            Problem(
                "disk_too_small",
                Text(
                    f"出行时间矩阵需要约 {need / gb:.1f} GB 磁盘空间，只剩 {free / gb:.1f} GB",
                    f"the travel times need about {need / gb:.1f} GB of disk, "
                    f"{free / gb:.1f} GB are free",
                ),
                Text(
                    "腾出空间，或用 --workspace 换一个磁盘；已算好的部分会保留",
                    "free some space, or choose another disk with --workspace; "
                    "what is computed already is kept",
                ),
                str(tiles.folder),
            )
        )
