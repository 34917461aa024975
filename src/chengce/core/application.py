"""Turn a function that answers one question into a frozen object the whole house can read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from chengce.core.context import Context
from chengce.core.cost import Cost
from chengce.core.errors import ChengceError
from chengce.core.finding import Finding
from chengce.core.text import Text
from chengce.core.validation import problems_of


class Params(BaseModel):
    """What is asked: date, window, cutoffs, modes, destinations, group dimension. No assumptions."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Example:
    """A city small enough to compute by hand, and the answer worked out by hand.

    `metrics` gives the mean over everyone (of a total of places, the sum); it serves as contract
    test, docs and tool example.
    """

    city: Callable[[], Any]
    params: Mapping[str, Any]
    metrics: Mapping[str, float]
    explanation: Text


@dataclass(frozen=True)
class Application:
    """One question of a city: who asks what, with which parameters, and the computation.

    `compute(city, params, context)` answers for one state; `cost` estimates that before it starts.
    With `pairs` the answer tells who goes where: its finding has `pairs`.
    """

    name: str
    title: Text
    question: Text
    needs: tuple[str, ...]
    params: type[Params]
    example: Example
    compute: Callable[[Any, Any, Context], Finding]
    cost: Callable[[Any, Any, Context], Cost]
    caveats: tuple[Text, ...] = field(default=())
    pairs: bool = False

    def parse(self, values: Mapping[str, Any]) -> Params:
        """Check the parameters; every mistake is reported, with the names that exist."""
        try:
            return self.params.model_validate(dict(values))
        except ValidationError as error:
            raise ChengceError(problems_of(error, self.params, code="parameter")) from None

    def run(self, city: Any, params: Params, context: Context) -> Finding:
        """Answer the question for one state of a city."""
        return self.compute(city, params, context)


def application(  # noqa: PLR0913  (one keyword per part of the card)
    *,
    title: Text,
    question: Text,
    needs: tuple[str, ...],
    params: type[Params],
    example: Example,
    cost: Callable[[Any, Any, Context], Cost],
    caveats: tuple[Text, ...] = (),
    pairs: bool = False,
) -> Callable[[Callable[[Any, Any, Context], Finding]], Application]:
    """Return a decorator that makes an `Application` of `(city, params, context) -> Finding`."""

    def wrap(compute: Callable[[Any, Any, Context], Finding]) -> Application:
        return Application(
            compute.__name__, title, question, needs, params, example, compute, cost, caveats, pairs
        )

    return wrap
