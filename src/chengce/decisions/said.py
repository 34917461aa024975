"""Gather the warnings and notes of all states, naming the states where they do not all say so."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import TypeVar

from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.decisions.compare import Comparison, State

Said = TypeVar("Said", bound=Hashable)


def warnings_of(comparison: Comparison) -> list[Problem]:
    """Return the warnings of all states, each once, in order; those of some only name them."""
    return [
        replace(problem, message=_named(comparison, states, problem.message))
        for problem, states in _gathered(comparison, lambda s: s.finding.warnings)
    ]


def notes_of(comparison: Comparison) -> list[Text]:
    """Return the notes of all states, each once, in order; those of some only name them."""
    return [
        _named(comparison, states, note)
        for note, states in _gathered(comparison, lambda s: s.finding.notes)
    ]


def _gathered(
    comparison: Comparison, said: Callable[[State], Iterable[Said]]
) -> list[tuple[Said, list[State]]]:
    found: dict[Said, list[State]] = {}
    for state in comparison.states:
        for item in dict.fromkeys(said(state)):
            found.setdefault(item, []).append(state)
    return list(found.items())


def _named(comparison: Comparison, states: list[State], text: Text) -> Text:
    if len(states) == len(comparison.states):
        return text
    titles = [s.scenario.title for s in states]
    return Text(
        f"“{'”、“'.join(t.zh for t in titles)}”：{text.zh}",
        f"“{'”, “'.join(t.en for t in titles)}”: {text.en}",
    )
