"""Name things by their content: canonical JSON, hashes, the version of the code and its lock."""

import hashlib
import json
import platform
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from chengce import __version__

PACKAGES = ("numpy", "numba", "pandas", "geopandas", "shapely", "pyproj", "pyarrow")


def canonical(value: object) -> str:
    """Return the one JSON text of plain data: sorted keys, no spaces, UTF-8, NaN refused."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256(data: bytes | str) -> str:
    """Return the SHA-256 of bytes or of UTF-8 text, in hexadecimal."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def content_hash(value: object) -> str:
    """Return the hash of plain data."""
    return sha256(canonical(value))


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return `version+hash` where the hash covers every Python, YAML and template file shipped."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".yaml", ".toml", ".html", ".css"} and path.is_file():
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"{__version__}+{digest.hexdigest()[:12]}"


@lru_cache(maxsize=1)
def environment() -> Mapping[str, str]:
    """Return what decides whether a replay can be bit for bit: interpreter, CPU, key packages."""
    from llvmlite import binding

    features = ",".join(k for k, on in sorted(binding.get_host_cpu_features().items()) if on)
    versions = {name: metadata.version(name) for name in PACKAGES}
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "machine": platform.machine(),
        "cpu": f"{binding.get_host_cpu_name()}-{sha256(features)[:8]}",
        **versions,
    }
