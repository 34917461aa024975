"""Let trips between zones grow or shrink: an outside assumption of a scenario."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import (
    BaseModification,
    Draft,
    Touches,
    listed,
    objects,
    unknown_id,
)

_ZH = {
    "car": "小汽车", "truck": "货车", "transit": "公交", "bike": "自行车", "walk": "步行", "all": "合计",
}  # fmt: skip
Mode = Literal["car", "truck", "transit", "bike", "walk", "all"]


class ChangeFlows(BaseModification):
    """Change trips between zones 出行量调整.

    The trips of the modes, purposes and zones chosen are multiplied by a factor: growth, or a
    shift taken from elsewhere. Nothing is re-distributed, and no model says that it will happen:
    it is an assumption, and is named as one.
    """

    type: Literal["change_flows"] = "change_flows"
    factor: float = Field(ge=0, le=100, description="Times today's trips / 相对现状出行量的倍数")
    modes: tuple[Mode, ...] = Field((), description="Modes; all if left out / 方式，省略即全部")
    purposes: tuple[str, ...] = Field(
        (), description="Purposes; all if left out / 目的，省略即全部"
    )
    origins: tuple[str, ...] = Field(
        (), description="Zones of origin; all if left out / 起点分区，省略即全部"
    )
    destinations: tuple[str, ...] = Field(
        (), description="Zones of destination; all if left out / 终点分区，省略即全部"
    )

    @property
    def summary(self) -> Text:
        """Say what grows."""
        named = "、".join([*(_ZH[m] for m in self.modes), *self.purposes])
        zh = f"（{named}）" if named else ""
        kinds = [*self.modes, *self.purposes]
        en = f" ({', '.join(kinds)})" if kinds else ""
        places = len({*self.origins, *self.destinations})
        if places:
            zh, en = f"{zh}，涉及 {places} 个分区", f"{en}, {places} zones"
        return Text(
            f"假设出行量为现状的 {self.factor:g} 倍{zh}",
            f"trips assumed at {self.factor:g} times{en}",
        )

    def touches(self, city: City) -> Touches:
        """Return the zones needed: factors on the same trips multiply, in any order."""
        return Touches(needs=objects("zones", {*self.origins, *self.destinations}))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that zones and purposes exist and that there are trips to change."""
        what = Text("没有分区 {key}", "there is no zone {key}")
        named = dict.fromkeys((*self.origins, *self.destinations))
        found = [p for zone in named for p in unknown_id(what, "zones", zone, draft)]
        flows = draft.table("flows")
        for column, wanted in (("mode", self.modes), ("purpose", self.purposes)):
            there = sorted(set(flows[column].astype(str)))
            found += [_unknown(column, name, there) for name in wanted if name not in there]
        if not found and not self._rows(flows).any():
            found.append(
                Problem(
                    "flows_none_chosen",
                    Text("所选条件下没有出行量", "no trips meet what is chosen"),
                    Text(
                        "放宽方式、目的或分区；城市须有 flows 表",
                        "choose more modes, purposes or zones; the city needs a table `flows`",
                    ),
                    column="flows",
                )
            )
        return found

    def apply(self, draft: Draft) -> None:
        """Multiply the trips chosen."""
        flows = draft.table("flows")
        count = flows["count"].to_numpy(dtype=np.float64)
        draft.put("flows", "count", np.where(self._rows(flows), count * self.factor, count))

    def _rows(self, flows: pd.DataFrame) -> NDArray[np.bool_]:
        here = np.ones(len(flows), dtype=bool)
        for column, wanted in (
            ("mode", self.modes),
            ("purpose", self.purposes),
            ("origin", self.origins),
            ("destination", self.destinations),
        ):
            if wanted:
                here &= flows[column].isin(wanted).to_numpy(dtype=bool)
        return here


def _unknown(column: str, name: str, there: list[str]) -> Problem:
    word = {"mode": Text("方式", "mode"), "purpose": Text("目的", "purpose")}[column]
    return Problem(
        f"flows_{column}_unknown",
        Text(f"没有{word.zh}为 {name} 的出行量", f"there are no trips of {word.en} {name}"),
        listed(there),
        column=name,
    )
