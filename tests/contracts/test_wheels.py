"""Installing from a folder of wheels without network, as the how-to page says."""

import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from tools import wheels

LOCK = """# a comment
affine==3.0.1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via rasterio
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:cc
fast==1 ; platform_machine == 'x86_64' and sys_platform == 'linux' \\
    --hash=sha256:dd
old==2 ; python_full_version < '3.12' \\
    --hash=sha256:ee
"""


@pytest.mark.parametrize(
    ("name", "python", "kept"),
    [
        ("windows-x64", "3.12", ["affine", "colorama"]),
        ("windows-x64", "3.11", ["affine", "colorama", "old"]),
        ("linux-x64", "3.12", ["affine", "fast"]),
        ("linux-arm64", "3.11", ["affine", "old"]),
    ],
)
def test_markers_are_read_as_they_hold_on_the_platform(
    name: str, python: str, kept: list[str]
) -> None:
    lines = wheels.needed(LOCK, wheels.PLATFORMS[name], python).splitlines()
    assert [line.split("==")[0] for line in lines] == kept
    assert lines[0] == "affine==3.0.1 --hash=sha256:aa --hash=sha256:bb"
    assert not any(";" in line for line in lines)


def test_the_lock_keeps_every_hash() -> None:
    lock = wheels.LOCK.read_text("utf-8")
    listed = wheels.needed(lock, wheels.PLATFORMS["windows-x64"], "3.12")
    for line in listed.splitlines():
        assert " --hash=sha256:" in line, line
        assert line.split()[0] in lock
    assert "colorama" in listed


def test_a_folder_installs_without_network(tmp_path: Path) -> None:
    own = wheels.here()
    if platform.machine() != wheels.PLATFORMS[own].markers["platform_machine"]:
        pytest.skip(f"no folder of wheels is offered for {platform.machine()}")
    folder = tmp_path / "wheels"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    if wheels.collect(wheels.PLATFORMS[own], python, folder):
        pytest.skip("the packages of the lock can't be fetched here")
    place = tmp_path / "env"
    venv.create(place, with_pip=True, symlinks=os.name != "nt")
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    cut_off = {**os.environ, "PIP_INDEX_URL": "", "PIP_NO_INDEX": "1", "HOME": str(tmp_path)}
    install = [str(scripts / "python"), "-m", "pip", "install", "--quiet", "--no-index"]
    install += ["--find-links", str(folder), "--require-hashes"]
    install += ["--requirement", str(folder / "requirements.txt")]
    subprocess.run(install, check=True, env=cut_off)
    shown = subprocess.run(
        [str(scripts / "chengce"), "apps"], check=True, env=cut_off, capture_output=True, text=True
    )
    assert "everyday_reach" in shown.stdout
