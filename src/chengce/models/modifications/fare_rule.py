"""Set what rides cost: fare classes of routes, prices of changes, a cap."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from chengce.city.checks_fares import TOO_CHEAP, TOO_DEAR
from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.base import BaseModification, Draft, Touches, listed, unknown_id
from chengce.models.modifications.lines import MODES

TABLES = ("fares", "fare_routes", "fare_transfers", "fare_system")
_SLACK = 1e-9  # money; what adding prices up may round
Mode = Literal["tram", "metro", "rail", "bus", "ferry"]


class FareClass(BaseModel):
    """Routes that cost the same; a class that names none takes all the routes left."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(min_length=1, description="Name of the class / 票种编号")
    price: float = Field(ge=0, description="Per boarding, city currency / 每次上车票价（本市货币）")
    routes: tuple[str, ...] = Field((), description="Ids of routes / 线路编号")
    modes: tuple[Mode, ...] = Field((), description="Modes / 制式")
    agencies: tuple[str, ...] = Field((), description="Ids of agencies / 运营单位编号")
    unlimited: bool = Field(
        False, description="Changes within the class are free / 同一票种内换乘免费"
    )
    same_route: bool = Field(
        True,
        description="Discounts within the class hold on the route just left, too / 换乘优惠也适用于刚下车的同一线路",
    )

    @property
    def rest(self) -> bool:
        """Tell whether the class takes what no other class names."""
        return not (self.routes or self.modes or self.agencies)


class FareTransfer(BaseModel):
    """What two rides in a row cost together."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    first: str = Field(description="Class of the ride before / 前程票种")
    second: str = Field(description="Class of the ride after / 后程票种")
    price: float = Field(ge=0, description="Of both together / 两程合计票价")
    within_min: float | None = Field(
        None, gt=0,
        description="Longest time between the two boardings, min; any if left out"
        " / 两次上车的最长间隔（分钟），省略为不限",
    )  # fmt: skip


class FareRule(BaseModification):
    """Set fares 票制票价."""

    type: Literal["fare_rule"] = "fare_rule"
    classes: tuple[FareClass, ...] = Field(min_length=1, description="Fare classes / 票种")
    transfers: tuple[FareTransfer, ...] = Field((), description="Prices of changes / 换乘票价")
    discounts: int = Field(
        1, ge=0, le=20, description="Most discounted changes of a trip / 每次出行最多享受的换乘优惠次数"
    )  # fmt: skip
    cap: float | None = Field(
        None, ge=0, description="Most a trip costs, city currency / 每次出行封顶票价（本市货币）"
    )

    @model_validator(mode="after")
    def _sound(self) -> "FareRule":
        price = {c.id: c.price for c in self.classes}
        if len(price) < len(self.classes) or sum(c.rest for c in self.classes) > 1:
            raise Wrong(
                Text(
                    "票种编号不得重复，且至多一个票种不指明线路",
                    "classes need names of their own, and at most one may name no routes",
                )
            )
        pairs = [(t.first, t.second) for t in self.transfers]
        if len(set(pairs)) < len(pairs) or not {n for p in pairs for n in p} <= set(price):
            raise Wrong(
                Text(
                    "transfers 的票种须在 classes 中，同一对只写一次",
                    "`transfers` name classes of `classes`, each pair once",
                )
            )
        for t in self.transfers:
            if t.price < price[t.first] - _SLACK:
                raise Wrong(TOO_CHEAP)
            if t.price > price[t.first] + price[t.second] + _SLACK:
                raise Wrong(TOO_DEAR)
        return self

    @property
    def summary(self) -> Text:
        """Say the prices."""
        each = [f"{c.id} {c.price:g}" for c in self.classes]
        zh, en = "、".join(each), ", ".join(each)
        if self.transfers:
            zh, en = (
                f"{zh}，换乘优惠 {len(self.transfers)} 种",
                f"{en}, {len(self.transfers)} discounts",
            )
        if self.cap is not None:
            zh, en = f"{zh}，封顶 {self.cap:g}", f"{en}, at most {self.cap:g}"
        return Text(f"票价：{zh}", f"fares: {en}")

    def touches(self, city: City) -> Touches:
        """Return the fares as one object: they are set as a whole."""
        return Touches(changes=frozenset({("fares", "all")}))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that what classes name exists, and that every route has one class."""
        routes = draft.table("routes")
        what = Text("没有线路 {key}", "there is no route {key}")
        agencies = sorted({str(a) for a in routes.get("agency", []) if not pd.isna(a)})
        found = [
            p for c in self.classes for r in c.routes for p in unknown_id(what, "routes", r, draft)
        ]
        found += [
            Problem(
                "agency_unknown",
                Text(f"没有运营单位 {name}", f"there is no agency {name}"),
                listed(agencies),
                column=c.id,
            )
            for c in self.classes
            for name in c.agencies
            if name not in agencies
        ]
        return found or _uncovered(routes, self._of_routes(routes))

    def apply(self, draft: Draft) -> None:
        """Put the fares in the place of those there are."""
        routes = draft.table("routes")
        of = self._of_routes(routes).argmax(axis=0)
        ids = [c.id for c in self.classes]
        fares = [
            {"class": c.id, "price": c.price, "unlimited": c.unlimited, "same_route": c.same_route}
            for c in self.classes
        ]
        transfers = [
            {"first": t.first, "second": t.second, "price": t.price,
             "within_s": None if t.within_min is None else round(t.within_min * 60)}
            for t in self.transfers
        ]  # fmt: skip
        system = draft.table("fare_system")
        name = str(system["currency"].iloc[0]) if _named(system) else None
        for table in TABLES:
            draft.tables[table] = draft.table(table).iloc[:0]
        draft.append("fares", list(fares))
        routed = zip(routes["id"].astype(str), of.tolist(), strict=True)
        draft.append("fare_routes", [{"route": r, "class": ids[k]} for r, k in routed])
        if transfers:
            draft.append("fare_transfers", list(transfers))
        draft.append(
            "fare_system",
            [{"id": "all", "discounts": self.discounts, "cap": self.cap, "currency": name}],
        )

    def _of_routes(self, routes: pd.DataFrame) -> NDArray[np.bool_]:
        """Return, by class and route, whether the class is meant, bool[classes, routes]."""
        agency = routes["agency"] if "agency" in routes.columns else pd.Series(None, routes.index)
        rows = [
            routes["id"].isin(c.routes)
            | routes["mode"].isin([MODES[m] for m in c.modes])
            | agency.isin(c.agencies)
            for c in self.classes
        ]
        meant = np.array([r.to_numpy(dtype=bool) for r in rows]).reshape(len(rows), len(routes))
        rest = np.array([c.rest for c in self.classes])
        meant[rest] = ~meant.any(axis=0)
        return meant


def _named(system: pd.DataFrame) -> bool:
    return len(system) > 0 and "currency" in system.columns and system["currency"].notna().iloc[0]


def _uncovered(routes: pd.DataFrame, meant: NDArray[np.bool_]) -> list[Problem]:
    count = meant.sum(axis=0)
    found = []
    for wrong, code, zh, en in (
        (count == 0, "route_without_fare", "没有票种的线路", "routes without a fare class"),
        (count > 1, "route_with_two_fares", "属于多个票种的线路", "routes of several fare classes"),
    ):
        ids = routes.loc[wrong, "id"].astype(str).tolist()
        if ids:
            shown = listed(ids)
            found.append(
                Problem(
                    code,
                    Text(f"{zh}：{len(ids)} 条", f"{en}: {len(ids)}"),
                    Text(
                        f"让每条线路恰属一个票种；不指明线路的票种收纳其余。{shown.zh}",
                        f"let each route be of exactly one class; a class that names no routes takes "
                        f"the rest; {shown.en}",
                    ),
                    column=ids[0],
                )
            )
    return found
