"""Check that a city directory is whole or untouched, opens equal, and says what is wrong with it."""

import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chengce.city.store as store
from chengce.city.city import City
from chengce.city.store import open_city, save_city
from chengce.city.synthetic.ascii import ascii_city
from chengce.core.errors import ChengceError
from chengce.core.groups import Group
from chengce.core.text import Text


def town() -> City:
    """Return a small city with groups."""
    groups = (Group("age", "x", Text("甲", "x"), {"adult": 0.5, "elder": 0.5}, rank=1),)
    return ascii_city("A--B", people={"A": {"x": 3}, "B": {"x": 4}}, dimension="age", groups=groups,
                      places={"B": ["clinic"]})  # fmt: skip


def test_what_is_saved_opens_equal(tmp_path: Path) -> None:
    city = town()
    saved = save_city(city, tmp_path / "城市 一")
    opened = open_city(tmp_path / "城市 一")
    assert saved.hash == opened.hash == city.hash
    assert opened.groups == city.groups
    assert opened.assumptions.as_list() == city.assumptions.as_list()
    assert {n: len(f) for n, f in opened.tables.items()} == {
        n: len(f) for n, f in city.tables.items()
    }


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda d: (d / "city.toml").unlink(), "not_a_city"),
        (lambda d: (d / "city.toml").write_text("schema = ["), None),
        (lambda d: (d / "people.parquet").write_bytes(b"PAR1 broken"), "layer_damaged"),
        (lambda d: (d / "people.parquet").unlink(), None),
        (lambda d: (d / "groups.toml").write_text("groups = []"), "city_changed"),
        (lambda d: (d / "people.parquet").write_bytes((d / "places.parquet").read_bytes()), None),
    ],
)
def test_damage_is_answered_with_what_to_do(
    tmp_path: Path, damage: Callable[[Path], Any], code: str | None
) -> None:
    save_city(town(), tmp_path / "c")
    damage(tmp_path / "c")
    with pytest.raises(ChengceError) as caught:
        open_city(tmp_path / "c")
    assert code is None or code in {p.code for p in caught.value.problems}
    assert all(p.message.zh and p.message.en for p in caught.value.problems)


def test_an_edited_table_is_noticed(tmp_path: Path) -> None:
    city = save_city(town(), tmp_path / "c")
    people = city.table("people").assign(count=[3.0, 5.0])
    people.to_parquet(tmp_path / "c" / "people.parquet", index=False)
    with pytest.raises(ChengceError) as caught:
        open_city(tmp_path / "c")
    assert [p.code for p in caught.value.problems] == ["city_changed"]


def test_a_failing_disk_leaves_the_old_city(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = save_city(town(), tmp_path / "c")

    def fail(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_write", fail)
    with pytest.raises(ChengceError):
        save_city(ascii_city("A--B--C", people={"A": 1}), tmp_path / "c")
    monkeypatch.undo()
    assert open_city(tmp_path / "c").hash == old.hash
    assert [p.name for p in tmp_path.iterdir()] == ["c"]


KILLED = """
    import os, signal, sys
    from pathlib import Path
    import chengce.city.store as store
    from chengce.city.synthetic.ascii import ascii_city
    write = store._write
    def half(city, folder):
        write(city, folder)
        (folder / "city.toml").write_text("half")
        os.kill(os.getpid(), signal.SIGKILL)
    store._write = half
    store.save_city(ascii_city("A--B--C", people={"A": 1}), Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_build_leaves_the_old_city_and_can_be_repeated(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    old = save_city(town(), folder)
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), str(folder)], check=False)
    assert done.returncode == -9
    assert open_city(folder).hash == old.hash
    fresh = ascii_city("A--B--C", people={"A": 1})
    assert save_city(fresh, folder).hash == fresh.hash
    assert [p.name for p in tmp_path.iterdir()] == ["c"]


def test_derived_arrays_are_built_once_and_may_be_deleted(tmp_path: Path) -> None:
    built = []

    def build() -> dict[str, Any]:
        built.append(1)
        return {"a": np.arange(3)}

    def ask() -> Any:
        city = open_city(tmp_path / "c")
        return city.derived("test", 1, tables=("people",), params={"k": 1}, build=build)["a"]

    save_city(town(), tmp_path / "c")
    assert ask().tolist() == ask().tolist() == [0, 1, 2]
    assert len(built) == 1
    assert isinstance(ask(), np.memmap)
    shutil.rmtree(tmp_path / "c" / "derived")
    assert ask().tolist() == [0, 1, 2]
    assert len(built) == 2
    city = open_city(tmp_path / "c")
    assert city.hash == town().hash  # derived is outside the content hash
