"""Say who commutes and to which jobs: workers by zone and group, jobs, flows observed."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chengce.city.assumptions import EXACT_PEOPLE
from chengce.city.city import City
from chengce.core.context import Context
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.models.noise import relative_errors, scalar
from chengce.models.opportunities import jobs
from chengce.models.population import Population, population

Floats = NDArray[np.float64]

WORKING = ("adult", "wheelchair")  # walking profiles whose share of a group works


@dataclass(frozen=True)
class Commuters:
    """Workers and jobs of one state: `workers` (draws, zones, groups), `jobs` (draws, zones).

    `central_workers`, `central_jobs` (zones,): the same without noise. `observed` float64[zones,
    zones]: commuting flows of the base city by home and work, None where there are none.
    """

    people: Population
    workers: Floats
    jobs: Floats
    central_workers: Floats
    central_jobs: Floats
    observed: Floats | None


def commuters(city: City, dimension: str, observed: Floats | None, context: Context) -> Commuters:
    """Return who commutes in a state of the city.

    Without flows, workers are `employed_share` of the people of each group who walk as adults or in
    a wheelchair. With flows of the base city, its workers and jobs are their sums by home and by
    work, moved as people and jobs differ in this state; a zone new to them follows the city's mean.
    Raises `ChengceError` where nobody works or there are no jobs.
    """
    one = replace(context, draws=1)
    people, sure = population(city, dimension, context), population(_sure(city), dimension, one)
    share = scalar(city.assumptions["employed_share"], context)[:, None, None]
    active = _active(people)
    workers = people.counts * active * share
    middle = (sure.counts[0] * active).sum(axis=1) * city.assumptions["employed_share"].value
    work, work_middle = jobs(city, context).counts, exact_jobs(city)
    if observed is not None:
        base = city.base or city
        before = population(_sure(base), dimension, one).counts[0]
        middle = _moved(
            observed.sum(axis=1),
            (before * active).sum(axis=1),
            (sure.counts[0] * active).sum(axis=1),
        )
        work_middle = _moved(observed.sum(axis=0), exact_jobs(base), work_middle)
        homes = relative_errors(city.assumptions["people_count_error"], people.zones, context)
        doors = relative_errors(city.assumptions["jobs_count_error"], people.zones, context)
        workers = _split(workers) * (middle * homes)[:, :, None]
        work = work_middle * doors
    _check(middle, work_middle)
    return Commuters(people, workers, work, middle, work_middle, observed)


def exact_jobs(city: City) -> Floats:
    """Return the jobs of every zone as the table has them, (zones,)."""
    return np.asarray(jobs(_sure(city), Context(draws=1)).counts[0])


def _active(people: Population) -> Floats:
    """Return the share of each group that may work; everyone where that leaves nobody."""
    found = np.array([sum(g.mix.get(p, 0.0) for p in WORKING) for g in people.groups])
    return found if found.any() else np.ones(len(found))


def _sure(city: City) -> City:
    """Return the city with exact counts of people and jobs."""
    exact = {**EXACT_PEOPLE, "jobs_count_error": 0.0}
    return replace(city, assumptions=city.assumptions.override(exact))


def _moved(total: Floats, before: Floats, after: Floats) -> Floats:
    """Return totals moved as people or jobs moved; where there were none, at the city's mean."""
    mean = total.sum() / before.sum() if before.sum() > 0 else 0.0
    ratio = np.where(before > 0, after / np.where(before > 0, before, 1.0), 1.0)
    fresh = np.where((before <= 0) & (after > 0) & (total <= 0), mean * after, 0.0)
    return np.asarray(total * ratio + fresh)


def _split(workers: Floats) -> Floats:
    """Return shares of groups within each zone; the city's shares in a zone without people."""
    zone = workers.sum(axis=2, keepdims=True)
    everyone = workers.sum(axis=1, keepdims=True)
    everyone = everyone / np.maximum(everyone.sum(axis=2, keepdims=True), 1e-300)
    return np.where(zone > 0, workers / np.where(zone > 0, zone, 1.0), everyone)


def _check(workers: Floats, work: Floats) -> None:
    problems = []
    if workers.sum() <= 0:
        problems.append(
            Problem(
                "workers_missing",
                Text("没有可通勤的就业居民", "no resident works, so nobody commutes"),
                Text("核对 people 表与假设 employed_share", "check people and employed_share"),
                column="people",
            )
        )
    if work.sum() <= 0:
        problems.append(
            Problem(
                "jobs_missing",
                Text("城市没有就业岗位数据", "the city has no jobs"),
                Text("导入 jobs 表（分区、岗位数）", "add a jobs table (zone, count)"),
                column="jobs",
            )
        )
    if problems:
        raise ChengceError(problems)
