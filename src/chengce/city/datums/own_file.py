"""Read the file that holds a city's own plane system; never repeat a value from it.

What stands in the file is confidential in China. Problems name the file and the field, never what
was written there.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chengce.core.documents import read_toml_file
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.core.validation import near_names

WHAT = Text("独立坐标系参数文件", "file of the city's own plane system")
KINDS = ("4-parameter", "7-parameter", "control-points")
_PLANE = {"east_m": True, "north_m": True, "rotation_s": True, "scale_ppm": True}
_PROJECTION = {"central_meridian": True, "latitude_of_origin": False, "scale": False,
               "false_easting_m": True, "false_northing_m": True, "height_m": False}  # fmt: skip
_SHIFT = {"x_m": True, "y_m": True, "z_m": True, "rx_s": True, "ry_s": True, "rz_s": True, "ppm": True}  # fmt: skip
_POINT = ("x", "y", "to_x", "to_y")
_LIMITS = {"central_meridian": (-180.0, 180.0), "latitude_of_origin": (-90.0, 90.0), "scale": (0.9, 1.1),
           "height_m": (-1000.0, 9000.0), "scale_ppm": (-1e5, 1e5), "ppm": (-1e5, 1e5),
           "accuracy_m": (0.0, 1e5)}  # fmt: skip


@dataclass
class OwnFile:
    """The fields of one file, checked: numbers by name, control points as rows of four numbers."""

    file: str
    kind: str
    to: str
    model: str = "4-parameter"
    ellipsoid: str = ""
    convention: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict, repr=False)
    names: tuple[str, ...] = ()
    points: tuple[tuple[float, ...], ...] = field(default=(), repr=False)
    accuracy_m: float | None = None


def read_own_file(path: Path, ellipsoids: Sequence[str]) -> OwnFile:
    """Return the fields of a file.

    Raises `ChengceError` with every field that is missing, unknown or no number: `own_missing`,
    `own_unknown`, `own_not_a_number`, `own_out_of_range`, `own_choice`; and what `read_toml_file` raises.
    """
    data = read_toml_file(path, WHAT)
    reader = _Reader(path.name, data)
    kind = reader.choice("kind", KINDS)
    own = OwnFile(path.name, kind, str(data.get("to", "")))
    reader.known |= {"to"}
    if kind != "7-parameter" and not own.to:
        reader.missing("to", Text('如 to = "EPSG:4548"', 'for example to = "EPSG:4548"'))
    seven = kind == "7-parameter"
    if kind == "control-points":
        own.model = reader.choice("model", KINDS[:2], default=KINDS[0])
        seven = own.model == "7-parameter"
        own.names, own.points = reader.points()
    numbers = reader.numbers(_PLANE) if kind == "4-parameter" else {}
    if seven:
        own.ellipsoid = reader.choice("ellipsoid", ellipsoids)
        numbers |= reader.numbers(_PROJECTION)
    if kind == "7-parameter":
        own.convention = reader.choice("convention", ("position_vector", "coordinate_frame"))
        numbers |= reader.numbers(_SHIFT)
    own.numbers = numbers
    own.accuracy_m = reader.numbers({"accuracy_m": False}).get("accuracy_m")
    reader.finish()
    return own


@dataclass
class _Reader:
    """One file being read: what has been asked for and what is wrong so far."""

    file: str
    data: Mapping[str, Any]
    known: set[str] = field(default_factory=set)
    found: list[Problem] = field(default_factory=list)

    def add(self, code: str, column: str, message: Text, remedy: Text) -> None:
        self.found.append(Problem(code, message, remedy, file=self.file, column=column))

    def missing(self, name: str, remedy: Text) -> None:
        self.add("own_missing", name, Text("缺少该字段", "is missing"), remedy)

    def choice(self, name: str, allowed: Sequence[str], default: str = "") -> str:
        self.known.add(name)
        value = self.data.get(name, default or None)
        listed = Text("、".join(allowed), ", ".join(allowed))
        remedy = Text(f"可选：{listed.zh}", f"one of: {listed.en}")
        if value is None:
            self.missing(name, remedy)
        elif value not in allowed:
            self.add("own_choice", name, Text("取值不在可选之列", "is none of the choices"), remedy)
        return value if isinstance(value, str) and value in allowed else ""

    def numbers(self, fields: Mapping[str, bool]) -> dict[str, float]:
        found = {}
        for name, required in fields.items():
            self.known.add(name)
            if name in self.data:
                if self.number(self.data[name], name):
                    found[name] = float(self.data[name])
            elif required:
                self.missing(name, Text("请补上", "add it"))
        return found

    def number(self, value: object, name: str) -> bool:
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            low, high = _LIMITS.get(name, (-1e9, 1e9))
            if low <= value <= high:
                return True
            self.add("own_out_of_range", name, Text("数值超出可能的范围", "is outside the possible range"),
                     Text("核对单位：度、米、角秒、ppm", "check the unit: degrees, metres, arc seconds"))  # fmt: skip
            return False
        self.add("own_not_a_number", name, Text("应为数值", "must be a number"),
                 Text("只写数字，不加引号和单位", "digits only, without quotes and unit"))  # fmt: skip
        return False

    def points(self) -> tuple[tuple[str, ...], tuple[tuple[float, ...], ...]]:
        self.known.add("points")
        raw = self.data.get("points")
        example = Text('如 points = [{ name = "K1", x = …, y = …, to_x = …, to_y = … }]',
                       'for example points = [{ name = "K1", x = …, y = …, to_x = …, to_y = … }]')  # fmt: skip
        if not isinstance(raw, list) or not all(isinstance(p, dict) for p in raw):
            self.missing("points", example)
            return (), ()
        names, rows = [], []
        for i, point in enumerate(raw, 1):
            at = f"points[{i}]"
            row = [point.get(k) for k in _POINT]
            for key, value in zip(_POINT, row, strict=True):
                if value is None:
                    self.missing(f"{at}.{key}", example)
                else:
                    self.number(value, f"{at}.{key}")
            for key in sorted(set(point) - {*_POINT, "name"}):
                self.unknown(f"{at}.{key}", key, ("name", *_POINT))
            names.append(str(point.get("name", i)))
            rows.append(tuple(v if isinstance(v, int | float) else math.nan for v in row))
        return tuple(names), tuple(rows)

    def unknown(self, at: str, key: str, known: Sequence[str]) -> None:
        self.add("own_unknown", at, Text("没有这个字段", "there is no such field"), near_names(key, known))  # fmt: skip

    def finish(self) -> None:
        for key in sorted(set(self.data) - self.known):
            self.unknown(key, key, sorted(self.known))
        if self.found:
            raise ChengceError(self.found)
