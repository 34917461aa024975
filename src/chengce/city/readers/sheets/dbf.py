"""Tell in which encoding the attributes of a Shapefile are, and decode them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chengce.city.readers.sheets.encoding import recognise

_SAMPLE = 4000
# language byte of a DBF header -> encoding; others are not trusted
_LDID = {
    0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5", 0x7B: "cp932", 0x13: "cp932",
    0x4E: "cp949", 0x79: "cp949", 0x57: "cp1252", 0x03: "cp1252", 0x01: "cp437", 0x02: "cp850",
}  # fmt: skip
_CPG = {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "950": "big5", "65001": "utf-8",
        "utf8": "utf-8", "oem": "", "0": "", "system": "", "88591": "cp1252"}  # fmt: skip


@dataclass(frozen=True)
class DbfEncoding:
    """The encoding, whether it is what the files declare, and what speaks for it."""

    name: str
    declared: str
    evidence: str

    @property
    def is_repair(self) -> bool:
        """Tell whether the text needed another encoding than declared."""
        return self.name != self.declared


def dbf_encoding(shapefile: Path) -> DbfEncoding:
    """Return the encoding by .cpg, language byte and content; `name` is "" where it is not clear.

    A declaration stands if the text can be read by it; else the content decides.
    """
    dbf, cpg = sibling(shapefile, ".dbf"), sibling(shapefile, ".cpg")
    if dbf is None:
        return DbfEncoding("utf-8", "utf-8", "no .dbf")
    data = _text_of(dbf)
    said, declared = "no .cpg", ""
    if cpg is not None:
        written = cpg.read_text("latin-1").strip()
        said, declared = f".cpg says {written or '∅'}", _named(written)
    else:
        with dbf.open("rb") as file:
            head = file.read(30)
        ldid = head[29] if len(head) > 29 else 0
        said, declared = f"no .cpg, language byte 0x{ldid:02x}", _LDID.get(ldid, "")
    if data.isascii():
        return DbfEncoding("utf-8", "utf-8", "ASCII only")
    if _fits(data, "utf-8"):  # hardly any other text is valid UTF-8, though UTF-8 may pass as GBK
        return DbfEncoding("utf-8", declared, f"{said}; UTF-8")
    found = recognise(_whole(data))
    evidence = f"{said}; {found.evidence.zh} / {found.evidence.en}"
    single = declared in ("cp1252", "cp437", "cp850")  # any bytes can be read by these
    if declared and _fits(data, declared) and not (single and found.name != "cp1252"):
        return DbfEncoding(declared, declared, evidence)
    return DbfEncoding(found.name, declared, evidence)


def sibling(path: Path, suffix: str) -> Path | None:
    """Return the file beside a Shapefile with another suffix, in any case of its letters."""
    if not path.parent.is_dir():
        return None
    return next(
        (
            p for p in sorted(path.parent.iterdir())
            if p.stem == path.stem and p.suffix.lower() == suffix
        ),
        None,
    )  # fmt: skip


def decode(text: str, encoding: str) -> tuple[str | None, bool]:
    """Decode text that was read byte by byte; the flag says that a last, halved character was cut.

    None if it cannot be decoded. Fields of fixed width cut Chinese characters in half.
    """
    data = text.encode("latin-1")
    for cut in range(4):
        try:
            return data[: len(data) - cut].decode(encoding), cut > 0
        except UnicodeDecodeError as error:
            if error.end < len(data) - cut and error.start < len(data) - 4:
                break
    return None, False


def _named(written: str) -> str:
    key = written.lower().replace("-", "").replace("_", "").removeprefix("ansi").removeprefix("cp")
    name = _CPG.get(key.replace("iso", "").strip(), _CPG.get(key, written))
    try:
        "".encode(name or "ascii")
    except LookupError:
        return ""
    return name


def _fits(data: bytes, encoding: str) -> bool:
    return all(
        decode(part.decode("latin-1"), encoding)[0] is not None for part in data.split(b"\x00")
    )


def _whole(data: bytes) -> bytes:
    """Return the text without halved characters, if it may be Chinese: they would speak against it."""
    texts = [decode(part.decode("latin-1"), "gb18030")[0] for part in data.split(b"\x00")]
    whole = [t for t in texts if t is not None]
    return "\n".join(whole).encode("gb18030") if len(whole) == len(texts) else data


def _text_of(dbf: Path) -> bytes:
    """Return field names and the text fields of the first records, parted by zero bytes."""
    with dbf.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            return b""
        start, length = int.from_bytes(head[8:10], "little"), int.from_bytes(head[10:12], "little")
        fields = file.read(max(0, start - 33))
        file.seek(start)
        records = file.read(length * _SAMPLE) if length else b""
    parts: list[bytes] = []
    texts: list[tuple[int, int]] = []
    at = 1
    for i in range(0, len(fields) - 31, 32):
        field = fields[i : i + 32]
        parts.append(field[:11].split(b"\x00")[0])
        if field[11:12] == b"C":
            texts.append((at, at + field[16]))
        at += field[16]
    parts += _cells(records, length, texts)
    return b"\x00".join(p for p in parts if p)


def _cells(records: bytes, length: int, texts: Sequence[tuple[int, int]]) -> list[bytes]:
    return [
        records[i + a : i + b].rstrip(b" \x00")
        for i in range(0, len(records) - length + 1, max(length, 1))
        for a, b in texts
    ]
