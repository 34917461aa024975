"""Write the pages that come from the code; with --check, only say which are out of date.

Usage: python -m tools.docs [--check]
"""

import sys

from tools.docs.pages import DOCS, generated, stale


def main(arguments: list[str]) -> int:
    old = stale()
    if "--check" in arguments:
        for path in old:
            print(f"out of date: {path.relative_to(DOCS.parent)}")
        return 1 if old else 0
    for path, text in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    for path in old:
        if path not in generated():
            path.unlink()
    print(f"{len(generated())} pages, {len(old)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
