"""Cut a text about opening hours into the few signs it is made of, in Chinese or in English.

A character that is no such sign makes the text not understood: nothing is skipped but words that
only say that hours follow (营业时间, opening hours, 为 …) and brackets.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from chengce.city.opening.write import DAYS, MONTHS

Kind = Literal[
    "time", "days", "months", "ph", "work", "every", "all", "off", "next", "to", ",", ";"
]
_NUMERAL = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_WEEKDAY = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
_WEEKDAY |= {str(i + 1): i for i in range(7)}
_HALF = {"半": 30, "一刻": 15, "三刻": 45}
_BEFORE = r"上午|下午|早上|早晨|清晨|早|晚上|晚间|晚|中午|凌晨|am|pm"
_SIGNS: tuple[tuple[str, str], ...] = (
    ("blank", r"[\s()\[\]]+"),
    ("all", r"24/7|24小时|全天候|全天|全日|24 ?hours|24h"),
    ("next", r"次日|翌日|第二天|第二日|隔天|next day"),
    ("norest", r"全年无休|年中无休|全年365天|无休"),
    ("every", r"每天|每日|天天|一周七天|全周|daily|every ?day"),
    ("work", r"工作日|weekdays?"),
    ("ends", r"周六日|周末|双休日|weekends?"),
    ("ph", r"(?:国家)?法定(?:节?假日|节日)|国定假日|公众假期|公共假日|节假日|节日"
           r"|(?:public ?)?holidays?|ph(?![a-z])"),
    ("off", r"不开放|不营业|休息|休馆|闭馆|闭园|停诊|歇业|停业|关闭|除外|例外|off|closed"),
    ("day", r"(?:周|星期|礼拜)(?P<day>[一二三四五六日天]|[1-7](?![\d:点时]))"),
    ("time", rf"(?P<before>{_BEFORE})?\s*:?\s*(?P<hour>\d{{1,2}})\s*"
             r"(?:(?::|\.(?=\d\d)|点|时|h(?=\d|\b))\s*(?P<minute>\d{1,2}|半|一刻|三刻)?\s*分?(?::(?P<second>\d\d))?|"
             r"(?=\s*(?:am|pm|a\.m\.|p\.m\.))|(?=\s*(?:-|–|—|~|至|到)\s*\d{1,2}\s*[点时](?!间)))"
             r"(?:整)?\s*(?P<after>am|pm|a\.m\.|p\.m\.)?"),
    ("hhmm", r"(?P<hhmm>\d{4})(?!\d)"),
    ("month_zh", r"(?P<month_zh>\d{1,2})月份?(?!\d)"),
    ("month", rf"(?P<month>{'|'.join(m.lower() for m in MONTHS)})[a-z]*\.?"),
    ("english", r"(?P<english>mo|tu|we|th|fr|sa|su)"
                r"(?:n|nday|e|es|esday|d|dnesday|u|ur|urs|ursday|i|iday|t|turday)?(?![a-z])\.?"),
    ("bare", r"(?P<bare>[一二三四五六日])"),
    ("filler", r"(?:营业|开放|开馆|服务|门诊|接诊|办公|上班)(?:时间)?|时间"
               r"|(?:opening )?hours|open|from|[为均都逢每]|:"),
    ("to", r"--?|–|—+|~+|至|到|to"),
    (",", r",|、|和|及|与|and|&|/"),
    (";", r";|。|\n"),
)  # fmt: skip
_EXCEPT = re.compile(r"除(?!外)了?(.{1,12}?)(?:以外|之外|外)")
_SIGN = re.compile("|".join(f"(?P<s{i}>{p})" for i, (_, p) in enumerate(_SIGNS)))


@dataclass(frozen=True)
class Token:
    """One sign: its kind and its value (minute of the day, days, months).

    A time says whether it was told to be before or after noon (`half`: am, pm or early), and
    whether it stands in the strict form HH:MM.
    """

    kind: Kind
    value: int | tuple[int, ...] = 0
    half: str = ""


def tokens(text: str) -> list[Token] | None:
    """Return the signs of a text, or None if it holds anything else."""
    text = _plain(text)
    out: list[Token] = []
    at = 0
    while at < len(text):
        found = _SIGN.match(text, at)
        token = None if found is None else _token(found, out)
        if found is None or token is None:
            return None
        out += token
        at = found.end()
    return out


def _plain(text: str) -> str:
    """Return a text with full-width signs made narrow, and numerals before 点 and 时 made digits."""
    text = unicodedata.normalize("NFKC", text).casefold().strip()
    text = re.sub(
        r"([零〇一二两三四五六七八九十]{1,3})(?=[点时](?!间))", lambda m: _digits(m[1]), text
    )
    but = _EXCEPT.findall(text)
    return ";".join((_EXCEPT.sub("", text), *(f"{days}休息" for days in but)))


def _digits(numeral: str) -> str:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return "".join(str(_NUMERAL[c]) for c in numeral)
    return str((_NUMERAL.get(tens, 1)) * 10 + _NUMERAL.get(ones, 0))


def _token(found: "re.Match[str]", so_far: list[Token]) -> list[Token] | None:
    """Return the tokens of one match (none for what only fills), or None if it makes no sense."""
    kind = next(name for i, (name, _) in enumerate(_SIGNS) if found[f"s{i}"] is not None)
    if kind in ("blank", "filler"):
        return []
    if kind in ("time", "hhmm"):
        time = _time(found) if kind == "time" else _compact(found["hhmm"])
        return None if time is None else [time]
    if kind in ("day", "bare"):
        if kind == "bare" and not _days_before(so_far):
            return None
        return [Token("days", (_WEEKDAY[found[kind]],))]
    if kind == "english":
        return [Token("days", ([d.lower() for d in DAYS].index(found["english"]),), "en")]
    if kind == "month":
        return [Token("months", ([m.lower() for m in MONTHS].index(found["month"]) + 1,))]
    if kind == "month_zh":
        month = int(found["month_zh"])
        return [Token("months", (month,))] if 1 <= month <= 12 else None
    if kind == "norest":
        return [Token("every"), Token("ph")]
    return [Token("days", (5, 6))] if kind == "ends" else [Token(kind)]  # type: ignore[arg-type]


def _days_before(so_far: list[Token]) -> bool:
    """Tell whether a lone 三 goes on with days: 周一三五, 周一、三、五, 周一至五."""
    kinds = [t.kind for t in so_far[-2:]]
    return kinds[-1:] == ["days"] or kinds in (["days", "to"], ["days", ","])


def _compact(text: str) -> Token | None:
    hour, minute = int(text[:2]), int(text[2:])
    return Token("time", hour * 60 + minute, "strict") if hour <= 48 and minute < 60 else None


def _time(found: "re.Match[str]") -> Token | None:
    """Return minutes after midnight; None for what may be read in two ways or is no time."""
    hour, said = int(found["hour"]), found["minute"]
    minute = _HALF[said] if said in _HALF else int(said or 0)
    before, after = found["before"] or "", (found["after"] or "").replace(".", "")
    if minute > 59 or hour > 48 or (before and after) or int(found["second"] or 0):
        return None
    mark = before or after
    if not mark:
        strict = re.match(r"\d\d:\d\d$", found[0].strip()) is not None
        return Token("time", hour * 60 + minute, "strict" if strict else "")
    if hour > 24 or (after and not 1 <= hour <= 12):
        return None
    if mark in ("下午", "pm"):
        hour, half = (hour + 12 if hour < 12 else hour), "pm"
    elif mark in ("晚上", "晚间", "晚"):
        if hour < 5:
            return None  # one o'clock at night may be of this day or the next
        hour, half = (hour + 12 if hour <= 12 else hour), "pm"
    elif mark == "中午":
        hour, half = (hour + 12 if hour < 3 else hour), "noon"
    elif mark == "凌晨":
        hour, half = hour % 12 if hour == 12 else hour, "early"
    else:
        hour, half = (0 if hour == 12 and mark == "am" else hour), "am"
    return Token("time", hour * 60 + minute, half)
