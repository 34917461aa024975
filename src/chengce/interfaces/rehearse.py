"""Answer an application's example first, so that the kernels it takes are compiled by then.

What a person is told of time is then free of compilation, which is told apart. A mark beside the
compiled kernels tells that they are there: it goes when they go, and stands for the very sources,
libraries and processor.
"""

import contextlib
import sys
from pathlib import Path

import llvmlite
import numba
from llvmlite import binding

from chengce.applications import application_named
from chengce.core.context import Context
from chengce.core.provenance import content_hash
from chengce.core.text import Text
from chengce.engine.kernels import search
from chengce.engine.running.compiling import compile_seconds

COMPILING = Text("编译计算程序（每台机器只需一次）……", "compiling kernels (once per machine) …")
KERNELS = Path(search.__file__).parent
DRAWS = 2
WORTH_SAYING_S = 0.05


def rehearsed(name: str) -> bool:
    """Tell whether the kernels of an application's example are compiled, here, as they stand."""
    compiles = hasattr(search.sparse, "stats")  # not where compilation is switched off
    return not compiles or _mark(name).exists()


def rehearse(name: str) -> float:
    """Answer the example of an application once; return the seconds spent compiling."""
    before = compile_seconds()
    app = application_named(name)
    app.run(app.example.city(), app.parse(app.example.params), Context(draws=DRAWS))
    with contextlib.suppress(OSError):  # without the mark it is only done again
        _mark(name).touch()
    return compile_seconds() - before


def time_said(seconds: float, compiled: float) -> Text:
    """Return the time a run took, and apart from it the time spent compiling."""
    run = Text(f"测算用时 {seconds:.1f} 秒", f"computed in {seconds:.1f} s")
    if compiled < WORTH_SAYING_S:
        return run
    return Text(
        f"{run.zh}；另编译 {compiled:.1f} 秒（每台机器只需一次）",
        f"{run.en}; besides, {compiled:.1f} s of compiling (once per machine)",
    )


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
