"""Make `.venv` with the locked packages and this project, editable; needs only Python and an index.

Usage: python3 tools/bootstrap.py [runtime|dev] [--pip]

uv installs when pip can fetch it, plain pip otherwise (or with --pip). When lock, project file
and interpreter have not changed since the last time, nothing is done.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
EDITABLE = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]


def ensure(profile: str = "dev", *, pip_only: bool = False) -> None:
    """Bring `.venv` up to date for a profile (`runtime` or `dev`, which contains it)."""
    if sys.version_info < (3, 11):  # noqa: UP036 (the message is for those who have an older one)
        sys.exit(f"Chengce needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    wanted = {name: _fingerprint(name) for name in ("dev", profile)}
    if any(_stamp(name).is_file() and _stamp(name).read_text() == wanted[name] for name in wanted):
        return
    if not _works():
        print(f"creating {VENV.name}", file=sys.stderr, flush=True)
        venv.create(VENV, with_pip=True, clear=True, symlinks=os.name != "nt")
    for stamp in VENV.glob("chengce-*.stamp"):
        stamp.unlink(missing_ok=True)
    lock = _lock(profile)
    uv = None if pip_only else _uv()
    if uv is None or not _install([uv, "pip", "install", "--python", str(PYTHON)], lock):
        pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
        if not _install(pip, lock):
            sys.exit("installing failed: see above. Behind a mirror, set PIP_INDEX_URL.")
    _stamp(profile).write_text(wanted[profile])


def _install(install: list[str], lock: Path) -> bool:
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    locked = [*install, "--require-hashes", "--requirement", str(lock)]
    return all(
        subprocess.run(command, env=env, check=False).returncode == 0
        for command in (locked, [*install, *EDITABLE])
    )


def _uv() -> str | None:
    """Return uv inside `.venv`, told to use the index that pip uses; None where it can't be had."""
    uv = BIN / ("uv.exe" if os.name == "nt" else "uv")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    get = [*pip, "install", "--quiet", "--only-binary=:all:", "--require-hashes", "--requirement"]
    if subprocess.run([*get, str(_lock("installer"))], check=False).returncode != 0:
        print("uv can't be had here: going on with pip", file=sys.stderr, flush=True)
        return None
    configured = subprocess.run(
        [*pip, "config", "get", "global.index-url"], check=False, capture_output=True, text=True
    )
    index = os.environ.get("PIP_INDEX_URL") or configured.stdout.strip()
    if index:
        os.environ.setdefault("UV_DEFAULT_INDEX", index)
    return str(uv)


def _works() -> bool:
    """Tell whether `.venv` was made here, runs, has pip and is of the running Python's version."""
    test = f"import pip, sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    try:
        here = str(VENV) in (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
        return here and subprocess.run([PYTHON, "-c", test], check=False).returncode == 0
    except OSError:
        return False


def _lock(profile: str) -> Path:
    return ROOT / "requirements" / f"{profile}.txt"


def _stamp(profile: str) -> Path:
    return VENV / f"chengce-{profile}.stamp"


def _fingerprint(profile: str) -> str:
    """Hash what decides the environment; its place too, as it can't be moved."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in (_lock(profile), ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("profile", nargs="?", choices=("runtime", "dev"), default="dev")
    parser.add_argument("--pip", action="store_true", help="install with plain pip, not uv")
    arguments = parser.parse_args()
    ensure(arguments.profile, pip_only=arguments.pip)
