"""Kernels are ready before the clock runs: an assignment afterwards compiles nothing."""

import subprocess
import sys

import pytest

LOOK = """
import importlib, pkgutil, sys
from dataclasses import replace
from tests.unit.engine.road_worlds import connected_roads
import numpy as np
import chengce.engine.kernels as room
from chengce.engine.assign.assignment import assign
from chengce.engine.assign.ready import make_ready
from chengce.engine.roads.network import AssignOptions, TravelClass

modules = [importlib.import_module(f"{room.__name__}.{m.name}") for m in pkgutil.iter_modules(room.__path__)]

def signatures():
    return {
        (m.__name__, name): len(f.signatures)
        for m in modules for name, f in vars(m).items() if hasattr(f, "signatures")
    }

method = sys.argv[1]
assert make_ready(method) > 0
before = signatures()
net = connected_roads(3, side=7, zones=9)
flat = np.arange(net.links) % 3 == 0
net = replace(net, b=np.where(flat, 0.0, 8.0))
trips = TravelClass("cars", np.full((9, 9), 4.0), fixed=np.ones(net.links))
found = assign(net, [trips], AssignOptions(gap=1e-4, method=method))
assert found.iterations > 1
new = {k for k, v in signatures().items() if v != before.get(k, 0)}
assert not new, new
assert make_ready(method) < 1.0
"""


@pytest.mark.parametrize("method", ["b", "bfw"])
def test_nothing_is_compiled_while_the_clock_runs(method: str) -> None:
    done = subprocess.run([sys.executable, "-c", LOOK, method], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
