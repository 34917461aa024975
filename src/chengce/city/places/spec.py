"""Say in `[places]` which source of places is trusted for what, and when two rows are one place."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Attribute = Literal[
    "position", "name", "count", "capacity", "hours", "wheelchair", "code", "staff", "kit"
]


class PlacesSpec(BaseModel):
    """How several sources of places become one table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trust: list[str] = Field(
        min_length=1,
        description="Sources, the most trusted first: osm, or the name of a table's file without "
        "its ending / 来源，最可信的在前：osm，或表格文件名（不含扩展名）",
    )
    attributes: dict[Attribute, list[str]] = Field(
        {},
        description="Attribute → sources, where the order is another; those left out follow as in "
        "trust / 次序不同的属性 → 来源",
    )
    within_m: float = Field(
        100.0,
        gt=0,
        le=5000,
        description="Farthest that one place lies apart, m / 同一设施的最大距离（米）",
    )
    similarity: float = Field(
        0.85, ge=0.5, le=1, description="Least likeness of names, 0 to 1 / 名称相似度下限"
    )
    confirmed: str = Field(
        "",
        description="CSV of pairs a person has decided: columns a, b, same (yes or no)"
        " / 人工确认的配对：a、b、same（是或否）三列的 CSV",
    )

    def order(self, attribute: str, sources: list[str]) -> list[str]:
        """Return the sources in the order in which they are trusted for an attribute."""
        own: list[str] = self.attributes.get(attribute, [])  # type: ignore[call-overload]
        first = dict.fromkeys([*own, *self.trust, *sources])
        return [s for s in first if s in sources]
