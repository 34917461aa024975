"""Write a proposal as an entry of a city's configuration, with a confidence beside each line."""

import json

from chengce.city.columns.propose import LIKELY, SURE, Guess, Proposal
from chengce.city.columns.splits import Split
from chengce.core.text import Lang, Text

_MARKS = (
    (SURE, Text("可信", "sure")),
    (LIKELY, Text("待核", "check")),
    (0.0, Text("存疑，确认后去掉行首 #", "doubtful: take away the # once confirmed")),
)


def as_toml(found: Proposal, lang: Lang) -> str:
    """Return a `[[tables]]` entry; doubtful columns and what stays open are comments.

    Columns of people by age or by sex follow as entries of their own, melted into groups.
    """
    return "\n".join([_entry(found, lang), *(_melted(found, s, lang) for s in found.splits)])


def _entry(found: Proposal, lang: Lang) -> str:
    lines = ["[[tables]]", f'table = "{found.table}"', f"path = {_quoted(found.path.name)}"]
    if found.sheet:
        lines.append(f"sheet = {_quoted(found.sheet)}")
    if found.geometry != "none":
        doubt = min((g.confidence for g in found.guesses if g.target in ("x", "y")), default=1.0)
        lines.append(_line("geometry", _quoted(found.geometry), doubt, "", lang))
        said = Text(
            "必须写明：WGS-84、CGCS2000、GCJ-02、BD-09 或 EPSG 编号；文件自带坐标系时可省",
            "must be said: WGS-84, CGCS2000, GCJ-02, BD-09 or an EPSG code, unless the file states it",
        )
        lines.append(f'# crs = ""  # {said.get(lang)}')
    elif found.open_columns is not None and _needs_place(found):
        said = Text(
            "没有找到坐标列；可写 point:经度列,纬度列 或 h3:列",
            "no coordinates found: point:LON,LAT or h3:COLUMN",
        )
        lines.append(f'# geometry = ""  # {said.get(lang)}')
    mapped = [g for g in found.guesses if g.target not in ("x", "y")]
    lines += ["", "[tables.columns]", *(_guess(g, lang) for g in mapped)]
    if found.constants or found.open_columns:
        lines += ["", "[tables.constants]"]
    for name, guess in found.constants.items():
        value = guess.column if guess.column.isdigit() else _quoted(guess.column)
        lines.append(_line(name, value, guess.confidence, guess.why.get(lang), lang))
    missing = Text("必填，文件中没有找到", "needed, not found in the file")
    for column in found.open_columns:
        allowed = "|".join(map(str, column.allowed))
        lines.append(f'# {column.name} = ""  # {missing.get(lang)} {allowed}'.rstrip())
    return "\n".join(lines) + "\n"


def _melted(found: Proposal, split: Split, lang: Lang) -> str:
    """Return the entry of one dimension; all of it a comment where the groups don't add up."""
    doubt = _line("", "", split.confidence, split.why.get(lang), lang).split("# ")[-1]
    lines = ["[[tables]]", f'table = "{found.table}"', f"path = {_quoted(found.path.name)}"]
    if found.sheet:
        lines.append(f"sheet = {_quoted(found.sheet)}")
    kept = [g for g in found.guesses if g.target not in ("x", "y", "count", "group", "dimension")]
    lines += ["", "[tables.columns]", *(_guess(g, lang) for g in kept)]
    lines += ["", "[tables.constants]", f'dimension = "{split.dimension}"']
    if base := found.constants.get("base"):
        lines.append(_line("base", _quoted(base.column), base.confidence, base.why.get(lang), lang))
    lines += [f'# {c.name} = ""' for c in found.open_columns if c.name == "base"]
    lines += ["", f"[tables.melt]  # {doubt}", 'into = "group"', 'value = "count"']
    lines += ["", "[tables.melt.columns]"]
    lines += [f"{_quoted(group)} = {_quoted(name)}" for group, name in split.columns.items()]
    if split.confidence < LIKELY:
        lines = [line if line.startswith("# ") or not line else f"# {line}" for line in lines]
    return "\n".join(lines) + "\n"


def mark(confidence: float) -> Text:
    """Return a confidence in words."""
    return next(text for low, text in _MARKS if confidence >= low)


def _guess(guess: Guess, lang: Lang) -> str:
    return _line(guess.target, _quoted(guess.column), guess.confidence, guess.why.get(lang), lang)


def _line(name: str, value: str, confidence: float, why: str, lang: Lang) -> str:
    comma = "，" if lang == "zh" else ", "
    said = comma.join(
        part for part in (f"{confidence:.2f} {mark(confidence).get(lang)}", why) if part
    )
    return f"{'' if confidence >= LIKELY else '# '}{name} = {value}  # {said}"


def _needs_place(found: Proposal) -> bool:
    return found.table in ("zones", "places")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
