"""Describe where a layer comes from: source, date, licence, owner, grade."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chengce.core.text import Text, text_of


@dataclass(frozen=True)
class Descriptor:
    """What a reader of a report must know about a layer's data.

    `date` is the date the data describe (ISO, may be empty = not stated); `grade` is the owner's
    own grading of the data; `files` maps source file names to their SHA-256; `crs` says in which
    coordinate system the source was and how well it came to WGS-84.
    """

    title: Text
    licence: str
    date: str
    owner: str
    grade: str
    url: str
    files: Mapping[str, str]
    crs: Text = Text("", "")

    @classmethod
    def read(cls, data: Mapping[str, Any], files: Mapping[str, str] | None = None) -> "Descriptor":
        """Read a descriptor from plain data; absent fields stay empty and are shown as not stated."""
        return cls(
            title=text_of(data.get("title", "")),
            licence=str(data.get("licence", "")),
            date=str(data.get("date", "")),
            owner=str(data.get("owner", "")),
            grade=str(data.get("grade", "")),
            url=str(data.get("url", "")),
            files=dict(files if files is not None else data.get("files", {})),
            crs=text_of(data.get("crs", "")),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for TOML, JSON and hashing."""
        return {
            "title": self.title.as_dict(),
            "licence": self.licence,
            "date": self.date,
            "owner": self.owner,
            "grade": self.grade,
            "url": self.url,
            "files": dict(self.files),
            **({"crs": self.crs.as_dict()} if self.crs.en else {}),
        }


UNDESCRIBED = Descriptor.read({})
