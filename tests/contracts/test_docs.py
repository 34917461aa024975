"""The docs run: every block of code is executed, generated pages are current, links resolve."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools.docs.markdown import NOTE
from tools.docs.pages import DOCS, generated, stale

from chengce.city.city import City
from chengce.city.store import open_city
from chengce.interfaces.cli import main
from chengce.models.modifications import MODIFICATIONS
from chengce.models.scenario import parse_scenario, read_scenario

ROOT = DOCS.parent
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "examples" / "README.md"])
RUN = [
    ROOT / "README.md",
    ROOT / "README.zh.md",
    DOCS / "how-to" / "compare.md",
    DOCS / "how-to" / "exports.md",
    DOCS / "how-to" / "tables.md",
    DOCS / "how-to" / "coordinates.md",
    DOCS / "how-to" / "lines.md",
    DOCS / "how-to" / "totals.md",
    DOCS / "how-to" / "places.md",
    DOCS / "how-to" / "gates.md",
    DOCS / "how-to" / "road-measures.md",
    DOCS / "how-to" / "application.md",
    DOCS / "how-to" / "assign.md",
    DOCS / "how-to" / "calibrate.md",
    DOCS / "how-to" / "commuting.md",
    DOCS / "how-to" / "interact.md",
    DOCS / "how-to" / "matrix.md",
    DOCS / "zh" / "how-to" / "compare.md",
    DOCS / "zh" / "how-to" / "exports.md",
    DOCS / "zh" / "how-to" / "tables.md",
    DOCS / "zh" / "how-to" / "coordinates.md",
    DOCS / "zh" / "how-to" / "lines.md",
    DOCS / "zh" / "how-to" / "totals.md",
    DOCS / "zh" / "how-to" / "places.md",
    DOCS / "zh" / "how-to" / "gates.md",
    DOCS / "zh" / "how-to" / "road-measures.md",
    DOCS / "zh" / "how-to" / "application.md",
    DOCS / "zh" / "how-to" / "assign.md",
    DOCS / "zh" / "how-to" / "calibrate.md",
    DOCS / "zh" / "how-to" / "commuting.md",
    DOCS / "zh" / "how-to" / "interact.md",
    DOCS / "zh" / "how-to" / "matrix.md",
]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FILE = re.compile(r"# ([\w./-]+\.(?:yaml|toml))\n")


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in _FENCE.finditer(text):
        yield Block(found[1], found[2], text[: found.start()].count("\n") + 1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `chengce demo` has run."""
    folder = tmp_path_factory.mktemp("desk")
    here = Path.cwd()
    os.chdir(folder)
    try:
        assert chengce("chengce demo --draws 50") == 0
    finally:
        os.chdir(here)
    return folder


def chengce(line: str) -> int:
    words = shlex.split(line, comments=True)
    if "RUN" in words:
        words[words.index("RUN")] = last_run()
    with pytest.raises(SystemExit) as ended:
        main(words[1:])
    return int(ended.value.code or 0)


def last_run() -> str:
    from chengce.ledger.workspace import Workspace

    return [e.id for e in Workspace.open(".chengce").ledger.entries(kind="run")][-1]


def test_code_in_readme_and_how_to_runs(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    monkeypatch.delenv("CHENGCE_HOME", raising=False)
    for page in RUN:
        names: dict[str, Any] = {}
        for block in blocks(page):
            where = f"{page.relative_to(ROOT)}:{block.line}"
            if block.language == "python":
                exec(compile("\n" * block.line + block.text, str(page), "exec"), names)
            elif block.language in ("yaml", "toml"):
                named = _FILE.match(block.text)
                assert named, f"{where}: the block does not open with the name of its file"
                Path(named[1]).write_text(block.text, "utf-8")
            elif block.language == "bash":
                for line in block.text.splitlines():
                    run_line(line, where)


def run_line(line: str, where: str) -> None:
    """Run `chengce …`; other commands are only known ones whose target exists."""
    wanted = int(found[1]) if (found := re.search(r"# exit (\d+)$", line)) else 0
    if line.startswith("chengce "):
        if line.split()[1] == "demo":
            return  # the desk has run it
        assert chengce(line) == wanted, f"{where}: {line}"
    elif line.startswith("make "):
        rules = (ROOT / "Makefile").read_text("utf-8")
        assert re.search(rf"^(?!\.)[\w -]*\b{line.split()[1]}\b[\w -]*:", rules, re.MULTILINE), (
            where
        )
    else:
        assert line.startswith(("pip install .", "git clone ", "#")) or not line, f"{where}: {line}"


@pytest.fixture(scope="module")
def town(desk: Path) -> City:
    return open_city(desk / "chengce-demo" / "city")


@pytest.mark.parametrize("kind", [str(m.model_fields["type"].default) for m in MODIFICATIONS])
def test_the_example_of_every_modification_changes_the_town(kind: str, town: City) -> None:
    scenario = read_scenario(ROOT / "examples" / "town" / f"{kind}.yaml")
    assert [m.model_dump()["type"] for m in scenario.modifications] == [kind]
    after = scenario.apply(town)
    assert after.hash != town.hash
    for page in (DOCS, DOCS / "zh"):
        (shown,) = [
            b
            for b in blocks(page / "reference" / "modifications" / f"{kind}.md")
            if b.language == "yaml"
        ]
        assert parse_scenario(yaml.safe_load(shown.text)).hash == scenario.hash


def test_generated_pages_are_current() -> None:
    old = [str(p.relative_to(ROOT)) for p in stale()]
    assert not old, f"run `python -m tools.docs`: {old}"


def test_every_chinese_page_has_its_english_twin() -> None:
    lone = [
        p for p in (DOCS / "zh").rglob("*.md") if not (DOCS / p.relative_to(DOCS / "zh")).is_file()
    ]
    assert not lone
    ours = [
        DOCS / n for n in ("index.md", "concepts.md", "how-to/compare.md", "how-to/application.md")
    ]
    for page in [*ours, *(p for p in generated() if "zh" not in p.relative_to(DOCS).parts)]:
        assert (DOCS / "zh" / page.relative_to(DOCS)).is_file(), page


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = _CODE.sub("", _FENCE.sub("", page.read_text("utf-8")))
    for link in _LINK.findall(text):
        target, _, anchor = link.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), f"{page.relative_to(ROOT)} → {link}"
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there.read_text("utf-8")), f"{page.relative_to(ROOT)} → {link}"


def anchors(text: str) -> set[str]:
    """Anchors as mkdocs makes them; Chinese headings need an explicit {#id}."""
    heads = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    given = {m[1] for h in heads if (m := re.search(r"\{#([\w-]+)\}", h))}
    plain = (
        re.sub(r"[^\w\s-]", "", h.encode("ascii", "ignore").decode()).strip().lower() for h in heads
    )
    return given | {re.sub(r"[-\s]+", "-", p) for p in plain}


def test_both_readmes_tell_the_same() -> None:
    one, two = (list(blocks(ROOT / n)) for n in ("README.md", "README.zh.md"))
    assert [b.language for b in one] == [b.language for b in two]
    for a, b in zip(one, two, strict=True):
        if a.language == "bash":
            assert a.text == b.text
    heads = [
        len(re.findall(r"^## ", (ROOT / n).read_text("utf-8"), re.M))
        for n in ("README.md", "README.zh.md")
    ]
    assert heads[0] == heads[1]


def test_generated_pages_say_so() -> None:
    for page, text in generated().items():
        assert text.startswith(NOTE.get("zh" if "zh" in page.relative_to(DOCS).parts else "en"))


def test_no_machine_paths_or_hosts_are_tracked() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    local = re.compile(
        r"(?:(?<![\w.])/(?:home|root|work|Users|tmp)/\w|[A-Z]:\\\\Users|index-url\s*=|\b10\.\d+\.\d+\.\d+\b)"
    )
    found = []
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if (
            not name
            or not path.is_file()
            or path.suffix in {".png", ".parquet", ".zip", ".pbf", ".tif"}
        ):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if local.search(line) and path != Path(__file__):
                found.append(f"{name}:{number}: {line.strip()[:80]}")
    assert not found
