"""Hold what outlives a run: the ledger, where cities were last seen, and stored findings."""

import errno
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from chengce.core.claims import exclusive
from chengce.core.disk import disk_errors
from chengce.core.errors import ChengceError, Problem
from chengce.core.files import write_atomic
from chengce.core.text import Text
from chengce.ledger.chain import Ledger, utc_now
from chengce.ledger.findings import Findings, Writer


@dataclass(frozen=True)
class CityRecord:
    """Where a city was last seen; `last_seen` is a UTC ISO timestamp."""

    path: str
    name: str
    last_seen: str


@dataclass(frozen=True)
class Workspace:
    """A folder with `ledger.sqlite`, `cities.json` and `findings/`; made when first written to."""

    path: Path
    ledger_url: str | None = None
    write: Writer = write_atomic
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        ledger_url: str | None = None,
        write: Writer = write_atomic,
        clock: Callable[[], datetime] = utc_now,
    ) -> "Workspace":
        """Open the workspace at `path`, with its ledger there or at a PostgreSQL URL.

        `write` puts a file on the disk, whole or not at all. Raises `ChengceError`
        (`path_in_the_way`) if `path` is a file; the ledger is opened at first use.
        """
        folder = Path(path)
        with disk_errors(folder):
            if folder.exists() and not folder.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
            return cls(folder.absolute(), ledger_url, write, clock)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger; raises `ChengceError` as `Ledger.open`."""
        place = self.ledger_url or self.path / "ledger.sqlite"
        return Ledger.open(place, clock=self.clock)

    @property
    def findings(self) -> Findings:
        """The stored findings."""
        return Findings(self.path / "findings", self.write)

    @property
    def cities(self) -> Mapping[str, CityRecord]:
        """The cities seen so far by content hash; raises `ChengceError` (`cities_unreadable`)."""
        file = self.path / "cities.json"
        with disk_errors(file):
            if not file.exists():
                return {}
            data = file.read_bytes()
        try:
            return {
                key: CityRecord(str(v["path"]), str(v["name"]), str(v["last_seen"]))
                for key, v in json.loads(data).items()
            }
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ChengceError(
                Problem(
                    "cities_unreadable",
                    Text("城市登记文件无法读取", "the list of cities cannot be read"),
                    Text(
                        "请移走该文件；再次打开城市时会重新登记",
                        "move the file away; cities are listed again when they are opened",
                    ),
                    str(file),
                )
            ) from None

    def remember_city(self, city_hash: str, path: str | Path, *, name: str = "") -> None:
        """Note that the city with this hash was seen at `path`; keeps what others noted meanwhile.

        Raises `ChengceError` if the disk fails; then the list is as it was.
        """
        file = self.path / "cities.json"
        seen = self.clock().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        record = CityRecord(str(Path(path).resolve()), name, seen)
        with disk_errors(file):
            self.path.mkdir(parents=True, exist_ok=True)
            with exclusive(self.path / ".cities.lock"):
                cities = {key: vars(c) for key, c in self.cities.items()}
                cities[city_hash] = vars(record)
                text = json.dumps(cities, ensure_ascii=False, indent=1, sort_keys=True)
                self.write(file, text.encode())

    def find_city(self, city_hash: str) -> Path | None:
        """Return the folder where the city was last seen, if there still is one.

        Its content may have changed since: compare its hash. The last path of a city that is gone
        stays in `cities`.
        """
        record = self.cities.get(city_hash)
        path = None if record is None else Path(record.path)
        return path if path is not None and path.exists() else None

    def store_finding(self, result_hash: str, files: Mapping[str, bytes]) -> Path:
        """Store a finding's files under its result hash; see `Findings.store`."""
        return self.findings.store(result_hash, files)

    def load_finding(self, result_hash: str) -> dict[str, bytes]:
        """Return a finding's files; see `Findings.load`."""
        return self.findings.load(result_hash)
