"""Check that scenarios pile up on one base, and that what is computed is kept where it belongs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chengce.city.derived as derived
from chengce.city.city import City, empty_table
from chengce.city.layers import CONTRACTS
from chengce.city.store import open_city, save_city
from chengce.city.synthetic.ascii import ascii_city
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text


def town() -> City:
    """Return a small city."""
    return ascii_city("A--B--C", people={"A": 3, "B": 4}, places={"B": ["clinic"]})


def test_changes_of_a_scenario_city_add_up_against_the_base() -> None:
    base = town()
    streets, places = base.table("streets"), base.table("places")
    one = base.with_changes({"streets": streets[streets["id"] != "A-B"]})
    two = one.with_changes({"places": places.iloc[:0]})
    assert two.base is base
    assert two.delta is not None
    assert two.delta.of("streets").removed == ("A-B",)
    assert two.delta.of("places").removed == ("B:clinic",)
    at_once = base.with_changes(
        {"streets": streets[streets["id"] != "A-B"], "places": places.iloc[:0]}
    )
    assert two.hash == at_once.hash
    # taking the first change back leaves the second alone
    three = two.with_changes({"streets": streets})
    assert three.delta is not None
    assert set(three.delta.tables) == {"places"}
    assert three.hash == base.with_changes({"places": places.iloc[:0]}).hash


def test_the_hash_of_a_scenario_city_is_that_of_its_content() -> None:
    base = town()
    changed = base.with_changes({"places": base.table("places").iloc[:0]})
    afresh = replace(changed, known={}, base=None, delta=None)
    assert changed.hash == afresh.hash
    assert not changed.unchanged
    assert base.unchanged
    assert base.with_changes({}).unchanged
    assert base.with_changes({"places": base.table("places").iloc[::-1]}).unchanged


def test_a_table_that_comes_to_nothing_is_absent_again() -> None:
    base = ascii_city("A--B", people={"A": 1})
    assert not base.has("places")
    after = base.with_changes({"places": empty_table("places")})
    assert not after.has("places")
    assert after.hash == base.hash


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda c: c.name)
def test_an_absent_table_reads_as_an_empty_one(contract: Any) -> None:
    frame = City("x", Text("", ""), {}).table(contract.name)
    assert len(frame) == 0
    assert {c.name for c in contract.columns} <= set(frame.columns)
    assert ("geometry" in frame.columns) == bool(contract.geometry)


def arrays(value: int) -> Any:
    """Return a builder of one array."""
    return lambda: {"a": np.array([value])}


def ask(city: City, value: int, tables: tuple[str, ...] = ("people",)) -> int:
    """Return the derived number, `value` if it has to be computed now."""
    found = city.derived("test", 1, tables=tables, params={}, build=arrays(value))
    return int(found["a"][0])


def test_a_scenario_reads_from_the_base_and_writes_nothing_there(tmp_path: Path) -> None:
    base = save_city(town(), tmp_path / "c")
    changed = base.with_changes({"places": base.table("places").iloc[:0]})
    assert ask(changed, 1) == 1
    assert ask(changed, 2) == 1  # kept in memory
    assert not (tmp_path / "c" / "derived").exists()
    assert ask(base, 3) == 3
    again = open_city(tmp_path / "c")
    other = again.with_changes({"places": again.table("places").iloc[:0]})
    assert ask(other, 4) == 3  # the base has it, people are the same
    assert ask(other, 5, ("places",)) == 5  # places are not


def test_a_scenario_that_changes_nothing_is_the_base(tmp_path: Path) -> None:
    base = save_city(town(), tmp_path / "c")
    assert ask(base.with_changes({}), 1) == 1
    assert ask(open_city(tmp_path / "c"), 2) == 1  # stored


def test_a_disk_that_refuses_does_not_stop_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = save_city(town(), tmp_path / "c")

    def refuse(folder: Path) -> Any:
        raise ChengceError(Problem("not_writable", Text("只读", "read-only")))

    monkeypatch.setattr(derived, "replacing", refuse)
    assert ask(base, 1) == 1
    assert ask(base, 2) == 1


def test_what_was_cut_short_is_built_again(tmp_path: Path) -> None:
    base = save_city(town(), tmp_path / "c")
    assert ask(base, 1) == 1
    (kept,) = (tmp_path / "c" / "derived").rglob("*.npy")
    kept.write_bytes(kept.read_bytes()[:20])
    assert ask(open_city(tmp_path / "c"), 2) == 2
    assert ask(open_city(tmp_path / "c"), 3) == 2


def test_other_tables_parameters_and_versions_are_other_arrays() -> None:
    city = town()

    def key(version: int = 1, **params: int) -> int:
        def build() -> dict[str, Any]:
            counter.append(1)
            return {"a": np.array([len(counter)])}

        return int(city.derived("t", version, tables=(), params=params, build=build)["a"][0])

    counter: list[int] = []
    assert [key(), key(), key(2), key(k=1), key(k=2), key(k=1)] == [1, 1, 2, 3, 4, 3]
