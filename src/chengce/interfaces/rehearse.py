"""Answer an application's example, so that the kernels it takes are compiled and kept on disk.

Run as a program (`python -m chengce.interfaces.rehearse NAME`) it writes the seconds spent
compiling to stdout. A mark beside the compiled kernels tells that they are there: it goes when
they go, and stands for the very sources, libraries and processor.
"""

import sys
from pathlib import Path

import llvmlite
import numba
from llvmlite import binding

from chengce.applications import application_named
from chengce.core.context import Context
from chengce.core.provenance import content_hash
from chengce.engine.compiling import compile_seconds
from chengce.engine.kernels import search

KERNELS = Path(search.__file__).parent
DRAWS = 2


def rehearsed(name: str) -> bool:
    """Tell whether the kernels of an application's example are compiled, here, as they stand."""
    return bool(numba.config.DISABLE_JIT) or _mark(name).exists()


def rehearse(name: str) -> float:
    """Answer the example of an application once; return the seconds spent compiling."""
    before = compile_seconds()
    app = application_named(name)
    app.run(app.example.city(), app.parse(app.example.params), Context(draws=DRAWS))
    _mark(name).touch()
    return compile_seconds() - before


def _mark(name: str) -> Path:
    sources = [
        (path.name, path.stat().st_mtime_ns, path.stat().st_size)
        for path in sorted(KERNELS.glob("*.py"))
    ]
    made_with = [
        sys.version, numba.__version__, llvmlite.__version__,
        binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten(),
    ]  # fmt: skip
    key = content_hash([name, sources, made_with])
    folder = Path(str(search.sparse.stats.cache_path))
    return folder / f"{name}-{key[:16]}.rehearsed"


if __name__ == "__main__":
    sys.stdout.write(f"{rehearse(sys.argv[1])}\n")
