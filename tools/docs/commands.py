"""Write the help of every command as the command line prints it."""

from typing import Any

from tools.docs.markdown import fence, page
from typer.main import get_command

from chengce.core.text import Lang, Text
from chengce.interfaces.cli import build

WIDTH = 88
INTRO = Text(
    "退出码：0 完成，2 输入有误，3 与记录不一致，130 已取消。`--lang zh|en` 可写在命令前或命令后；默认随系统语言。"
    "`--json` 把结果写到标准输出，进度与提示写到标准错误。",
    "Exit codes: 0 done, 2 bad input, 3 not as recorded, 130 cancelled. `--lang zh|en` goes before or after the "
    "command; the default is the system's language. `--json` puts the answer on standard output; progress and "
    "messages go to standard error.",
)


def pages(lang: Lang) -> dict[str, str]:
    """Return the page of commands."""
    parts = [INTRO.get(lang)]
    for path, text in helps(lang):
        parts += [f"## {path}", fence(text)]
    return {"reference/commands.md": page(Text("命令", "Commands").get(lang), *parts, lang=lang)}


def helps(lang: Lang) -> list[tuple[str, str]]:
    """Return the help text of the program and of every command, in order."""
    return _walk(get_command(build(lang)), "chengce", None)


def _walk(command: Any, path: str, parent: Any) -> list[tuple[str, str]]:
    context = command.make_context(
        path.rsplit(" ", 1)[-1], [], parent=parent, resilient_parsing=True,
        terminal_width=WIDTH, max_content_width=WIDTH,
    )  # fmt: skip
    found = [(path, str(command.get_help(context)))]
    for name, inner in getattr(command, "commands", {}).items():
        found += _walk(inner, f"{path} {name}", context)
    return found
