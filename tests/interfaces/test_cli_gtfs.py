"""`chengce city gtfs` writes a feed, or says in one line why it cannot."""

from pathlib import Path

import pytest
from tests.unit.engine.worlds import TUESDAY, city, grid, stops, transit

from chengce.city.readers.gtfs import read_gtfs
from chengce.city.store import save_city
from chengce.interfaces.cli import main


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["city", "gtfs", *words, "--lang", "en"])
    return int(ended.value.code or 0)


def test_a_city_becomes_a_feed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trips = [("t", "day", [("a", 0, 0), ("b", 300, 300)])]
    save_city(
        city(stops=stops({"a": (900_000, 900_000), "b": (901_000, 900_000)}), **transit(trips)),
        tmp_path / "c",
    )
    assert run(str(tmp_path / "c"), "--out", str(tmp_path / "f.zip")) == 0
    assert "written" in capsys.readouterr().out
    feed = read_gtfs(tmp_path / "f.zip", feed="x")
    assert feed.dates == (TUESDAY, TUESDAY)
    assert run(str(tmp_path / "c"), "--out", str(tmp_path / "nowhere" / "f.zip")) != 0
    assert "folder_not_found" in capsys.readouterr().err


def test_a_city_without_public_transport(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_city(city(streets=grid(2, 100)), tmp_path / "c")
    assert run(str(tmp_path / "c"), "--out", str(tmp_path / "f.zip")) != 0
    assert "city_without_transit" in capsys.readouterr().err
    assert not (tmp_path / "f.zip").exists()
