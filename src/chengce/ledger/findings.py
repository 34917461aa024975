"""Store the files of a finding under the hash of its result, whole or not at all.

Beside them lies `SHA256SUMS` (the format of sha256sum), so that files that changed or went missing
later are noticed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from chengce.core.disk import disk_errors
from chengce.core.errors import ChengceError, Problem
from chengce.core.files import recover, replacing, write_atomic
from chengce.core.provenance import sha256
from chengce.core.text import Text

Writer = Callable[[Path, bytes], None]
SUMS = "SHA256SUMS"
_HASH = re.compile("[0-9a-f]{8,64}")
_TRIES = 3


@dataclass(frozen=True)
class Findings:
    """The folder of findings, one sub-folder per result hash."""

    folder: Path
    write: Writer = write_atomic

    def store(self, result_hash: str, files: Mapping[str, bytes]) -> Path:
        """Keep the files (relative name → content) and return their folder.

        The same content again is not written again; other content replaces the old as a whole.
        Raises `ChengceError` (`finding_hash`, `finding_name` or of the disk); then the old
        folder, if there was one, is intact.
        """
        target = self._folder(result_hash)
        problems = [_bad_name(name) for name in files if not _is_name(name)]
        if problems:
            raise ChengceError(problems)
        sums = _sums(files)
        with disk_errors(target):
            if _read(target / SUMS) == sums and not _read_all(target)[1]:
                return target
        with replacing(target) as temp:
            for name, data in {**files, SUMS: sums}.items():
                with disk_errors(target / name):
                    (temp / name).parent.mkdir(parents=True, exist_ok=True)
                    self.write(temp / name, data)
        return target

    def load(self, result_hash: str) -> dict[str, bytes]:
        """Return the files as they were stored.

        Raises `ChengceError` (`finding_missing`, `finding_damaged` with every file).
        """
        target = self._folder(result_hash)
        with disk_errors(target):
            recover(target)
            for _ in range(_TRIES):  # another process may be replacing the folder
                files, damaged = _read_all(target)
                if not damaged:
                    return files
        if not target.exists():
            raise ChengceError(_missing(target, result_hash))
        raise ChengceError([_damaged(target / name) for name in damaged])

    def has(self, result_hash: str) -> bool:
        """Tell whether something is stored under the hash."""
        return (self._folder(result_hash) / SUMS).exists()

    def _folder(self, result_hash: str) -> Path:
        if not _HASH.fullmatch(result_hash):
            raise ChengceError(
                Problem(
                    "finding_hash",
                    Text(f"不是结果哈希值：{result_hash}", f"not a result hash: {result_hash}"),
                    Text(
                        "应为 8 至 64 位小写十六进制数", "use 8 to 64 lower-case hexadecimal digits"
                    ),
                )
            )
        return self.folder / result_hash


def _sums(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files)).encode()


def _names(sums: bytes) -> dict[str, str]:
    lines = sums.decode(errors="replace").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _read_all(target: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return the stored files and the names of those that are missing or changed."""
    sums = _read(target / SUMS)
    if sums is None:
        return {}, [SUMS]
    files, damaged = {}, []
    for name, digest in _names(sums).items():
        data = _read(target / name)
        if data is not None and sha256(data) == digest:
            files[name] = data
        else:
            damaged.append(name)
    return files, damaged


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _is_name(name: str) -> bool:
    path = PurePosixPath(name)
    plain = str(path) == name and not path.is_absolute() and ".." not in path.parts
    return plain and name not in ("", ".", SUMS) and not re.search(r"[\\:\x00-\x1f\x7f]", name)


def _bad_name(name: str) -> Problem:
    return Problem(
        "finding_name",
        Text(f"不能作为成果文件名：{name!r}", f"not a name for a finding's file: {name!r}"),
        Text("请用目录内的相对路径，以 / 分隔", "use a relative path inside the folder, with /"),
    )


def _missing(target: Path, result_hash: str) -> Problem:
    return Problem(
        "finding_missing",
        Text(f"工作区中没有成果 {result_hash}", f"no finding {result_hash} in this workspace"),
        Text("请重新测算，或换用当时的工作区", "run it again, or use the workspace it was made in"),
        str(target),
    )


def _damaged(path: Path) -> Problem:
    return Problem(
        "finding_damaged",
        Text("成果文件缺失，或与保存时不一致", "the file is missing or not what was stored"),
        Text("请重新测算（replay）或从备份恢复", "replay the run, or restore a backup"),
        str(path),
    )
