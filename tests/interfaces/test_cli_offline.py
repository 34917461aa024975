"""Nothing is fetched: the demo runs with every connection beyond this machine refused."""

import json
import subprocess
import sys
from pathlib import Path

from tests.interfaces.conftest import environment

GUARD = """
import socket, sys

def refuse(*args, **kwargs):
    raise AssertionError(f"a connection was tried: {args[-1:]}")

real = socket.socket.connect
def connect(self, address):
    local = self.family == socket.AF_UNIX or str(address[0]) in ("127.0.0.1", "::1", "localhost")
    return real(self, address) if local else refuse(address)

socket.socket.connect = connect
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except AssertionError:
    pass
else:
    raise SystemExit("the guard does not hold")

from chengce.interfaces.cli import main
main(sys.argv[1:])
"""


def test_demo_without_network(tmp_path: Path) -> None:
    out = tmp_path / "演示 目录"
    words = [sys.executable, "-c", GUARD, "demo", "--out", str(out), "--draws", "20", "--json"]
    done = subprocess.run(
        words,
        env=environment(tmp_path / "workspace"),
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    err = done.stderr.decode()
    assert done.returncode == 0, err
    assert "generating a fictional town" in err
    assert "Traceback" not in err
    found = json.loads(done.stdout)
    assert found["scenarios"][0]["difference"]["jobs_30"]["low"] > 0
    assert {p.name for p in out.iterdir()} == {"input", "city", "report"}
    assert (out / "report" / "report.zh.html").stat().st_size > 10_000
    assert sorted(p.name for p in tmp_path.iterdir()) == ["workspace", "演示 目录"]
