"""Take the files of a GTFS feed out of a zip or folder, as UTF-8 with plain line ends."""

import codecs
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from chengce.city.readers.gtfs_notices import Notices
from chengce.city.readers.gtfs_spec import KNOWN_FILES, READ, RECOMMENDED

CHUNK = 1 << 24
_HIGH = re.compile(rb"[\x80-\xff]+")


@contextmanager
def unpacked(path: Path, notes: Notices) -> Iterator[dict[str, Path]]:
    r"""Yield the files the reader knows, name → copy in a temporary folder; notices for the others.

    Copies are UTF-8 without byte order mark, lines ended by ``\n``. Stops (`ChengceError`) if
    `path` is missing, no zip, damaged, encrypted or holds no GTFS file.
    """
    with TemporaryDirectory(prefix="gtfs-") as folder:
        target = Path(folder)
        if path.is_dir():
            files = {p.name: p for p in sorted(path.iterdir()) if p.is_file()}
            _note_names(list(files), notes)
            names = [n for n in files if n in READ]
            for name in names:
                with files[name].open("rb") as source:
                    _copy(source, target / name, notes)
        elif path.is_file():
            names = _from_zip(path, target, notes)
        else:
            notes.add("feed_not_found", path.name, value=path)
            notes.stop()
        if not names:
            notes.add("empty_feed", path.name)
            notes.stop()
        yield {name: target / name for name in names}


def _from_zip(path: Path, target: Path, notes: Notices) -> list[str]:
    names = []
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [PurePosixPath(i.filename) for i in archive.infolist() if not i.is_dir()]
            inside = [p for p in inside if p.parts[0] != "__MACOSX" and not p.name.startswith(".")]
            deep = sorted({str(p.parent) for p in inside if len(p.parts) > 1 and p.name in READ})
            if deep:
                notes.add("invalid_input_files_in_subfolder", path.name, value=", ".join(deep))
            _note_names([p.name for p in inside if len(p.parts) == 1], notes)
            names = sorted({str(p) for p in inside} & set(READ))
            for name in names:
                with archive.open(name) as source:
                    _copy(source, target / name, notes)
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, zlib.error) as error:
        notes.add("not_a_zip", path.name, value=error)
        notes.stop()
    return names


def _note_names(names: list[str], notes: Notices) -> None:
    for name in RECOMMENDED:
        if name not in names:
            notes.add("missing_recommended_file", name)
    for name in names:
        if name not in KNOWN_FILES and not name.startswith("."):
            notes.add("unknown_file", name)


def _copy(source: IO[bytes], target: Path, notes: Notices) -> None:
    """Copy one file; the line ends first, then the encoding if it is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8 = True
    with target.open("wb") as sink:
        first, held = True, b""
        while chunk := source.read(CHUNK):
            data = held + chunk
            if first and data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                data = (data + source.read()).decode("utf-16").encode()
                notes.add("encoding_not_utf8", target.name, value="UTF-16")
            data = data.removeprefix(codecs.BOM_UTF8) if first else data
            held = b"\r" if data.endswith(b"\r") else b""
            data = data[: len(data) - len(held)]
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            utf8 = utf8 and _decodes(decoder, data)
            sink.write(data)
            first = False
        sink.write(b"\n" if held else b"")
    if not utf8 or not _decodes(decoder, b"", final=True):
        raw = target.read_bytes()
        encoding = guess_encoding(raw)
        notes.add("encoding_not_utf8", target.name, value=encoding)
        target.write_text(raw.decode(encoding, "replace"), encoding="utf-8", newline="\n")


def _decodes(decoder: codecs.IncrementalDecoder, data: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(data, final)
    except UnicodeDecodeError:
        return False
    return True


def guess_encoding(raw: bytes) -> str:
    """Return ``gb18030`` or ``cp1252`` for text that is not UTF-8.

    Chinese text in GBK comes in runs of two bytes and more; an accented Western letter stands
    alone between ASCII letters. The majority of the runs decides.
    """
    runs = [len(m.group()) for m in _HIGH.finditer(raw)]
    alone = sum(1 for length in runs if length == 1)
    if 2 * alone < len(runs):
        try:
            raw.decode("gb18030")
        except UnicodeDecodeError:
            return "cp1252"
        return "gb18030"
    return "cp1252"
