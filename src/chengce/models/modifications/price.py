"""Change a price: rent, parking, fuel … set to a value, or multiplied."""

from typing import Literal

import pandas as pd
from pydantic import Field, model_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.core.validation import Wrong
from chengce.models.modifications.amounts import Amount
from chengce.models.modifications.base import (
    BaseModification,
    Draft,
    Object,
    Touches,
    listed,
    objects,
    unknown_id,
)


class ChangePrice(BaseModification):
    """Change a price 价格调整."""

    type: Literal["price"] = "price"
    item: str = Field(
        min_length=1, description="What is paid for, as rent, parking / 价格项目，如房租、停车"
    )
    zones: tuple[str, ...] = Field(
        (), description="In these zones; everywhere if left out / 分区编号，省略为不限分区"
    )
    places: tuple[str, ...] = Field((), description="At these places / 设施编号")
    value: float | None = Field(
        None, ge=0, description="New price, city currency / 新价格（本市货币）"
    )
    factor: float | None = Field(None, ge=0, le=100, description="Times today's / 相对现状的倍数")
    per: str | None = Field(
        None, min_length=1,
        description="Unit of the price, as hour, m2·month; needed for a price the city lacks"
        " / 计价单位，如每小时、每平方米每月；城市没有该价格时必填",
    )  # fmt: skip

    @model_validator(mode="after")
    def _one_amount(self) -> "ChangePrice":
        if (self.value is None) == (self.factor is None):
            raise Wrong(
                Text("value 与 factor 须给出且只给其一", "give exactly one of `value`, `factor`")
            )
        if self.zones and self.places:
            raise Wrong(Text("zones 与 places 至多给其一", "give `zones` or `places`, not both"))
        return self

    @property
    def amount(self) -> Amount:
        """Return the change of the price."""
        return Amount(value=self.value, factor=self.factor)

    @property
    def summary(self) -> Text:
        """Say what costs what."""
        how = self.amount.said()
        per, per_en = (f"（每{self.per}）", f" per {self.per}") if self.per else ("", "")
        where = len(self.zones or self.places)
        at = f"（{where} 处）" if where else ""
        at_en = f" in {where} {'zones' if self.zones else 'places'}" if where else ""
        return Text(
            f"{self.item}价格{at}{how.zh}{per}", f"price of {self.item}{at_en} {how.en}{per_en}"
        )

    def touches(self, city: City) -> Touches:
        """Return the prices changed or added, and what they need."""
        prices = city.table("prices")
        ids = prices.loc[self._rows(prices), "id"].astype(str).tolist()
        changed = objects("prices", [*ids, *(key for key, _, _ in self._missing(prices))])
        needs: frozenset[Object] = objects("zones", self.zones) | objects("places", self.places)
        return Touches(changes=changed, needs=needs)

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that zones and places exist, and prices too unless a value and its unit are given."""
        zone = Text("没有分区 {key}", "there is no zone {key}")
        place = Text("没有设施 {key}", "there is no place {key}")
        found = [p for z in dict.fromkeys(self.zones) for p in unknown_id(zone, "zones", z, draft)]
        found += [
            p for q in dict.fromkeys(self.places) for p in unknown_id(place, "places", q, draft)
        ]
        prices = draft.table("prices")
        missing = self._missing(prices)
        if not found and missing and (self.value is None or self.per is None):
            items = sorted(set(prices["item"].astype(str)))
            first = next((z or p for _, z, p in missing if z or p), self.item)
            found.append(
                Problem(
                    "price_unknown",
                    Text(
                        f"没有 {self.item} 的价格（{first}）",
                        f"there is no price of {self.item} ({first})",
                    ),
                    Text(
                        f"同时给出 value 与 per 以新增；{listed(items).zh}",
                        f"to add it give `value` and `per`; {listed(items).en}",
                    ),
                    column=self.item,
                )
            )
        per = set(prices.loc[self._rows(prices), "per"].astype(str))
        if not found and self.per is not None and per - {self.per}:
            found.append(_other_unit(self.item, self.per, sorted(per)))
        return found

    def apply(self, draft: Draft) -> None:
        """Set the prices there are, and add those the city lacks."""
        prices = draft.table("prices")
        rows, missing = self._rows(prices), self._missing(prices)
        if rows.any():
            values = prices["value"].astype("float64")
            draft.put("prices", "value", values.where(~rows, values.map(self.amount.of)))
        if missing:
            draft.append(
                "prices",
                [
                    {"id": key, "item": self.item, "zone": zone, "place": place,
                     "value": self.value, "per": self.per, "date": None}
                    for key, zone, place in missing
                ],
            )  # fmt: skip

    def _rows(self, prices: pd.DataFrame) -> "pd.Series[bool]":
        """Tell which prices are meant: all of the item, or those of the zones or places."""
        rows = prices["item"] == self.item
        for column, wanted in (("zone", self.zones), ("place", self.places)):
            if wanted:
                rows &= _column(prices, column).isin(wanted)
        return rows

    def _missing(self, prices: pd.DataFrame) -> list[tuple[str, str | None, str | None]]:
        """Return id, zone and place of the prices meant that the city lacks."""
        rows = prices[self._rows(prices)]
        if not (self.zones or self.places):
            return [] if len(rows) else [(self.item, None, None)]
        zones, places = set(_column(rows, "zone")), set(_column(rows, "place"))
        return [
            *((f"{self.item}@{z}", z, None) for z in dict.fromkeys(self.zones) if z not in zones),
            *((f"{self.item}@{p}", None, p) for p in dict.fromkeys(self.places) if p not in places),
        ]


def _column(prices: pd.DataFrame, name: str) -> "pd.Series[str]":
    if name in prices.columns:
        return prices[name]
    return pd.Series(None, index=prices.index, dtype="str")


def _other_unit(item: str, per: str, there: list[str]) -> Problem:
    return Problem(
        "price_unit_differs",
        Text(f"{item} 的计价单位不是 {per}", f"the price of {item} is not per {per}"),
        listed(there),
        column="per",
    )
