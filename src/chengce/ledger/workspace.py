"""Hold what outlives a run: the ledger, where its inputs were last seen, and stored findings."""

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from chengce.core.disk import disk_errors
from chengce.core.errors import Problem
from chengce.core.files import write_atomic
from chengce.core.text import Text
from chengce.ledger.chain import Ledger, utc_now
from chengce.ledger.findings import Findings, Writer
from chengce.ledger.seen import Seen, SeenRecord


@dataclass(frozen=True)
class Workspace:
    """A folder with `ledger.sqlite`, `cities.json`, `files.json`, `findings/` and `scratch/`.

    Made when first written to; `scratch/` may be deleted at any time.
    """

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
    def scratch(self) -> Path:
        """The folder of what long work leaves on the way, so that it can be taken up again."""
        return self.path / "scratch"

    @property
    def findings(self) -> Findings:
        """The stored findings."""
        return Findings(self.path / "findings", self.write)

    @property
    def cities(self) -> Mapping[str, SeenRecord]:
        """The cities seen so far by content hash; raises `ChengceError` (`cities_unreadable`)."""
        return self._cities.all()

    def remember_city(self, city_hash: str, path: str | Path, *, name: str = "") -> None:
        """Note that the city with this hash was seen at `path`; see `Seen.remember`."""
        self._cities.remember(city_hash, path, name=name)

    def find_city(self, city_hash: str) -> Path | None:
        """Return the folder where the city was last seen, if there still is one.

        Its content may have changed since: compare its hash. The last path of a city that is gone
        stays in `cities`.
        """
        return self._cities.find(city_hash)

    @property
    def files(self) -> Seen:
        """The files (and folders of files) that recorded runs read, by content hash."""
        file = self.path / "files.json"
        problem = Problem(
            "files_unreadable",
            Text("文件登记表无法读取", "the list of files cannot be read"),
            Text(
                "请移走该文件；再次使用这些文件时会重新登记",
                "move the file away; files are listed again when they are used",
            ),
            str(file),
        )
        return Seen(file, self.write, self.clock, problem)

    @property
    def _cities(self) -> Seen:
        file = self.path / "cities.json"
        problem = Problem(
            "cities_unreadable",
            Text("城市登记文件无法读取", "the list of cities cannot be read"),
            Text(
                "请移走该文件；再次打开城市时会重新登记",
                "move the file away; cities are listed again when they are opened",
            ),
            str(file),
        )
        return Seen(file, self.write, self.clock, problem)

    def store_finding(self, result_hash: str, files: Mapping[str, bytes]) -> Path:
        """Store a finding's files under its result hash; see `Findings.store`."""
        return self.findings.store(result_hash, files)

    def load_finding(self, result_hash: str) -> dict[str, bytes]:
        """Return a finding's files; see `Findings.load`."""
        return self.findings.load(result_hash)
