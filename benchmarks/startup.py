"""Measure a user's first minute: `--help`, and the demo with cold and with warm kernels."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

MAIN = "from chengce.interfaces.cli import main; main()"


def startup(*, with_demo: bool) -> list[dict[str, Any]]:
    """Return plain figures in seconds; the demo runs in fresh folders, its kernels' cache apart."""
    rows: list[dict[str, Any]] = []
    times = [_run(["--help"], {}) for _ in range(5)]
    rows.append({"case": "--help, median of 5", "seconds": round(statistics.median(times), 2)})
    if with_demo:
        with tempfile.TemporaryDirectory() as folder:
            cache = {"NUMBA_CACHE_DIR": str(Path(folder) / "kernels")}
            for case in ("demo, kernels not compiled yet", "demo, second time"):
                place = Path(folder) / case.rsplit(" ", 1)[-1]
                words = ["demo", "--out", str(place), "--workspace", str(place / "home")]
                rows.append({"case": case, "seconds": round(_run(words, cache), 1)})
    return rows


def _run(words: list[str], extra: dict[str, str]) -> float:
    begin = perf_counter()
    subprocess.run(
        [sys.executable, "-c", MAIN, *words], env={**os.environ, **extra},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True,
    )  # fmt: skip
    return perf_counter() - begin
