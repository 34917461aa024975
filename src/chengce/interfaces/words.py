"""Put the words of the command line right before they are read, and say what is wrong with them."""

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from chengce.core.errors import Problem
from chengce.core.text import Lang, Text

_KINDS = {"argument": Text("参数", "argument"), "option": Text("选项", "option")}

_MESSAGES: tuple[tuple[str, str], ...] = (
    (r"No such option:? '?(\S+?)'?[.]?(?: \(Possible options: (.+)\)| Did you mean (.+)\?)?", "没有选项 {0}"),
    (r"No such command '(.+?)'\.?(?: Did you mean (.+)\?)?", "没有命令 {0}"),
    (r"Missing command\.", "缺少命令"),
    (r"Option '(.+?)' requires (?:an argument|\d+ arguments)\.", "选项 {0} 后缺少取值"),
    (r"Option '(.+?)' does not take a value\.", "选项 {0} 不带取值"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", "多余的内容：{0}"),
    (r"Invalid value for (.+?): '?(.*?)'? is not a valid (?:int|integer|integer range)\.", "{0} 应为整数，现为“{1}”"),
    (r"Invalid value for (.+?): (\S+) is not in the range (.+)\.", "{0} 超出范围 {2}，现为 {1}"),
    (r"Invalid value for (.+?): '?(.*?)'? is not one of (.+)\.", "{0} 没有取值“{1}”，可用：{2}"),
    (r"Invalid value for (.+?): Input should be a valid integer.*", "{0} 应为整数"),
    (r"Invalid value for (.+?): Input should be a valid number.*", "{0} 应为数值"),
    (r"Invalid value for (.+?): Input should be greater than or equal to (\S+)", "{0} 不能小于 {1}"),
    (r"Invalid value for (.+?): Input should be less than or equal to (\S+)", "{0} 不能大于 {1}"),
    (r"Invalid value for (.+?): (.+)", "{0} 的取值有误：{1}"),
)  # fmt: skip

_HELP: tuple[tuple[str, str], ...] = (
    ("Usage: ", "用法："),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]..."),
    ("\nArguments:", "\n参数："),
    ("\nOptions:", "\n选项："),
    ("\nCommands:", "\n命令："),
    ("[required]", "[必填]"),
    ("[default: ", "[默认："),
    ("[default:", "[默认："),  # before a line break
    ("Show this message and exit.", "显示本帮助"),
)


def several_files(words: Sequence[str]) -> list[str]:
    """Let `--scenario A.yaml B.yaml` stand for `--scenario A.yaml --scenario B.yaml`.

    A further word belongs to the option if it looks like a file: it has a suffix or a folder,
    which no application's name has.
    """
    out: list[str] = []
    taking = False
    for i, word in enumerate(words):
        if word.startswith("-"):
            taking = word == "--scenario"
            out.append(word)
        elif taking and words[i - 1] != "--scenario" and not _is_file(word):
            taking = False
            out.append(word)
        else:
            out += ["--scenario", word] if taking and words[i - 1] != "--scenario" else [word]
    return out


def usage_problem(error: Any, words: Sequence[str]) -> Problem:
    """Return what is wrong with the command line; `error` is a usage error of the parser."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "chengce"
    help_ = Text(f"用法见 {command} --help", f"see {command} --help")
    if type(error).__name__ == "MissingParameter":
        return Problem("usage_missing", _missing(error, words), help_)
    message = str(error.format_message()).replace("Value error, ", "")
    for pattern, zh in _MESSAGES:
        found = re.fullmatch(pattern, message)
        if found:
            parts = [(part or "").strip("'").replace("', '", "、") for part in found.groups()]
            near = (
                next((p for p in parts[1:] if p), "")
                if zh.startswith("没有") and "{1}" not in zh
                else ""
            )
            hint = f"（是否想写 {near}）" if near else ""
            return Problem("usage", Text(zh.format(*parts) + hint, message), help_)
    return Problem("usage", Text(message, message), help_)


def tidy_help(text: str, lang: Lang) -> str:
    """Return a page of help without Python's types, the parser's own words in the language."""
    text = re.sub(r" <[\w \[\]|]+>", "", text)
    text = re.sub(r"\{(\S+)\}", r"\1", text)
    text = re.sub(r";\s+\d+<=x<=\d+\]", "]", text)
    text = re.sub(r"  \[x>=\d+\]", "", text)
    text = re.sub(r";\s+x>=\d+\]", "]", text)
    for english, chinese in _HELP if lang == "zh" else ():
        text = text.replace(english, chinese)
    return text


def _missing(error: Any, words: Sequence[str]) -> Text:
    """Name everything required that was left out, not only the first."""
    names: list[tuple[str, str]] = []
    for param in error.ctx.command.params if error.ctx is not None else ():
        if not param.required:
            continue
        if param.param_type_name == "option":
            given = any(w == o or w.startswith(o + "=") for w in words for o in param.opts)
            names += [] if given else [("option", param.opts[0])]
        elif param is error.param:
            names.append(("argument", param.metavar or param.name.upper()))
    return Text(
        "缺少必填的" + "、".join(f"{_KINDS[k].zh} {n}" for k, n in names),
        "missing " + ", ".join(f"{_KINDS[k].en} {n}" for k, n in names),
    )


def _is_file(word: str) -> bool:
    return bool(PurePath(word).suffix) or "/" in word or "\\" in word


def wants(words: Sequence[str], flag: str) -> bool:
    """Tell whether a flag is among the words, before `--`."""
    before = words[: words.index("--")] if "--" in words else words
    return flag in before


def said_language(words: Sequence[str]) -> Lang | None:
    """Return the language of `--lang zh` or `--lang=zh`, if one is given and exists."""
    for i, word in enumerate(words):
        given = word.partition("=")[2] if word.startswith("--lang=") else ""
        if word == "--lang" and i + 1 < len(words):
            given = words[i + 1]
        if given == "zh" or given == "en":
            return "zh" if given == "zh" else "en"
    return None
