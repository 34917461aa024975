"""Fill a folder with everything an installation without network needs, for one platform.

Usage: python3 tools/dev.py wheels [PLATFORM] [--python 3.12] [--out FOLDER]

The locked packages are fetched with their hashes for the platform named, whatever this machine is,
and the project's own wheel is built beside them. `requirements.txt` in the folder lists all with
their hashes; the two commands that install from it are printed at the end.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "runtime.txt"
GLIBC = range(28, 16, -1)  # wheels for glibc 2.28 (Debian 10, openEuler 20.03, Kylin V10) or older
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


@dataclass(frozen=True)
class Platform:
    """One kind of machine: the wheel tags it takes, and what markers say there."""

    tags: tuple[str, ...]
    markers: dict[str, str]


def _linux(machine: str) -> Platform:
    tags = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC]
    markers = {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"}
    return Platform((*tags, f"manylinux2014_{machine}"), {**markers, "platform_machine": machine})


_WINDOWS = {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows"}
PLATFORMS = {
    "linux-x64": _linux("x86_64"),
    "linux-arm64": _linux("aarch64"),
    "windows-x64": Platform(("win_amd64",), {**_WINDOWS, "platform_machine": "AMD64"}),
}


def needed(lock: str, target: Platform, python: str) -> str:
    """Return the lines of a hashed lock that hold on a platform, without markers and comments."""
    environment = {
        **target.markers,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    kept = []
    for pinned, hashes in _pins(lock):
        wanted = Requirement(pinned)
        if wanted.marker is None or wanted.marker.evaluate(environment):
            wanted.marker = None
            kept.append(" ".join([str(wanted), *hashes]))
    return "\n".join(kept) + "\n"


def _pins(lock: str) -> Iterator[tuple[str, list[str]]]:
    joined = re.sub(r"\s*\\\n\s*", " ", lock)
    for line in joined.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            pinned, *hashes = re.split(r"\s+(?=--hash=)", line.strip())
            yield pinned, hashes


def collect(target: Platform, python: str, folder: Path) -> int:
    """Fetch, build and list; return the exit code of the first step that failed."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("chengce-*.whl"):
        old.unlink()
    listed = folder / "requirements.txt"
    listed.write_text(needed(LOCK.read_text("utf-8"), target, python), "utf-8", newline="\n")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    tags = [word for tag in target.tags for word in ("--platform", tag)]
    fetch = [*pip, "download", "--no-deps", "--only-binary=:all:", "--require-hashes", *tags]
    fetch += ["--python-version", python, "--dest", str(folder), "--requirement", str(listed)]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    for command in (fetch, [*build, str(ROOT)]):
        if code := subprocess.run(command, check=False).returncode:
            return code
    (own,) = folder.glob("chengce-*.whl")
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    version = own.name.split("-")[1]
    with listed.open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"chengce=={version} --hash=sha256:{digest}\n")
    return 0


def here() -> str:
    """Return the name of this machine's platform, the first one where none fits."""
    for name, target in PLATFORMS.items():
        own = (platform.system(), platform.machine())
        if own == (target.markers["platform_system"], target.markers["platform_machine"]):
            return name
    return next(iter(PLATFORMS))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python3 tools/dev.py wheels", description=__doc__)
    parser.add_argument("platform", nargs="?", choices=PLATFORMS, default=here())
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    parser.add_argument("--python", choices=PYTHONS, default=running)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    folder = options.out or ROOT / "dist" / f"wheels-{options.platform}-py{options.python}"
    if code := collect(PLATFORMS[options.platform], options.python, folder):
        print("not complete: see above. Behind a mirror, set PIP_INDEX_URL.", file=sys.stderr)
        return code
    size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    windows = options.platform.startswith("windows")
    python = r"chengce-env\Scripts\python" if windows else "chengce-env/bin/python"
    print(
        f"{folder}: {len(list(folder.glob('*.whl')))} wheels, {size:.0f} MB. Copy it, then there:"
    )
    print(f"  {'py' if windows else 'python3'} -m venv chengce-env")
    print(f"  {python} -m pip install --no-index --find-links {folder.name} "
          f"--require-hashes -r {folder.name}/requirements.txt")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
