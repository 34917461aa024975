"""Kernels are serial inside and many callers may run them at once, under any threading layer."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "chengce"
KERNELS = sorted((SOURCE / "engine" / "kernels").glob("*.py"))

# Sixteen threads ask the whole example of an application, and a matrix, at the same time.
CALLERS = """
import sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from numba import njit, prange, threading_layer

@njit(parallel=True)
def launch(n):
    total = 0
    for i in prange(n):
        total += i
    return total

assert launch(10) == 45
print(threading_layer())

from tests.unit.engine.matrix_worlds import OPTIONS, lines, points
from chengce.applications import APPLICATIONS, application_named
from chengce.core.context import Context
from chengce.decisions.compare import finding_hash
from chengce.engine.matrix import travel_times
from chengce.engine.running.threads import ThreadRunner

def answer(name):
    context = Context(draws=20, runner=ThreadRunner(2))
    if name == "matrix":
        where = points(60)
        return travel_times(lines(), where, where, OPTIONS, context=context).seconds.tobytes()
    app = application_named(name)
    return finding_hash(app.run(app.example.city(), app.parse(app.example.params), context))

names = [*APPLICATIONS, "matrix"]
alone = {name: answer(name) for name in names}
with ThreadPoolExecutor(16) as pool:
    work = [(name, pool.submit(answer, name)) for _ in range(8) for name in names]
    for name, future in work:
        assert future.result() == alone[name], name
print("equal")
"""


@pytest.mark.parametrize("path", KERNELS, ids=lambda p: p.stem)
def test_no_kernel_starts_threads(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    names |= {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    assert not names & {"prange", "set_num_threads"}
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
        for word in call.keywords:
            assert word.arg != "parallel", f"{path.name}:{call.lineno}"
        if isinstance(call.func, ast.Name) and call.func.id == "njit":
            on = {
                w.arg for w in call.keywords if isinstance(w.value, ast.Constant) and w.value.value
            }
            assert {"nogil", "cache"} <= on, f"{path.name}:{call.lineno}"


def test_no_process_is_forked() -> None:
    for path in SOURCE.rglob("*.py"):
        text = path.read_text("utf-8")
        assert "os.fork" not in text, path
        if "multiprocessing" in text:
            assert "spawn" in text, path


@pytest.mark.parametrize("layer", ["workqueue", "omp", "tbb"])
def test_sixteen_callers_under_each_threading_layer(layer: str) -> None:
    module = {"workqueue": "workqueue", "omp": "omppool", "tbb": "tbbpool"}[layer]
    pytest.importorskip(f"numba.np.ufunc.{module}", reason=f"no {layer} here", exc_type=ImportError)
    done = subprocess.run(
        [sys.executable, "-c", CALLERS],
        cwd=ROOT,
        env={**os.environ, "NUMBA_THREADING_LAYER": layer, "NUMBA_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    if layer == "tbb" and "No threading layer could be loaded" in done.stderr:
        pytest.skip("the TBB library is not installed")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [layer, "equal"]
