"""Choose fonts that hold every character of a page, and say which to install where none does."""

import re
from collections.abc import Iterable
from functools import cache

import typst

from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Lang, Text

HEI = (
    "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
)  # fmt: skip
SANS = ("Noto Sans", "Arial", "Liberation Sans", "Helvetica Neue", "Segoe UI", "DejaVu Sans")
MONO = ("DejaVu Sans Mono",)  # comes with Typst
_NEVER = "\U0010fffd"  # for private use: no font has it
_COMMON = "城市测算方案受益受损区间审图号"
_SHOWN = 12


@cache
def compiler() -> typst.Compiler:
    """Return the compiler, which has read the fonts of the system once."""
    return typst.Compiler(font_paths=typst.Fonts())


@cache
def families() -> frozenset[str]:
    """Return the names of the font families that are there."""
    return frozenset(typst.Fonts().families())


def stack(lang: Lang) -> tuple[str, ...]:
    """Return the families for text without serifs, first choice first: Latin, then Chinese."""
    latin = [f for f in SANS if f in families()][:1]
    chinese = [f for f in HEI if f in families()][:1]
    return (*latin, *chinese) or ("Libertinus Serif",)


def heavy(lang: Lang) -> str:
    """Return the weight of titles: bold where the font of their letters has it, else regular.

    Latin letters in bold among Chinese ones that aren't would shout.
    """
    letters = stack(lang)[-1] if lang == "zh" else stack(lang)[0]
    weights = [f.weight for f in typst.Fonts().fonts() if f.family == letters]
    return "bold" if max(weights, default=400) >= 600 else "regular"


def without_glyph(text: str) -> str:
    """Return the characters of a text that no font here can draw, each once.

    Each is set on its own: where there is no glyph, the page holds the same sign as for a
    character that no font has.
    """
    asked = sorted({c for c in text if not c.isspace() and c.isprintable()})
    drawn = _glyphs([_NEVER, *asked])
    return "".join(c for c, glyph in zip(asked, drawn[1:], strict=True) if glyph == drawn[0])


def require_chinese() -> None:
    """Raise `ChengceError` (`font_missing`) where no font here can draw Chinese."""
    require(_COMMON)


def require(text: str) -> None:
    """Raise `ChengceError` (`font_missing`) where a character of a text would come out as a box."""
    missing = without_glyph(text)
    if not missing:
        return
    shown = " ".join(missing[:_SHOWN]) + (" …" if len(missing) > _SHOWN else "")
    raise ChengceError(
        Problem(
            "font_missing",
            Text(
                f"系统字体缺少 {len(missing)} 个字：{shown}；为免出现方框，未排版",
                f"no font here draws {len(missing)} character{'s' if len(missing) > 1 else ''}: {shown}; "
                "a page with boxes in place of characters is not made",
            ),
            Text(
                "安装中文字体，如思源黑体（Noto Sans CJK SC；Debian/Ubuntu：apt-get install fonts-noto-cjk，"
                "或把字体文件放入 ~/.local/share/fonts）；HTML 报告和各类图层不需要字体",
                "install a Chinese font such as Noto Sans CJK SC (Debian, Ubuntu: apt-get install "
                "fonts-noto-cjk, or put the font's file into ~/.local/share/fonts); html and layers need none",
            ),
        )
    )


def _glyphs(characters: Iterable[str]) -> list[str]:
    """Return a name per character for the outline that is drawn for it."""
    lines = "\n".join(f'#box("\\u{{{ord(c):x}}}")\n' for c in characters)
    page = '#set page(width: auto, height: auto)\n#set text(font: "Libertinus Serif")\n' + lines
    svg = compiler().compile(input=page.encode(), format="svg")
    assert isinstance(svg, bytes)
    return re.findall(r'(?:xlink:href="#|<image[^>]{0,40})(\w+)', svg.decode())
