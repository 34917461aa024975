"""Put workers to jobs draw by draw: doubly constrained, pivoted on the flows observed if any."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengce.core.context import Context
from chengce.core.text import Text
from chengce.engine.kernels import commute as kernel
from chengce.models.commuting.commuters import Commuters

Floats = NDArray[np.float64]

ROUNDS = 500
TOLERANCE = 1e-8  # of the workers: balanced well below any error of the data
CENTRAL = -1


@dataclass(frozen=True)
class Times:
    """Seconds between zones: `cube` int32[design, n, n]; draw d lies `share[d]` above `below[d]`.

    `central`: the design point of the central assumptions. `off` bool[n]: zones off the network.
    """

    cube: NDArray[np.int32]
    below: NDArray[np.int64]
    share: Floats
    central: int
    off: NDArray[np.bool_]

    def minutes(self, draw: int) -> Floats:
        """Return minutes in one draw, or at the central assumptions, (n, n); inf: not reached."""
        low, share = (
            (self.central, 0.0)
            if draw == CENTRAL
            else (int(self.below[draw]), float(self.share[draw]))
        )
        high = min(low + 1, len(self.cube) - 1)
        return np.asarray(kernel.minutes(self.cube[low], self.cube[high], share))


@dataclass(frozen=True)
class Question:
    """What flows depend on besides time: who, how travel decays, what counts as far.

    `before`: times of the base city, on which observed flows are pivoted. `decay(minutes, draw)`
    weighs a trip, (n, n). `cap_min`: the longest trip. `centre` int32[n] or −1, of `centres`.
    """

    commuters: Commuters
    times: Times
    before: Times
    decay: Callable[[Floats, int], Floats]
    cap_min: float
    cutoffs_min: tuple[int, ...]
    centre: NDArray[np.int32]
    centres: int


@dataclass(frozen=True)
class Answer:
    """What the flows mean by zone of residence; NaN where nobody works, or off the network.

    `minutes` (draws, n), inf where no job is reached; shares in percent: `within` (draws, cutoffs,
    n), `own` (draws, n), `contained` (draws, n) in the zone's own centre, NaN outside centres;
    `held` (draws, centres) of a centre's jobs. `error` (draws,): share of workers by which jobs
    filled miss the jobs there are. `flows` float64[n, n]: at the central assumptions; `far`: the
    share of them between zones the network does not join in time.
    """

    minutes: Floats
    within: Floats
    own: Floats
    contained: Floats
    held: Floats
    error: Floats
    flows: Floats
    far: float


def answer(question: Question, context: Context) -> Answer:
    """Return flows and what they mean, for every draw."""
    centre, start, _ = _flows(question, CENTRAL, None)
    times = question.times.minutes(CENTRAL)
    total = centre.sum()
    far = float(centre[times > question.cap_min].sum() / total) if total > 0 else 0.0
    draws = len(question.commuters.jobs)
    what = Text("分配通勤流向", "commuting flows")

    def work(draw: int) -> tuple[Floats, ...]:
        return _one(question, draw, start)

    found = []
    for draw, one in enumerate(context.runner.map(work, range(draws))):
        if draw % 10 == 0:
            context.step(what, draw, draws)
        found.append(one)
    context.step(what, draws, draws)
    minutes, within, own, contained, held, error = (np.stack(c) for c in zip(*found, strict=True))
    return Answer(minutes, within, own, contained, held, error, centre, far)


def _one(question: Question, draw: int, start: Floats) -> tuple[Floats, ...]:
    seed, rows, columns, time = _problem(question, draw)
    a, b, error = kernel.balance(seed, rows, columns, start, ROUNDS, TOLERANCE)
    cutoffs = np.array(question.cutoffs_min, dtype=np.float64)
    trips, spent, own, within, inside, into = kernel.measure(
        seed, a, b, time, question.cap_min, cutoffs, question.centre, question.centres
    )
    asked = (_workers(question, draw) > 0) & ~question.times.off
    with np.errstate(invalid="ignore", divide="ignore"):
        minutes = np.where(trips > 0, spent / trips, np.where(asked, np.inf, np.nan))
        part = [np.where(trips > 0, 100.0 * v / trips, np.where(asked, 0.0, np.nan))
                for v in (*within.T, own, inside)]  # fmt: skip
        residents = np.bincount(
            question.centre[question.centre >= 0],
            weights=inside[question.centre >= 0],
            minlength=question.centres,
        )
        held = np.where(into > 0, 100.0 * residents / into, 0.0)
    contained = np.where(question.centre >= 0, part[-1], np.nan)
    return minutes, np.stack(part[:-2]), part[-2], contained, held, np.array(error)


def _flows(question: Question, draw: int, start: Floats | None) -> tuple[Floats, Floats, float]:
    """Return flows, the factors of jobs to start other draws from, and the error of jobs."""
    seed, rows, columns, _ = _problem(question, draw)
    first = np.ones(len(columns)) if start is None else start
    a, b, error = kernel.balance(seed, rows, columns, first, ROUNDS, TOLERANCE)
    return a[:, None] * seed * b, np.where(b > 0, b, 1.0), error


def _problem(question: Question, draw: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return seed, workers, jobs filled, and minutes of a draw.

    Workers without a job in reach and jobs without a worker are left out; the other jobs are
    filled in the same proportion everywhere, so that there are as many as workers.
    """
    who = question.commuters
    time = question.times.minutes(draw)
    on = ~question.times.off
    rows = np.where(on, _workers(question, draw), 0.0)
    columns = np.where(on, who.central_jobs if draw == CENTRAL else who.jobs[draw], 0.0)
    seed = _seed(question, draw, time, rows, columns)
    some = seed > 0
    rows = np.where((some & (columns > 0)).any(axis=1), rows, 0.0)
    columns = np.where((some & (rows > 0)[:, None]).any(axis=0), columns, 0.0)
    filled = columns.sum()
    if filled > 0:
        columns = columns * (rows.sum() / filled)
    return seed, rows, columns, time


def _workers(question: Question, draw: int) -> Floats:
    who = question.commuters
    return who.central_workers if draw == CENTRAL else who.workers[draw].sum(axis=1)


def _seed(question: Question, draw: int, time: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return the matrix that is balanced: the decay, or flows observed times its change.

    A pair without observed flow stays empty, but for zones without any, which follow the model.
    """
    observed, cap = question.commuters.observed, question.cap_min
    if observed is None:
        return np.where(time <= cap, question.decay(time, draw), 0.0)
    after = question.decay(np.minimum(time, cap), draw)
    before = question.decay(np.minimum(question.before.minutes(draw), cap), draw)
    seed = observed * (after / before)
    new_homes, new_jobs = observed.sum(axis=1) <= 0, observed.sum(axis=0) <= 0
    reached = np.where(time <= cap, after, 0.0)
    seed[new_homes] = (reached * columns)[new_homes]
    seed[:, new_jobs] = (reached * rows[:, None])[:, new_jobs]
    return seed
