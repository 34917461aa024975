"""Take trips of a route out of service: at some hours, on some dates, or all of them."""

from typing import Any, Literal

import pandas as pd
from pydantic import Field, field_validator

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import Draft, Touches, listed, objects
from chengce.models.modifications.periods import days
from chengce.models.modifications.route_choice import RouteChoice
from chengce.models.modifications.stops import remove_trips


class RemoveTrips(RouteChoice):
    """Remove trips 停运班次.

    Vehicles that leave their first stop at the hours do not run. With dates, they run on all
    other dates as before.
    """

    type: Literal["remove_trips"] = "remove_trips"
    services: tuple[str, ...] = Field(
        (), description="Ids of services; all if left out / 运营日历编号，省略即全部"
    )
    dates: tuple[str, ...] = Field(
        (), description="Dates; all if left out / 停运日期，省略即所有日期"
    )

    _days = field_validator("dates", mode="before")(staticmethod(days))

    @property
    def summary(self) -> Text:
        """Say what is taken out."""
        shown = self.shown
        few = [*self.services, *self.dates]
        zh = f"（{'、'.join(few)}）" if few else ""
        en = f" on {', '.join(few)}" if few else ""
        return Text(f"停运{shown.zh}的班次{zh}", f"no departures of {shown.en}{en}")

    def touches(self, city: City) -> Touches:
        """Return the trips removed for good, and the route needed."""
        gone = [] if self.dates else self.runs(Draft(city)).query("single")["trip"].astype(str)
        return Touches(removes=objects("trips", gone), needs=objects("routes", [self.route]))

    def runs(self, draft: Draft) -> pd.DataFrame:
        """Return the departures meant."""
        runs = super().runs(draft)
        if self.services:
            runs = runs[runs["service"].isin(self.services)]
        if self.dates:
            dated = draft.table("services")
            there = set(dated.loc[_dates(dated).isin(self.dates), "service"])
            runs = runs[runs["service"].isin(there)]
        return runs

    def resolve(self, draft: Draft) -> list[Problem]:
        """Check that something runs that can be taken out."""
        table = draft.table("services")
        known = sorted({str(s) for s in table["service"]})
        found = [
            Problem(
                "service_unknown",
                Text(f"没有运营日历 {service}", f"there is no service {service}"),
                listed(known),
                column=service,
            )
            for service in self.services
            if service not in known
        ]
        dates = set(_dates(table))
        found += [
            Problem(
                "no_service_on_date",
                Text(f"{date} 没有公交班次运行", f"no public transport runs on {date}"),
                Text(
                    f"现有日期为 {min(dates)} 至 {max(dates)}", f"from {min(dates)} to {max(dates)}"
                )
                if dates
                else Text("城市没有运营日期", "the city has no service dates"),
                column=date,
            )
            for date in self.dates
            if date not in dates
        ]
        return found or self.unknown_runs(draft)

    def apply(self, draft: Draft) -> None:
        """Remove the trips, or move them to services without the dates."""
        trips = self.chosen(draft, self.runs(draft))
        if not self.dates:
            remove_trips(draft, trips)
            return
        table, services = draft.table("trips"), draft.table("services")
        here = table["id"].isin(trips)
        left = services[~_dates(services).isin(self.dates)]
        ended = [
            str(s) for s in table.loc[here, "service"].unique() if s not in set(left["service"])
        ]
        gone = table.loc[here & table["service"].isin(ended), "id"].astype(str).tolist()
        moved = {str(s): self._fresh(str(s)) for s in table.loc[here, "service"].unique()}
        rows: list[dict[str, Any]] = [
            {**row, "service": moved[row["service"]]}
            for row in left[left["service"].isin(moved)].to_dict("records")
        ]
        new = (
            table["service"]
            .where(~here, table["service"].map(moved))
            .astype(table["service"].dtype)
        )
        draft.put("trips", "service", new)
        draft.append("services", [r for r in rows if not self._there(services, r)])
        remove_trips(draft, gone)

    def _fresh(self, service: str) -> str:
        return f"{service}~{','.join(self.dates)}"

    @staticmethod
    def _there(services: pd.DataFrame, row: dict[str, Any]) -> bool:
        return bool(
            ((services["service"] == row["service"]) & (services["date"] == row["date"])).any()
        )


def _dates(services: pd.DataFrame) -> "pd.Series[str]":
    return services["date"].astype(str).str.slice(0, 10)
