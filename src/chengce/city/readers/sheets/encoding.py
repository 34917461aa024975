"""Recognise the encoding of text by what it holds, and say how sure that is."""

from dataclasses import dataclass

from chengce.core.text import Text

_SURE, _NOT = 0.7, 0.3
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Encoding:
    """An encoding, whether it needs no mention, and what speaks for it; `name` is "" if unknown."""

    name: str
    plain: bool
    evidence: Text


def recognise(data: bytes) -> Encoding:
    """Return the encoding of some text: UTF-8, UTF-16, GB18030 or Windows-1252.

    GB18030 is taken if most of its double bytes are common Chinese characters or full-width
    signs (rows A1–A3, B0–D7 of GB 2312); Windows-1252 if few are, or the bytes are not GB18030.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return Encoding(name, name == "utf-8-sig", Text("有字节序标记", "a byte-order mark"))
    if data.count(0) > len(data) // 4:
        name = "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
        return Encoding(name, False, Text("一半字节为零", "half of the bytes are zero"))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data)
    return Encoding("utf-8", True, Text("全部字节合乎 UTF-8", "all bytes are UTF-8"))


def _not_utf8(data: bytes) -> Encoding:
    share = common_share(data)
    if share is not None and share >= _SURE:
        said = Text(
            f"不合 UTF-8；按 GB18030 解读，{share:.0%} 为常用汉字或标点",
            f"not UTF-8; as GB18030, {share:.0%} are common Chinese characters or signs",
        )
        return Encoding("gb18030", False, said)
    if share is None or share <= _NOT:
        said = Text(
            "不合 UTF-8，也不像中文；按西欧编码读取",
            "not UTF-8 and not Chinese; read as Western European",
        )
        name = "cp1252" if _decodes(data, "cp1252") else "latin-1"
        return Encoding(name, False, said)
    said = Text(
        f"不合 UTF-8；按 GB18030 解读，仅 {share:.0%} 为常用汉字",
        f"not UTF-8; as GB18030, only {share:.0%} are common Chinese characters",
    )
    return Encoding("", False, said)


def common_share(data: bytes) -> float | None:
    """Return which share of the non-ASCII characters is common Chinese; None if not GB18030."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    high = [c for c in text if ord(c) > 127]
    if not high:
        return None
    return sum(_common(c) for c in high) / len(high)


def _common(char: str) -> bool:
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return code[0] in (0xA1, 0xA3) or 0xB0 <= code[0] <= 0xD7


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True
