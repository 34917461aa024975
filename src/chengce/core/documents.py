"""Read small YAML and TOML files written by people, and say where they are wrong."""

import re
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

_PART = re.compile(r"([^.\[\]]+)(?!\])|\[(\d+)\]")  # parts of modifications[2].headways[1].from
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_words(path: Path, what: Text) -> str:
    """Return the text of a UTF-8 file (a byte order mark is dropped).

    Raises `ChengceError` (`file_missing`, `file_is_directory`, `file_unreadable`, `not_utf8`).
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ChengceError(_missing(path, what)) from None
    except IsADirectoryError:
        message = Text("{what}是一个目录，不是文件", "the {what} is a folder, not a file")
        remedy = Text("请指明目录中的文件", "name the file in it")
        raise ChengceError(
            Problem("file_is_directory", message.format(what=what), remedy, str(path))
        ) from None
    except OSError as error:
        message = Text(
            f"{what.zh}无法读取：{error.strerror}",
            f"the {what.en} cannot be read: {error.strerror}",
        )
        remedy = Text("请核对路径和读取权限", "check the path and the permission to read it")
        raise ChengceError(Problem("file_unreadable", message, remedy, str(path))) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ChengceError(
            Problem(
                "not_utf8",
                Text(f"{what.zh}不是 UTF-8 编码", f"the {what.en} is not UTF-8"),
                Text(
                    "请用编辑器另存为 UTF-8（中文 Windows 常存成 GBK）",
                    "save it as UTF-8 in your editor",
                ),
                file=str(path),
                row=data[: error.start].count(b"\n") + 1,
            )
        ) from None


def read_yaml(path: Path, what: Text) -> tuple[Any, Callable[[str], int | None]]:
    """Read a YAML file; return its data and a function from `modifications[2].route` to a row.

    Raises `ChengceError` as `read_words`, and `yaml_invalid`, `yaml_repeated` with their places.
    """
    import yaml

    text = read_words(path, what)
    try:
        root = yaml.compose(text, yaml.SafeLoader)
        problems = [_repeated(key, path) for key in _repeats(root)]
        if problems:
            raise ChengceError(problems)
        return yaml.safe_load(text), partial(_row, root)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        raise ChengceError(
            Problem(
                "yaml_invalid",
                Text(
                    f"{what.zh}不符合 YAML 语法（{reason}）",
                    f"the {what.en} is not valid YAML: {reason}",
                ),
                Text(
                    "请核对该处的缩进、冒号后的空格和引号；不要用制表符或全角冒号",
                    "check indentation, the space after a colon, and quotes there; no tabs",
                ),
                file=str(path),
                row=None if mark is None else mark.line + 1,
                column="" if mark is None else str(mark.column + 1),
            )
        ) from None


def read_toml_file(path: Path, what: Text) -> dict[str, Any]:
    """Read a TOML file; raises `ChengceError` as `read_words`, and `toml_invalid` with its place."""
    text = read_words(path, what)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _TOML_PLACE.search(message)
        reason = message[: place.start()] if place else message
        at_line = place is not None and place[1] is not None
        raise ChengceError(
            Problem(
                "toml_invalid",
                Text(
                    f"{what.zh}不符合 TOML 语法（{reason}）",
                    f"the {what.en} is not valid TOML: {reason}",
                ),
                Text(
                    "请核对该处的引号、等号和括号", "check quotes, equals signs and brackets there"
                ),
                file=str(path),
                row=int(place[1]) if place and at_line else text.count("\n") + 1,
                column=place[2] if place and at_line else "",
            )
        ) from None


def _missing(path: Path, what: Text) -> Problem:
    near = []
    if path.parent.is_dir():
        near = sorted(
            p.name for p in path.parent.iterdir() if p.suffix == path.suffix and p.is_file()
        )[:5]
    message = Text("找不到{what}", "the {what} does not exist").format(what=what)
    if near:
        remedy = Text(
            f"请核对路径；该目录中有：{'、'.join(near)}",
            f"check the path; there are: {', '.join(near)}",
        )
    else:
        remedy = Text("请核对路径", "check the path")
    return Problem("file_missing", message, remedy, str(path))


def _row(root: Any, name: str) -> int | None:
    """Return the row on which a named field stands, or the nearest field around it."""
    import yaml

    node, row = root, None
    for key, number in _PART.findall(name):
        if key and isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == key]
            if not found:
                break
            row, node = found[0][0].start_mark.line + 1, found[0][1]
        elif number and isinstance(node, yaml.SequenceNode) and 0 < int(number) <= len(node.value):
            node = node.value[int(number) - 1]
            row = node.start_mark.line + 1
        else:
            break
    return row


def _repeats(node: Any) -> list[Any]:
    """Return every key written twice in one mapping; YAML would silently take the last."""
    import yaml

    found: list[Any] = []
    stack = [] if node is None else [node]
    done: set[int] = set()
    while stack:
        here = stack.pop()
        if id(here) in done:  # an anchor may be used many times, even within itself
            continue
        done.add(id(here))
        if isinstance(here, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in here.value:
                found += [key] if key.value in seen and isinstance(key.value, str) else []
                seen |= {key.value} if isinstance(key.value, str) else set()
                stack.append(value)
        elif isinstance(here, yaml.SequenceNode):
            stack += here.value
    return sorted(found, key=lambda k: k.start_mark.line)


def _repeated(key: Any, path: Path) -> Problem:
    return Problem(
        "yaml_repeated",
        Text(f"字段 {key.value} 写了两次", f"{key.value} is written twice"),
        Text("请合并为一处，否则前一处会被忽略", "join the two: the first would be ignored"),
        file=str(path),
        row=key.start_mark.line + 1,
        column=str(key.value),
    )
