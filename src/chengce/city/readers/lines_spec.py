"""Describe the plain tables that make public transport where there is no GTFS feed."""

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from chengce.city.layers import POINT, Column, Contract
from chengce.city.readers.tables_spec import TableSpec
from chengce.core.text import Text
from chengce.core.validation import Wrong

MODES = {"tram": 0, "metro": 1, "rail": 2, "bus": 3, "ferry": 4}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KINDS = ("weekday", "weekend", "holiday", "every", *DAYS)
LineTableName = Literal["stops", "segments", "services", "departures", "transfers", "entrances"]


def _text(name: str, *, needed: bool = True) -> Column:
    return Column(name, "str", required=needed, nullable=not needed)


def _number(name: str, *, needed: bool = True, low: float = 0) -> Column:
    return Column(name, "float", required=needed, low=low, nullable=not needed)


_RUN = (_text("line"), _text("direction"))
CONTRACTS: dict[str, Contract] = {
    c.name: c
    for c in (
        Contract("stops", "transit", ("id",),
                 (_text("id"), _text("name", needed=False), _text("station", needed=False),
                  _text("wheelchair", needed=False)), POINT),
        Contract("segments", "transit", ("line", "direction", "sequence"),
                 (*_RUN, Column("sequence", "int", low=0), _text("from"), _text("to"),
                  _number("run_s"), _number("dwell_s", needed=False),
                  _number("metres", needed=False))),
        Contract("services", "transit", (),
                 (*_RUN, _text("days"), _text("start", needed=False), _text("end", needed=False),
                  _number("headway_s", needed=False), _number("headway_min", needed=False),
                  _text("first", needed=False), _text("last", needed=False))),
        Contract("departures", "transit", (),
                 (*_RUN, _text("days"), _text("stop"), _text("time"),
                  _text("pattern", needed=False), _text("ends", needed=False))),
        Contract("transfers", "transit", (),
                 (_text("from"), _text("to"), _number("seconds"), _text("start", needed=False),
                  _text("end", needed=False))),
        Contract("entrances", "transit", ("id", "stop"),
                 (_text("id"), _text("stop"), _text("name", needed=False),
                  _text("wheelchair", needed=False), _number("seconds", needed=False)), POINT),
    )
}  # fmt: skip


class LineTable(TableSpec):
    """One file of the lines; columns that bear the contract's names need no mapping."""

    table: LineTableName = "stops"  # type: ignore[assignment]

    @property
    def contract(self) -> Contract:
        """The columns this table may have."""
        return CONTRACTS[self.table]


class Calendar(BaseModel):
    """Which dates belong to which group of days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: dt.date = Field(description="First date / 首日")
    last: dt.date = Field(description="Last date / 末日")
    days: dict[str, tuple[str, ...]] = Field(
        min_length=1,
        description="Group of days, as the tables call it → weekday, weekend, holiday, every, "
        "monday … sunday, or dates / 表中的日期组 → 平日、周末、节假日、每日、星期几或日期",
    )
    holidays: tuple[dt.date, ...] = Field((), description="Public holidays / 节假日")
    workdays: tuple[dt.date, ...] = Field(
        (), description="Weekend days worked instead / 调休上班日"
    )

    @field_validator("days")
    @classmethod
    def _known(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        strange = [
            k for kinds in value.values() for k in kinds if k not in KINDS and not _is_date(k)
        ]
        if strange:
            shown = ", ".join(dict.fromkeys(strange))
            raise Wrong(
                Text(
                    f"不认识的日期类别 {shown}，应为 {'、'.join(KINDS)} 或 YYYY-MM-DD",
                    f"unknown kind of day {shown}; use {', '.join(KINDS)} or YYYY-MM-DD",
                )
            )
        return value

    @model_validator(mode="after")
    def _ordered(self) -> "Calendar":
        if self.last < self.first:
            raise Wrong(Text("last 应不早于 first", "last must not be before first"))
        both = sorted(set(self.holidays) & set(self.workdays))
        if both:
            shown = ", ".join(d.isoformat() for d in both)
            raise Wrong(
                Text(
                    f"同一天既是节假日又是调休上班日：{shown}",
                    f"a day cannot be both a holiday and worked: {shown}",
                )
            )
        return self


class LinesSpec(BaseModel):
    """The tables of the lines of one mode, their calendar and the prefix of their ids."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(
        pattern=r"^[A-Za-z0-9_\-]+$",
        description="Prefix of ids: Latin letters, digits, _ and - / 编号前缀：限英文字母、数字、_ 和 -",
    )
    mode: Literal["tram", "metro", "rail", "bus", "ferry"] = Field(description="Mode / 制式")
    agency: str = Field("", description="Operator / 运营单位")
    crs: str = Field("", description="Coordinate system of stops and entrances / 坐标系")
    day_starts: str = Field(
        "03:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="Earlier times belong to the day before / 早于此刻的班次算前一运营日",
    )
    calendar: Calendar
    stops: LineTable
    segments: LineTable
    services: LineTable | None = None
    departures: LineTable | None = None
    transfers: LineTable | None = None
    entrances: LineTable | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        """Give each table its name, its coordinate system and its point columns."""
        if not isinstance(value, dict):
            return value
        value = dict(value)
        for name in CONTRACTS:
            entry = value.get(name)
            if isinstance(entry, str):
                entry = {"path": entry}
            if isinstance(entry, dict):
                entry = {**entry, "table": name}
                if CONTRACTS[name].geometry:
                    entry.setdefault("geometry", "point:lon,lat")
                    entry.setdefault("crs", value.get("crs", ""))
                value[name] = entry
        return value

    @model_validator(mode="after")
    def _runs(self) -> "LinesSpec":
        if self.services is None and self.departures is None:
            raise Wrong(
                Text(
                    "services（间隔）与 departures（发车时刻）至少给出一个",
                    "give services (headways) or departures (times), or both",
                )
            )
        return self

    def tables(self) -> dict[str, LineTable]:
        """Return the tables given, by name."""
        every = {name: getattr(self, name) for name in CONTRACTS}
        return {name: table for name, table in every.items() if table is not None}


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
