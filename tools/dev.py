"""Run one of the project's chores in `.venv`, which is made or brought up to date first.

Usage: python3 tools/dev.py CHORE [arguments for the tool below it]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from bootstrap import BIN, PYTHON, ROOT, VENV, ensure


def demo(*arguments: str) -> int:
    """Show a proposal from start to end on the city that ships with the package."""
    ensure("runtime")
    return run("chengce", "demo", *arguments)


def test(*arguments: str) -> int:
    """Run the tests, two at a time where there are two processors."""
    ensure()
    workers = ["-n", "2"] if (os.cpu_count() or 1) > 1 else []
    return run("python", "-m", "pytest", *workers, *arguments)


def lint() -> int:
    """Check format, style, types, import contracts and declared dependencies."""
    ensure()
    return max(
        run("ruff", "format", "--check"),
        run("ruff", "check"),
        run("mypy"),
        run("lint-imports", "--no-logo"),
        run("deptry", "src"),
    )


def fix() -> int:
    """Format, and mend what ruff can mend safely."""
    ensure()
    return max(run("ruff", "format"), run("ruff", "check", "--fix"))


def docs() -> int:
    """Generate the pages that come from the code, then build the site into site/."""
    ensure()
    generated = run("python", "-m", "tools.docs") if module("tools", "docs") else 0
    return generated or run("mkdocs", "build", "--strict")


def bench(*arguments: str) -> int:
    """Run the benchmarks; with --check, only that they are exact, on the small size."""
    ensure()
    return run("python", "-m", "benchmarks", *arguments) if module("benchmarks", "__main__") else 0


def bench_full(*arguments: str) -> int:
    """Run the benchmarks with the peers of requirements/peers.txt, which get a `.venv-peers`."""
    ensure()
    # uv takes the Python that UV_PYTHON names: Valhalla is left out below 3.12.
    code = run("uv", "venv", "--allow-existing", ".venv-peers")
    install = ["--python", ".venv-peers", "--require-hashes", "--requirement"]
    code = code or run("uv", "pip", "install", *install, "requirements/peers.txt")
    python = ".venv-peers/" + PYTHON.relative_to(VENV).as_posix()
    return code or run("python", "-m", "benchmarks", "--peers", python, *arguments)


def lock(*arguments: str) -> int:
    """Pin every dependency with its hashes; pass --upgrade to move to current versions."""
    ensure()
    python = ["--universal", "--python-version", "3.11", "--fork-strategy", "fewest"]
    form = ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    command = ["--custom-compile-command", "python3 tools/dev.py lock"]
    for name, source in {
        "dev": ["pyproject.toml", "--group", "build", "--extra", "dev"],
        "runtime": ["pyproject.toml", "--group", "build", "--constraints", "requirements/dev.txt"],
        "installer": ["--group", "installer"],
        "peers": ["--group", "peers"],
    }.items():
        out = ["--output-file", f"requirements/{name}.txt"]
        if code := run("uv", "pip", "compile", *python, *form, *command, *source, *out, *arguments):
            return code
    return 0


def wheels(*arguments: str) -> int:
    """Fill a folder to install from without network: [linux-x64|linux-arm64|windows-x64]."""
    ensure()
    return run("python", "tools/wheels.py", *arguments)


def module(*parts: str) -> bool:
    """Tell whether the repository has this module or package yet."""
    path = ROOT.joinpath(*parts)
    return path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def run(tool: str, *arguments: str) -> int:
    """Run a tool of `.venv` from the repository's root and return its exit code."""
    print("$", tool, *arguments, file=sys.stderr, flush=True)
    found = shutil.which(tool, path=str(BIN))
    if found is None:
        sys.exit(f"{tool} is not in .venv: delete .venv and run this again")
    return subprocess.run([found, *arguments], cwd=ROOT, check=False).returncode


CHORES = {
    chore.__name__.replace("_", "-"): chore
    for chore in (demo, test, lint, fix, docs, bench, bench_full, lock, wheels)
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in CHORES:
        print(__doc__, *(f"{name:10} {f.__doc__}" for name, f in CHORES.items()), sep="\n")
        sys.exit(2)
    sys.exit(CHORES[sys.argv[1]](*sys.argv[2:]))
