"""Record a run with everything it takes to compute it again, and replay it from the ledger."""

import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from chengce.applications import application_named
from chengce.city.city import City
from chengce.city.store import open_city
from chengce.core.application import Application, Params
from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem
from chengce.core.provenance import code_version, content_hash, environment
from chengce.core.text import Text
from chengce.decisions.compare import Comparison, compare
from chengce.decisions.file_runs import replay_files
from chengce.decisions.link_table import KEYS as LINK_KEYS
from chengce.decisions.link_table import has_links, links_table
from chengce.decisions.replays import (
    Replay,
    body_of,
    identical,
    judged,
    not_as_recorded,
    without_report,
)
from chengce.engine.running.compiling import compile_seconds
from chengce.ledger.entry import Head
from chengce.ledger.workspace import Workspace
from chengce.models.scenario import Scenario, parse_scenario

TABLE = "table.parquet"
LINKS = "links.parquet"
KEYS = ("scenario", "state", "metric", "place", "group")
NUMBERS = ("people", "value", "low", "high")


@dataclass(frozen=True)
class Run:
    """One recorded run: its id, the ledger's head after it, and what it computed."""

    id: str
    at: str
    head: Head
    body: Mapping[str, Any]
    comparison: Comparison

    @property
    def replay_command(self) -> str:
        """Return the command that computes this run again."""
        return f"chengce replay {self.id}"


def record(  # noqa: PLR0913  (what is asked, of what, kept where)
    workspace: Workspace, app: Application, city: City, params: Params, *, reference: Scenario,
    scenarios: Sequence[Scenario], context: Context,
) -> Run:  # fmt: skip
    """Compare, store the tables under their result hash, and append the run to the ledger."""
    begin, compiled = time.perf_counter(), compile_seconds()
    found = compare(app, city, params, reference=reference, scenarios=scenarios, context=context)
    compiling = compile_seconds() - compiled
    seconds = max(time.perf_counter() - begin - compiling, 0.0)
    body = {
        "application": app.name,
        "params": params.model_dump(mode="json"),
        "reference": reference.as_dict(),
        "scenarios": [s.as_dict() for s in scenarios],
        "city": {"name": city.name, "hash": city.hash, "tables": dict(city.hashes)},
        "sources": {layer: dict(d.files) for layer, d in city.descriptors.items()},
        "seed": context.seed,
        "draws": context.draws,
        "code": code_version(),
        "environment": dict(environment()),
        "lock": content_hash(dict(environment())),
        "result": found.result_hash,
        "cost": {
            "seconds": round(seconds, 3),
            "compile_seconds": round(compiling, 3),
            "workers": context.runner.workers,
        },
    }
    if city.home is not None:
        workspace.remember_city(city.hash, city.home, name=city.name)
    workspace.store_finding(found.result_hash, _tables(found))
    entry = workspace.ledger.append("run", body)
    return Run(entry.id, entry.at, workspace.ledger.head(), body, found)


def replay(workspace: Workspace, prefix: str, context: Context) -> Replay:
    """Compute a recorded run again and compare: result hash first, then the stored tables.

    The seed and the number of draws are the run's own. Raises `ChengceError` if the run is
    unknown or redacted, or the city (or a file it read) is gone or has changed.
    """
    entry = workspace.ledger.find(prefix, kind="run")
    body = body_of(entry)
    if "command" in body:
        return replay_files(workspace, entry, context)
    again = _again(workspace, body, context)
    if again.result_hash == body["result"]:
        return identical(entry)
    return judged(entry, body, _difference(workspace, body, again))


def recompute(workspace: Workspace, prefix: str, context: Context) -> Run:
    """Return a recorded run with its answer, computed again: what it takes to write it out later.

    Raises `ChengceError` as `replay`, and where the run is one of files alone
    (`run_without_report`) or the numbers are no longer those recorded (`run_not_as_recorded`).
    """
    entry = workspace.ledger.find(prefix, kind="run")
    body = body_of(entry)
    if "command" in body:
        raise ChengceError(without_report(entry, str(body["command"])))
    again = _again(workspace, body, context)
    if again.result_hash != body["result"]:
        found = judged(entry, body, _difference(workspace, body, again))
        if found.same == "different":
            raise ChengceError(not_as_recorded(found))
    return Run(entry.id, entry.at, Head(entry.n, entry.hash), body, again)


def _again(workspace: Workspace, body: Mapping[str, Any], context: Context) -> Comparison:
    """Return what a recorded run computes now, from the same city, seed and number of draws."""
    city = replace(_city(workspace, body), home=None)  # nothing computed earlier is reused
    app = application_named(str(body["application"]))
    return compare(
        app,
        city,
        app.parse(body["params"]),
        reference=parse_scenario(body["reference"]),
        scenarios=[parse_scenario(s) for s in body["scenarios"]],
        context=replace(context, seed=int(body["seed"]), draws=int(body["draws"]), scratch=None),
    )


def _difference(workspace: Workspace, body: Mapping[str, Any], again: Comparison) -> float:
    return _largest(workspace.load_finding(str(body["result"])), _tables(again))


def table_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as Parquet, the same bytes for the same content and library."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def difference(one: pd.DataFrame, two: pd.DataFrame, *, keys: Sequence[str] = KEYS) -> float:
    """Return the largest relative difference of two tidy tables; +inf if their rows differ."""
    rows = [frame[list(keys)].to_numpy(dtype=object) for frame in (one, two)]
    if len(one) != len(two) or not (rows[0] == rows[1]).all():
        return float("inf")
    worst = 0.0
    for column in (c for c in NUMBERS if c in one.columns):
        a, b = one[column].to_numpy(float), two[column].to_numpy(float)
        known = np.isfinite(a) & np.isfinite(b)
        if not ((a == b) | (np.isnan(a) & np.isnan(b)) | known).all():
            return float("inf")
        scale = np.maximum(1.0, np.abs(a[known]))
        worst = max(worst, float((np.abs(a[known] - b[known]) / scale).max(initial=0.0)))
    return worst


def _tables(found: Comparison) -> dict[str, bytes]:
    """Return the tables to keep: places, and links where the answer holds any."""
    tables = {TABLE: table_bytes(found.table())}
    return tables | ({LINKS: table_bytes(links_table(found))} if has_links(found) else {})


def _largest(stored: Mapping[str, bytes], again: Mapping[str, bytes]) -> float:
    """Return the largest relative difference of stored tables and those computed again."""
    if set(stored) != set(again):
        return float("inf")
    read = [{n: pd.read_parquet(io.BytesIO(b)) for n, b in t.items()} for t in (stored, again)]
    keys = {TABLE: KEYS, LINKS: LINK_KEYS}
    return max(difference(read[0][n], read[1][n], keys=keys[n]) for n in stored)


def _city(workspace: Workspace, body: Mapping[str, Any]) -> City:
    wanted, name = str(body["city"]["hash"]), str(body["city"]["name"])
    path = workspace.find_city(wanted)
    last = workspace.cities.get(wanted)
    city = open_city(path) if path is not None else None
    if city is None or city.hash != wanted:
        where = last.path if last is not None else "?"
        raise ChengceError(
            Problem(
                "city_missing",
                Text(
                    f"找不到测算所用的城市 {name}（哈希 {wanted[:12]}，最后位置 {where}）",
                    f"the city of this run is not there: {name} (hash {wanted[:12]}, last seen at {where})",
                ),
                Text(
                    "放回原目录，或用原配置重新建立后运行 `chengce city check DIR`",
                    "put it back, or build it again from the same configuration and run "
                    "`chengce city check DIR`",
                ),
            )
        )
    return city
