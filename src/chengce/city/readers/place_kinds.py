"""List the kinds of place a city may hold and tell which of them an object's tags mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from chengce.core.text import Text, text_of


@dataclass(frozen=True)
class Condition:
    """One key that must have one of `values`, or match `pattern` where there is one."""

    key: str
    values: frozenset[str]
    pattern: "re.Pattern[str] | None" = None

    def holds(self, tags: Mapping[str, str]) -> bool:
        """Return whether the tags meet the condition."""
        value = tags.get(self.key)
        if self.pattern is not None:
            return self.pattern.search(value or "") is not None
        if value is None:
            return False
        return value in self.values or (
            ";" in value and any(part.strip() in self.values for part in value.split(";"))
        )


@dataclass(frozen=True)
class PlaceKind:
    """A kind of place: id, title, whether everyday life needs it near, and what tags mean it."""

    id: str
    title: Text
    everyday: bool
    match: tuple[tuple[Condition, ...], ...]
    unless: tuple[Condition, ...] = ()

    def means(self, tags: Mapping[str, str]) -> bool:
        """Return whether an object with these tags is of this kind."""
        return any(all(c.holds(tags) for c in option) for option in self.match) and not any(
            c.holds(tags) for c in self.unless
        )


@cache
def place_kinds() -> tuple[PlaceKind, ...]:
    """Return every kind, in the order of `places.yaml`. Raises `ValueError` on a bad file."""
    text = files("chengce.city.readers").joinpath("places.yaml").read_text(encoding="utf-8")
    kinds = tuple(_kind(entry) for entry in yaml.safe_load(text)["kinds"])
    ids = [kind.id for kind in kinds]
    if len(set(ids)) != len(ids):
        raise ValueError(f"places.yaml: repeated id in {sorted(ids)}")
    return kinds


@cache
def place_keys() -> frozenset[str]:
    """Return the keys of which an object must have one to be a place: the first of each option."""
    return frozenset(option[0].key for kind in place_kinds() for option in kind.match)


def kinds_of(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids of all kinds that an object with these tags is."""
    found: dict[str, None] = {}
    for key in place_keys():
        value = tags.get(key)
        if value is None:
            continue
        for part in value.split(";"):
            for kind in _by_tag().get((key, part.strip()), ()):
                if kind.id not in found and kind.means(tags):
                    found[kind.id] = None
    return tuple(sorted(found))


@cache
def _by_tag() -> Mapping[tuple[str, str], tuple[PlaceKind, ...]]:
    """Kinds by the first condition of their options."""
    table: dict[tuple[str, str], list[PlaceKind]] = {}
    for kind in place_kinds():
        for option in kind.match:
            for value in option[0].values:
                table.setdefault((option[0].key, value), []).append(kind)
    return {tag: tuple(kinds) for tag, kinds in table.items()}


def _kind(entry: Mapping[str, Any]) -> PlaceKind:
    options = tuple(tuple(_condition(k, v) for k, v in o.items()) for o in entry["match"])
    for option in options:
        if option[0].pattern is not None:
            raise ValueError(f"places.yaml: {entry['id']}: the first key must list its values")
    unless = tuple(_condition(k, v) for k, v in entry.get("unless", {}).items())
    return PlaceKind(entry["id"], text_of(entry["title"]), bool(entry["everyday"]), options, unless)


def _condition(key: str, value: object) -> Condition:
    if key.endswith("~"):
        return Condition(key[:-1], frozenset(), re.compile(str(value)))
    values = value if isinstance(value, list) else [value]
    texts = frozenset(v for v in values if isinstance(v, str))
    if len(texts) != len(values):
        raise ValueError(f"places.yaml: quote each value of {key}, once: {values}")
    return Condition(key, texts)
