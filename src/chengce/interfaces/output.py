"""Print for people and for programs: what was asked to stdout, everything else to stderr."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from chengce.core.errors import Problem
from chengce.core.text import Lang, Text

MARKS = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "info": Text("提示", "note"),
}


def put_json(data: Any) -> None:
    """Print JSON to stdout: UTF-8, no NaN."""
    print(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False), flush=True)


def say_problems(problems: Iterable[Problem], lang: Lang, *, as_json: bool) -> None:
    """Print problems: JSON to stdout if asked for, else a line each to stderr."""
    problems = tuple(problems)
    if as_json:
        put_json({"problems": [p.as_dict() for p in problems]})
        return
    colon = "：" if lang == "zh" else ": "
    for problem in problems:
        print(f"{MARKS[problem.severity].get(lang)}{colon}{problem.line(lang)}", file=sys.stderr)
    sys.stderr.flush()


def unexpected(error: BaseException, debug: str) -> Problem:
    """Return a mistake of ours as a problem, with how to see where it happened."""
    if isinstance(error, MemoryError):
        return Problem(
            "out_of_memory",
            Text("内存不足，未写入任何结果", "out of memory; nothing was written"),
            Text(
                "请减小 --draws 或 --workers，或换用内存更大的机器",
                "lower --draws or --workers, or use a larger machine",
            ),
        )
    reason = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    return Problem(
        "internal_error",
        Text(
            f"程序内部错误（{reason}），这不是您的数据的问题",
            f"an error inside the program ({reason}); not your doing",
        ),
        Text(
            f"请设环境变量 {debug}=1 重新运行，并将完整输出报告给项目",
            f"run it again with {debug}=1 in the environment and report the output",
        ),
    )
