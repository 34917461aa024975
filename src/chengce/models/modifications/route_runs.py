"""Read the departures of a route, and part those of some hours from the others."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from chengce.engine.transit.services import phases
from chengce.models.modifications.base import Draft

SEPARATOR = "\x1f"  # between the stops of a pattern


def departures(draft: Draft, route: str) -> pd.DataFrame:
    """Return one row per departure, or per frequency row, of a route.

    Columns: trip, service, direction (0 or 1), pattern (stops joined by SEPARATOR), start_s and
    duration of the trip itself (s), from_s, to_s and headway_s of its departures (s; one second
    wide for a single trip), single, exact.
    """
    trips = draft.table("trips")
    trips = trips[trips["route"] == route]
    times = draft.table("stop_times")
    times = times[times["trip"].isin(trips["id"])].sort_values(["trip", "sequence"])
    grouped = times.groupby("trip", sort=True)
    facts = pd.DataFrame(
        {
            "start_s": grouped["departure_s"].first(),
            "duration": grouped["arrival_s"].last() - grouped["departure_s"].first(),
            "pattern": grouped["stop"].agg(SEPARATOR.join),
        }
    ).reset_index()
    facts = facts.merge(
        trips[["id", "service", "direction"]].rename(columns={"id": "trip"}), on="trip"
    )
    facts["direction"] = facts["direction"].fillna(_headings(draft, facts)).astype(int)
    often = draft.table("frequencies").rename(columns={"start_s": "from_s", "end_s": "to_s"})
    facts = facts.merge(
        often[["trip", "from_s", "to_s", "headway_s", "exact"]], on="trip", how="left"
    )
    single = facts["from_s"].isna()
    facts["from_s"] = facts["from_s"].where(~single, facts["start_s"]).astype(int)
    facts["to_s"] = facts["to_s"].where(~single, facts["start_s"] + 1).astype(int)
    facts["headway_s"] = facts["headway_s"].where(~single, 1).astype(int)
    return facts.assign(single=single, exact=(facts["exact"] == True) | single)  # noqa: E712


def running_together(draft: Draft, runs: pd.DataFrame) -> dict[tuple[Any, Any], float]:
    """Return, by service and direction, the departures of all services on the dates it runs.

    `runs` holds the number of departures in column n. Averaged over the service's dates; one that
    shares no date with another has its own departures.
    """
    own = runs.groupby(["service", "direction"])["n"].sum().reset_index()
    dated = own.merge(draft.table("services"), on="service")
    dated["day"] = dated.groupby(["direction", "date"])["n"].transform("sum")
    mean = dated.groupby(["service", "direction"])["day"].mean()
    return {(s, d): float(mean.get((s, d), n)) for s, d, n in own.itertuples(index=False)}


def overlap(runs: pd.DataFrame, start_s: int, end_s: int) -> "pd.Series[float]":
    """Return how many departures each row of `departures` has from start to end (exclusive)."""
    length = np.minimum(runs["to_s"], end_s) - np.maximum(runs["from_s"], start_s)
    return (length.clip(lower=0) / runs["headway_s"]).astype(float)


def median_trip(pattern: pd.DataFrame) -> str:
    """Return the trip of median duration of the rows given (the shorter of two)."""
    ordered = pattern.sort_values(["duration", "trip"])
    return str(ordered["trip"].iloc[(len(ordered) - 1) // 2])


def copy_trip(
    draft: Draft, template: str, fresh: str, rows: list[Mapping[str, Any]], *, from_zero: bool
) -> None:
    """Copy a trip with its calls under a new id, run by the frequency rows given.

    `from_zero` lets the calls of the copy count from its first departure.
    """
    trips, times = draft.table("trips"), draft.table("stop_times")
    row = trips[trips["id"] == template].iloc[0].to_dict()
    draft.append("trips", [{**row, "id": fresh}])
    calls = times[times["trip"] == template].sort_values("sequence")
    start = int(calls["departure_s"].iloc[0]) if from_zero else 0
    shifted: list[dict[str, Any]] = [
        {**call, "trip": fresh, "arrival_s": max(0, call["arrival_s"] - start),
         "departure_s": call["departure_s"] - start}
        for call in calls.to_dict("records")
    ]  # fmt: skip
    draft.append("stop_times", list(shifted))
    draft.append("frequencies", [{"trip": fresh, **r} for r in rows])


def isolate(draft: Draft, runs: pd.DataFrame, hours: tuple[int, int] | None) -> list[str]:
    """Return the trips that leave their first stop at the hours, and nothing else then.

    A trip run by headway that leaves at other times too is split in two, and every vehicle goes
    on leaving when it did.
    """
    if hours is None:
        return [str(t) for t in runs["trip"].unique()]
    single = runs[runs["single"]]
    chosen = single.loc[
        (single["start_s"] >= hours[0]) & (single["start_s"] < hours[1]), "trip"
    ].astype(str)
    found: list[str] = chosen.unique().tolist()
    for name, rows in runs[~runs["single"]].groupby("trip", sort=True):
        trip, fresh = str(name), f"{name}~{hours[0]}-{hours[1]}"
        inside, rest = _parted(trip, fresh, rows, hours)
        if inside and not rest:
            found.append(trip)
        elif inside:
            draft.keep("frequencies", draft.table("frequencies")["trip"] != trip)
            draft.append("frequencies", [{"trip": trip, **r} for r in rest])
            copy_trip(draft, trip, fresh, list(inside), from_zero=False)
            found.append(fresh)
    return found


def leaving(runs: pd.DataFrame, hours: tuple[int, int] | None) -> pd.DataFrame:
    """Return the rows of `departures` that have a departure at the hours."""
    if hours is None:
        return runs
    keep = []
    for row in runs.itertuples():
        low, step = int(row.from_s), int(row.headway_s)
        low += 0 if row.exact else int(phases([str(row.trip)], np.array([step]))[0])
        keep.append(_first(low, step, hours[0]) < min(int(row.to_s), hours[1]))
    return runs[np.array(keep, dtype=bool)]


def _parted(
    trip: str, fresh: str, rows: pd.DataFrame, hours: tuple[int, int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the frequency rows inside the hours, for trip `fresh`, and those outside."""
    inside: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    for row in rows.to_dict("records"):
        low, high, step = int(row["from_s"]), int(row["to_s"]), int(row["headway_s"])
        exact = bool(row["exact"])
        own, new = (
            (0, 0) if exact else (int(p) for p in phases([trip, fresh], np.array([step, step])))
        )
        begin = low + own

        def part(first: int, end: int, phase: int, step: int = step, exact: bool = exact) -> Any:
            start = first - phase
            fixed = exact or start < 0
            return {"start_s": first if fixed else start, "end_s": end, "headway_s": step,
                    "exact": fixed}  # fmt: skip

        if begin < min(high, hours[0]):
            rest.append(part(begin, min(high, hours[0]), own))
        first = _first(begin, step, hours[0])
        if first < min(high, hours[1]):
            inside.append(part(first, min(high, hours[1]), new))
        later = _first(begin, step, hours[1])
        if later < high:
            rest.append(part(later, high, own))
    return inside, rest


def _first(begin: int, step: int, at: int) -> int:
    """Return the first departure not before `at`."""
    return begin + max(0, -(-(at - begin) // step)) * step


def _headings(draft: Draft, facts: pd.DataFrame) -> "pd.Series[int]":
    """Return 0 for trips that head the same way as the first, 1 for those that come back."""
    if not len(facts):
        return pd.Series([], index=facts.index, dtype=int)
    ends = facts["pattern"].str.split(SEPARATOR)
    stops = draft.table("stops").set_index("id")["geometry"]
    first, last = stops.reindex(ends.str[0]), stops.reindex(ends.str[-1])
    east = last.x.to_numpy() - first.x.to_numpy()
    north = last.y.to_numpy() - first.y.to_numpy()
    same = east * east[0] + north * north[0]
    return pd.Series(np.where(same < 0, 1, 0), index=facts.index)
