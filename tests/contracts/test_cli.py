"""The command line as a contract: light to start, complete in both languages, documented exits."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer

from chengce.interfaces.cli import build

HEAVY = (
    "numpy",
    "pandas",
    "numba",
    "geopandas",
    "shapely",
    "pyarrow",
    "rich.progress",
    "yaml",
)
COMMANDS = {
    ("demo",), ("apps",), ("run",), ("compare",), ("replay",), ("runs",), ("assign",), ("interact",),
    ("matrix",), ("calibrate",), ("export",),
    ("city", "columns"), ("city", "build"), ("city", "check"), ("city", "describe"), ("city", "gtfs"),
    ("ledger", "head"), ("ledger", "verify"),
}  # fmt: skip


@pytest.mark.parametrize(
    "words", [["--help"], ["compare", "--help"], ["--version"], ["city", "--help"]]
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    """Starting takes no more than what is needed to print a page (timed in the benchmarks)."""
    code = (
        "import sys\nfrom chengce.interfaces.cli import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit as end:\n    assert end.code == 0, end.code\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]"), done.stdout


def leaves(lang: str) -> Iterator[tuple[tuple[str, ...], object]]:
    root = typer.main.get_command(build(lang))  # type: ignore[arg-type]
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        if inner is None:
            yield (name,), command
        else:
            yield from (((name, n), c) for n, c in inner.items())


def test_the_commands() -> None:
    assert {path for path, _ in leaves("en")} == COMMANDS


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_and_option_is_explained_in_the_language(lang: str) -> None:
    for path, command in leaves(lang):
        texts = {"": command.help}  # type: ignore[attr-defined]
        texts |= {p.name: p.help for p in command.params}  # type: ignore[attr-defined]
        for name, text in texts.items():
            assert text, (path, name)
            chinese = re.search("[\u4e00-\u9fff]", text) is not None
            assert chinese == (lang == "zh"), (path, name, text)


@pytest.mark.parametrize("words", [["--help"], *([*c, "--help"] for c in sorted(COMMANDS))])
def test_chinese_help_holds_no_english_of_the_parser(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    from chengce.interfaces.cli import main

    with pytest.raises(SystemExit) as end:
        main(["--lang", "zh", *words])
    assert end.value.code == 0
    out = capsys.readouterr().out
    for english in (
        "Usage",
        "Options:",
        "Commands:",
        "Arguments:",
        "Show this",
        "default",
        "required",
        "<str>",
        "{",
    ):
        assert english not in out
    assert "用法：chengce" in out


def test_exit_codes_are_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    from chengce.interfaces.cli import main

    with pytest.raises(SystemExit):
        main(["--lang", "en", "--help"])
    out = " ".join(capsys.readouterr().out.split())
    assert (
        "0 done; 1 an error inside the program; 2 bad input; 3 not as recorded; 130 cancelled"
        in out
    )
