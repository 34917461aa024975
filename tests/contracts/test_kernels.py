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

TBB = str(Path(sys.prefix) / "lib")  # where the wheel of TBB puts its library


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
def test_sixteen_callers_of_every_kernel_under_each_threading_layer(layer: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.contracts.kernel_callers"],
        cwd=ROOT,
        env={
            **os.environ,
            "NUMBA_THREADING_LAYER": layer,
            "NUMBA_NUM_THREADS": "2",
            "LD_LIBRARY_PATH": os.pathsep.join(filter(None, [TBB, os.getenv("LD_LIBRARY_PATH")])),
        },
        capture_output=True,
        text=True,
        timeout=600,
    )
    if "No threading layer could be loaded" in done.stderr:
        pytest.skip(f"numba cannot load the threading layer {layer} here")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [layer, "equal"]
