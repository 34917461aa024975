"""Say what a coordinate system must offer: a title, the way to WGS-84 and back, and its accuracy."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chengce.core.errors import Problem
from chengce.core.text import Text

Floats = NDArray[np.float64]


EXACT = Text("WGS-84：精确", "WGS-84: exact")  # nothing had to be done


@dataclass(frozen=True)
class Accuracy:
    """How far transformed points may be off.

    `metres` is the bound stated or measured (0: exact; None: unknown); `source` says who says so.
    An `approximate` transform is labelled as such wherever the layer is described.
    """

    metres: float | None
    source: Text
    approximate: bool = False

    @property
    def label(self) -> Text:
        """Return the accuracy as people read it."""
        if self.metres == 0:
            return Text("精确", "exact")
        if self.metres is None:
            return Text(f"近似，误差未知（{self.source.zh}）",
                        f"approximate, error unknown ({self.source.en})")  # fmt: skip
        if self.approximate:
            return Text(f"近似，约 ±{self.metres:g} 米（{self.source.zh}）",
                        f"approximate, about ±{self.metres:g} m ({self.source.en})")  # fmt: skip
        return Text(f"误差小于 {self.metres:g} 米（{self.source.zh}）",
                    f"within {self.metres:g} m ({self.source.en})")  # fmt: skip


class System(Protocol):
    """A coordinate system as declared.

    `name` is what to write as `crs`; `degrees` tells longitude and latitude from plane metres.
    Coordinates are (x, y): longitude or easting first. Arrays are float64 of one shape; what lies
    outside a transform's domain becomes infinite or NaN. `notices` are shown when it is used.
    """

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> Text: ...

    @property
    def degrees(self) -> bool: ...

    @property
    def notices(self) -> tuple[Problem, ...]: ...

    def to_wgs84(self, x: Floats, y: Floats) -> tuple[Floats, Floats]: ...

    def from_wgs84(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]: ...

    def accuracy(self, lon: float, lat: float) -> Accuracy:
        """Return the accuracy of `to_wgs84` near a place (WGS-84 degrees)."""
        ...


@dataclass(frozen=True)
class Placement:
    """In which system a file's coordinates were, and how well they came to WGS-84."""

    system: System
    accuracy: Accuracy

    @property
    def text(self) -> Text:
        """Return system and accuracy in one phrase, for descriptors."""
        said, title = self.accuracy.label, self.system.title
        return Text(f"{title.zh}：{said.zh}", f"{title.en}: {said.en}")
