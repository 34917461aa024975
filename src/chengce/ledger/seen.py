"""Remember where something, known by the hash of its content, was last seen on this machine."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chengce.core.claims import exclusive
from chengce.core.disk import disk_errors
from chengce.core.errors import ChengceError, Problem

Writer = Callable[[Path, bytes], None]


@dataclass(frozen=True)
class SeenRecord:
    """Where it was last seen; `last_seen` is a UTC ISO timestamp."""

    path: str
    name: str
    last_seen: str


@dataclass(frozen=True)
class Seen:
    """A list in a JSON file: hash → where last seen. `unreadable`: what to say of a broken list."""

    file: Path
    write: Writer
    clock: Callable[[], datetime]
    unreadable: Problem

    def all(self) -> Mapping[str, SeenRecord]:
        """Return the list; raises `ChengceError` with `unreadable`."""
        with disk_errors(self.file):
            if not self.file.exists():
                return {}
            data = self.file.read_bytes()
        try:
            return {
                key: SeenRecord(str(v["path"]), str(v["name"]), str(v["last_seen"]))
                for key, v in json.loads(data).items()
            }
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ChengceError(self.unreadable) from None

    def remember(self, content_hash: str, path: str | Path, *, name: str = "") -> None:
        """Note that the content with this hash was at `path`; keeps what others noted meanwhile.

        Raises `ChengceError` if the disk fails; then the list is as it was.
        """
        seen = self.clock().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        record = SeenRecord(str(Path(path).resolve()), name, seen)
        with disk_errors(self.file):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with exclusive(self.file.with_name(f".{self.file.stem}.lock")):
                listed = {key: vars(r) for key, r in self.all().items()}
                listed[content_hash] = vars(record)
                text = json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True)
                self.write(self.file, text.encode())

    def find(self, content_hash: str) -> Path | None:
        """Return where it was last seen, if something still is there; its content may differ now."""
        record = self.all().get(content_hash)
        path = None if record is None else Path(record.path)
        return path if path is not None and path.exists() else None
