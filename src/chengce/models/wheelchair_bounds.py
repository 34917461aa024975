"""Bound what wheelchair users reach: everything of unknown state passable, and nothing of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.core.finding import Metric
from chengce.core.text import Text
from chengce.engine.options import Unknown
from chengce.models.nearest_places import Nearest
from chengce.models.population import Population

Floats = NDArray[np.float64]
WHEELCHAIR = "wheelchair"


@dataclass(frozen=True)
class Bounds:
    """Seconds to the nearest place of each kind, (draws, zones, kinds); +inf = not reached.

    `use`: what is not known to be accessible or not is passable; `avoid`: it is not. NaN where a
    zone is on no street either way; on none that is known, it reaches nothing.
    """

    use: Floats
    avoid: Floats

    @classmethod
    def of(cls, use: Nearest, avoid: Nearest) -> "Bounds":
        """Return the bounds from the walks over all streets and over those known."""
        parts = use.seconds, avoid.seconds
        off = np.isnan(parts[0]) & np.isnan(parts[1])
        return cls(*(np.where(off | ~np.isnan(p), p, np.inf) for p in parts))

    def asked(self, unknown: Unknown) -> Floats:
        """Return the seconds of the bound asked for."""
        return self.use if unknown == "use" else self.avoid

    def values(self, cutoffs_min: tuple[int, ...], people: Population) -> dict[str, Floats]:
        """Return the metrics by draw, zone and group; NaN for groups without a wheelchair user."""
        off = np.isnan(self.use).any(axis=2)
        users = np.array([g.mix.get(WHEELCHAIR, 0.0) > 0 for g in people.groups])
        out = {}
        for cutoff in cutoffs_min:
            use, avoid = (s <= cutoff * 60.0 for s in (self.use, self.avoid))
            each = {
                f"wheelchair_kinds_use_{cutoff}": use.sum(axis=2),
                f"wheelchair_kinds_avoid_{cutoff}": avoid.sum(axis=2),
                f"wheelchair_unsure_{cutoff}": 100.0 * (use != avoid).any(axis=2),
            }
            for name, value in each.items():
                known = np.where(off, np.nan, value)
                out[name] = np.where(users, known[:, :, None], np.nan)
        return out


def bounds_metrics(cutoffs_min: tuple[int, ...], kinds: int) -> tuple[Metric, ...]:
    """Return the metrics of `Bounds.values`; `kinds` is how many kinds of place are asked for."""
    made = (_kinds_use, _kinds_avoid, _unsure)
    return tuple(make(cutoff, kinds) for make in made for cutoff in reversed(cutoffs_min))


def _kinds_use(cutoff: int, kinds: int) -> Metric:
    return _kinds(
        f"wheelchair_kinds_use_{cutoff}", cutoff, kinds,
        Text("不明路段可通行", "streets of unknown state passable"),
        Text("无障碍状况不明的道路和大门一律当作可通行", "streets and gates of unknown state count as passable"),
    )  # fmt: skip


def _kinds_avoid(cutoff: int, kinds: int) -> Metric:
    return _kinds(
        f"wheelchair_kinds_avoid_{cutoff}", cutoff, kinds,
        Text("只走已知可通行路段", "only over streets known to be passable"),
        Text("无障碍状况不明的道路和大门一律当作不可通行", "streets and gates of unknown state count as not passable"),
    )  # fmt: skip


def _kinds(name: str, cutoff: int, kinds: int, which: Text, counted: Text) -> Metric:
    return Metric(
        name,
        Text(
            f"轮椅 {cutoff} 分钟内的设施类别数：{which.zh}",
            f"kinds of place within {cutoff} min in a wheelchair: {which.en}",
        ),
        "kinds",
        "more",
        Text(
            f"{kinds} 类日常设施中，至少有一处轮椅 {cutoff} 分钟可达的类别数，按轮椅使用者平均；{counted.zh}",
            f"of {kinds} kinds of everyday place, those with at least one within {cutoff} min in a "
            f"wheelchair, averaged over wheelchair users; {counted.en}",
        ),
        threshold=0.5,
        threshold_share=0.0,
        among=WHEELCHAIR,
    )


def _unsure(cutoff: int, kinds: int) -> Metric:
    return Metric(
        f"wheelchair_unsure_{cutoff}",
        Text(
            f"{cutoff} 分钟可达结果取决于不明路段的轮椅使用者比例",
            f"wheelchair users whose places within {cutoff} min depend on streets of unknown state",
        ),
        "%",
        "less",
        Text(
            f"轮椅使用者中，无障碍状况不明的道路和大门当作可通行与当作不可通行时，{cutoff} 分钟可达的设施类别"
            f"（共 {kinds} 类）有所不同的人所占比例",
            f"of wheelchair users, those who reach other kinds of place (of {kinds}) within {cutoff} min if "
            "streets and gates of unknown state are passable than if they are not",
        ),
        threshold=1.0,
        threshold_share=0.0,
        among=WHEELCHAIR,
    )
