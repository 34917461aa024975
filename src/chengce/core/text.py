"""Say the same thing in Chinese and in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True)
class Text:
    """A sentence or title in both languages; both are always present."""

    zh: str
    en: str

    def get(self, lang: Lang) -> str:
        """Return the text in `lang`."""
        return self.zh if lang == "zh" else self.en

    def format(self, **values: object) -> "Text":
        """Fill `{name}` fields; a value that is a `Text` is taken in the matching language."""
        return Text(zh=_fill(self.zh, values, "zh"), en=_fill(self.en, values, "en"))

    def as_dict(self) -> dict[str, str]:
        """Return plain data for JSON."""
        return {"zh": self.zh, "en": self.en}


def text_of(value: "Text | Mapping[str, str] | str") -> Text:
    """Read a `Text` from plain data; one string serves both languages (names, ids)."""
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        return Text(zh=value, en=value)
    return Text(zh=value.get("zh", value.get("en", "")), en=value.get("en", value.get("zh", "")))


def _fill(template: str, values: Mapping[str, object], lang: Lang) -> str:
    chosen = {k: v.get(lang) if isinstance(v, Text) else v for k, v in values.items()}
    return template.format(**chosen)
