"""Tell what a file is by its content, whatever its suffix says."""

import zipfile
from pathlib import Path
from typing import Literal

Content = Literal[
    "empty", "text", "html", "xml_2003", "xlsx", "xls", "locked", "ods", "word", "zip", "rar", "dwg",
    "pdf", "binary",
]  # fmt: skip
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADS: tuple[tuple[bytes, Content], ...] = (
    (b"AC10", "dwg"), (b"%PDF", "pdf"), (b"Rar!", "rar"), (b"7z\xbc\xaf", "rar"),
)  # fmt: skip
_BIFF = tuple(
    bytes.fromhex(h) for h in ("09000400", "09020600", "09040600", "09080800", "09081000")
)


def sniff(path: Path) -> Content:
    """Return what a file holds; it is not read whole unless it is a container."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        return "empty"
    if head.startswith(b"PK"):
        return _zipped(path)
    if head.startswith(_OLE2):
        return _compound(path.read_bytes())
    if head.startswith(_BIFF):
        return "xls"
    for start, content in _HEADS:
        if head.startswith(start):
            return content
    return _written(head)


def _zipped(path: Path) -> Content:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return "binary"
    if any(n.startswith("xl/") for n in names):
        return "xlsx"
    if any(n.startswith("word/") for n in names):
        return "word"
    return "ods" if "content.xml" in names else "zip"


def _compound(data: bytes) -> Content:
    """Tell an old workbook from an encrypted new one by the names of its streams."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "locked"
    if any(n.encode("utf-16-le") in data for n in ("Workbook", "Book")):
        return "xls"
    return "word" if "WordDocument".encode("utf-16-le") in data else "binary"


def _written(head: bytes) -> Content:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<?xml") and b"excel.sheet" in start:
        return "xml_2003"
    if start.startswith(
        (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<?xml")
    ) and (b"<html" in start or b"<table" in start):
        return "html"
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or head.count(0) >= len(head) // 4
    control = sum(b < 9 or 13 < b < 32 for b in head) - head.count(0)
    if control > len(head) // 20 or (head.count(0) and not wide):
        return "binary"
    return "text"
