"""Read settings — the only place that does — and put the parts together."""

import locale
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from chengce.core.text import Lang
from chengce.interfaces.words import said_language

WORKSPACE = "CHENGCE_HOME"
LEDGER_URL = "CHENGCE_LEDGER_URL"
RUNNER = "CHENGCE_RUNNER"
SCHEDULER = "CHENGCE_SCHEDULER"
DEBUG = "CHENGCE_DEBUG"


def language(argv: Sequence[str]) -> Lang:
    """Return the language of `--lang`, else of the locale, else English."""
    said = said_language(argv)
    if said is not None:
        return said
    names = (os.environ.get(n, "") for n in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((n for n in names if n), "") or (locale.getlocale()[0] or "")
    return "zh" if chosen.lower().startswith(("zh", "chinese")) else "en"


def workspace_path(given: Path | None) -> Path:
    """Return `--workspace`, else `$CHENGCE_HOME`, else `./.chengce`."""
    if given is not None:
        return given
    return Path(os.environ.get(WORKSPACE) or ".chengce")


def ledger_url() -> str | None:
    """Return the PostgreSQL address of a shared ledger, if one is set."""
    return os.environ.get(LEDGER_URL) or None


def runner_name(given: str | None, workers: int | None) -> str:
    """Return `--runner`, else `$CHENGCE_RUNNER`, else threads (serial for one worker)."""
    usual = "serial" if workers == 1 else "threads"
    return given or os.environ.get(RUNNER) or usual


def scheduler_address(given: str | None, runner: str) -> str | None:
    """Return `--scheduler`, else, for the runner dask, `$CHENGCE_SCHEDULER` if it is set."""
    return given or (os.environ.get(SCHEDULER) or None if runner == "dask" else None)


def debugging() -> bool:
    """Tell whether an unexpected error should be shown with its whole traceback."""
    return os.environ.get(DEBUG, "") not in ("", "0")


def use_utf8() -> None:
    """Write UTF-8 to the terminal whatever the locale says, so that Chinese never fails to print."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
