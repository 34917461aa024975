"""Read a TNTP table of trips: `Origin o`, then `destination : trips ;` as often as there are.

Big tables hold tens of millions of numbers; they are read a whole origin at a time, and only an
origin with something wrong is looked at line by line.
"""

import re
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chengce.city.readers.raw_file import decode, read_raw
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tntp_text import MOST_ZONES, NUMBER, REPAIR, Floats, meta_number
from chengce.core.errors import Problem
from chengce.core.text import Text

WHAT = Text("出行量文件", "trips file")
HEAD = 1 << 16  # bytes within which the metadata lie
NEAR = 1e-4  # relative difference from the announced total that is said
_END = re.compile(rb"<\s*END OF METADATA\s*>", re.IGNORECASE)
_META = re.compile(rb"<\s*([^<>\n]+?)\s*>[ \t]*([^\r\n]*)")
_ORIGIN = re.compile(rb"origins?(?![a-z])\s*[:=]?\s*([^\s:;]*)", re.IGNORECASE)
_COMMENT = re.compile(rb"~[^\r\n]*")
_BLANKS = bytes.maketrans(b":;\r\n\t", b"     ")
_COMMAS = bytes.maketrans(b":;\r\n\t,", b"      ")
_CORRECT = Text("改正该值", "correct the value")


@dataclass(frozen=True)
class TntpTrips:
    """Trips between zones: `demand` float64[zones, zones], row = origin; the diagonal is kept."""

    demand: Floats
    warnings: tuple[Problem, ...] = ()


@dataclass
class _Table:
    """The table under construction."""

    body: bytes
    offset: int  # lines before the body
    zones: int
    demand: Floats
    report: Report

    def row(self, at: int) -> int:
        """Return the line of a place in the body."""
        return self.offset + self.body.count(b"\n", 0, at) + 1


def read_tntp_trips(path: Path, zones: int | None = None) -> TntpTrips:
    """Read a trips file for a network with so many zones (None: as many as the file says).

    Pairs given more than once are added up, with a warning. Raises `ChengceError` with every
    problem: row and what to do.
    """
    data = read_raw(path, WHAT)
    report = Report(str(path))
    metadata, begin = _metadata(data)
    body = data[begin:]
    if b"~" in body:
        body = _COMMENT.sub(b"", body)
    found = list(_ORIGIN.finditer(body))
    _swapped(metadata, body, bool(found), report)
    said = _metadata_number(metadata, "NUMBER OF ZONES", report)
    if zones is None and not 1 <= (said or 0) <= MOST_ZONES:
        report.add(
            "tntp_metadata_missing",
            Text(
                f"缺少 <NUMBER OF ZONES>，或不在 1 至 {MOST_ZONES:,} 之间",
                f"<NUMBER OF ZONES> is missing or not from 1 to {MOST_ZONES:,}",
            ),
            Text("改正文件开头的数", "correct it at the top of the file"),
        )
    total = _metadata_number(metadata, "TOTAL OD FLOW", report)
    report.stop_if_wrong()
    count = zones if zones is not None else int(said or 0)
    table = _Table(body, data.count(b"\n", 0, begin), count, np.zeros((count, count)), report)
    ends = [m.start() for m in found[1:]] + [len(body)]
    twice = False
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # numpy's way to say: not a number
        for match, end in zip(found, ends, strict=True):
            twice |= _block(table, match, end)
    report.stop_if_wrong()
    _remarks(table, metadata, twice, said, total)
    return TntpTrips(table.demand, tuple(report.found))


def _metadata(data: bytes) -> tuple[dict[str, tuple[str, int]], int]:
    """Return metadata by name with their line, and where the body begins."""
    head = data[:HEAD]
    end = _END.search(head)
    first = _ORIGIN.search(head)
    stop = end.start() if end else first.start() if first else len(head)
    found = {}
    for m in _META.finditer(head[:stop]):
        name = " ".join(decode(m[1]).upper().split())
        found[name] = (
            decode(m[2]).strip().rstrip(";").strip(),
            head.count(b"\n", 0, m.start()) + 1,
        )
    return found, end.end() if end else stop


def _metadata_number(
    metadata: dict[str, tuple[str, int]], name: str, report: Report
) -> float | None:
    if name not in metadata:
        return None
    words, row = metadata[name]
    value = meta_number(words)
    if words and not np.isfinite(value):
        report.add(
            "tntp_metadata_value",
            Text(
                f"<{name}> 后应为数字，现为“{words}”",
                f'<{name}> must be followed by a number, not "{words}"',
            ),
            Text("改为数字", "write a number"),
            row=row,
            severity="error" if name == "NUMBER OF ZONES" else "warning",
        )
    return value if np.isfinite(value) else None


def _swapped(
    metadata: dict[str, tuple[str, int]], body: bytes, origins: bool, report: Report
) -> None:
    if origins:
        return
    if "NUMBER OF LINKS" in metadata or "NUMBER OF NODES" in metadata:
        report.add(
            "tntp_swapped",
            Text(
                "这是路网文件，不是出行量（没有 Origin）",
                "this is a network file, not trips (it has no Origin lines)",
            ),
            Text(
                "核对两个文件是否给反：先路网，后出行量",
                "check whether the two were exchanged: first the network, then the trips",
            ),
        )
    else:
        report.add(
            "tntp_no_origins",
            Text("文件中没有 Origin 行", "the file has no Origin lines"),
            Text("核对是否为 TNTP 出行量文件", "check that this is a TNTP trips file"),
        )


def _block(table: _Table, match: "re.Match[bytes]", end: int) -> bool:
    """Add the trips of one origin; True if a destination came twice.

    Zones the network does not have may be listed as long as they have no trips.
    """
    report, zones = table.report, table.zones
    try:
        origin = int(float(match[1]))
    except (ValueError, OverflowError):
        origin = -1
    words = table.body[match.end() : end]
    if origin > zones and not words.strip(b" ;\r\n\t"):
        return False
    if not 1 <= origin <= zones or float(match[1]) != origin:
        report.add(
            "tntp_zone_range",
            Text(
                f"没有小区“{decode(match[1])}”（小区为 1 至 {zones}）",
                f'there is no zone "{decode(match[1])}" (they are 1 to {zones})',
            ),
            Text("核对小区编号与路网文件", "check the zone number against the network file"),
            row=table.row(match.start()),
            column="Origin",
        )
        return False
    plain = words.translate(_BLANKS if b":" in words else _COMMAS).strip()
    if not plain:
        return False
    try:
        values = np.fromstring(plain, sep=" ")
    except (DeprecationWarning, ValueError):
        _diagnose(table, match.end(), end)
        return False
    destination, trips = values[0::2], values[1::2]
    if len(destination) != len(trips) or (b":" in words and words.count(b":") != len(trips)):
        _diagnose(table, match.end(), end)
        return False
    with np.errstate(invalid="ignore"):
        beyond = (destination > zones) & (trips == 0)
        good = (destination >= 1) & (destination <= zones) & (destination == np.floor(destination))
        good &= (trips >= 0) & np.isfinite(trips)
    if not (good | beyond).all():
        _diagnose(table, match.end(), end)
        return False
    destination, trips = destination[good], trips[good]
    at = destination.astype(np.int64) - 1
    row = table.demand[origin - 1]
    repeated = len(np.unique(at)) < len(at) or bool(row[at].any())
    row += np.bincount(at, weights=trips, minlength=zones)
    return repeated


def _diagnose(table: _Table, begin: int, end: int) -> None:
    """Say what is wrong with the pairs between two places, line by line."""
    report, row = table.report, table.row(begin)
    split = next((mark for mark in ":," if mark.encode() in table.body[begin:end]), None)
    for line in decode(table.body[begin:end]).split("\n"):
        for part in line.split(";"):
            if part.strip():
                _pair(part, split, row, table.zones, report)
        row += 1


def _pair(part: str, split: str | None, row: int, zones: int, report: Report) -> None:
    cells = part.split(split)
    if len(cells) != 2 or not all(len(c.split()) == 1 for c in cells):
        report.add(
            "tntp_pair",
            Text(
                f"不是“小区 : 出行量 ;”：{part.strip()[:60]}",
                f"not `zone : trips ;`: {part.strip()[:60]}",
            ),
            Text("写成“小区 : 出行量 ;”", "write `zone : trips ;`"),
            row=row,
        )
        return
    values = []
    for cell in cells:
        try:
            values.append(float(cell))
        except ValueError:
            values.append(float("nan"))
        if not np.isfinite(values[-1]):
            report.add("tntp_not_a_number", NUMBER.format(value=cell.strip()), REPAIR, row=row)
    if not np.isfinite(values).all():
        return
    beyond = values[0] > zones and values[1] == 0
    if (not 1 <= values[0] <= zones or values[0] != int(values[0])) and not beyond:
        report.add(
            "tntp_zone_range",
            Text(
                f"没有小区“{cells[0].strip()}”（小区为 1 至 {zones}）",
                f'there is no zone "{cells[0].strip()}" (they are 1 to {zones})',
            ),
            Text("核对小区编号与路网文件", "check the zone number against the network file"),
            row=row,
            column="destination",
        )
    if values[1] < 0:
        report.add(
            "tntp_negative_trips",
            Text(f"出行量为负：{cells[1].strip()}", f"negative trips: {cells[1].strip()}"),
            _CORRECT,
            row=row,
        )


def _remarks(
    table: _Table,
    metadata: dict[str, tuple[str, int]],
    twice: bool,
    said: float | None,
    announced: float | None,
) -> None:
    """Warn of what can be calculated with but may not be meant."""
    report = table.report
    total = float(table.demand.sum())
    if announced is not None and abs(announced - total) > NEAR * max(abs(announced), abs(total)):
        report.add(
            "tntp_total",
            Text(
                f"文件开头称总量为 {announced:,.10g}，各项之和为 {total:,.10g}",
                f"the top of the file says {announced:,.10g} trips in all, they add up to {total:,.10g}",
            ),
            Text(
                "核对文件是否完整；按各项计算",
                "check that the file is complete; the pairs are used",
            ),
            row=metadata["TOTAL OD FLOW"][1],
            severity="warning",
        )
    if said is not None and said != table.zones:
        report.add(
            "tntp_zone_count",
            Text(
                f"出行量文件称有 {said:g} 个小区，路网有 {table.zones} 个",
                f"the trips file says {said:g} zones, the network has {table.zones}",
            ),
            Text(
                "核对两个文件是否配套；未列出的小区出行量为零",
                "check that the two belong together; zones not listed have no trips",
            ),
            row=metadata["NUMBER OF ZONES"][1],
            severity="warning",
        )
    if twice:
        report.add(
            "tntp_repeated_pair",
            Text(
                "有些起讫对给了不止一次，已相加",
                "some pairs are given more than once and were added up",
            ),
            Text("若并非此意，请各留一处", "keep one of each if that is not meant"),
            severity="warning",
        )
