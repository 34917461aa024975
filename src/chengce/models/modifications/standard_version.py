"""Say which version of a standard is in force."""

from typing import Literal

import pandas as pd
from pydantic import Field

from chengce.city.city import City
from chengce.core.errors import Problem
from chengce.core.text import Text
from chengce.models.modifications.base import BaseModification, Draft, Touches, objects


class StandardVersion(BaseModification):
    """Set the version of a standard 标准版本."""

    type: Literal["standard_version"] = "standard_version"
    standard: str = Field(
        min_length=1, description="Number of the standard / 标准编号，如 GB 50180"
    )
    version: str = Field(min_length=1, description="Version, as its year / 版本，如年号 2018")

    @property
    def summary(self) -> Text:
        """Say which version holds."""
        return Text(
            f"标准 {self.standard} 采用 {self.version} 版",
            f"standard {self.standard} in its version {self.version}",
        )

    def touches(self, city: City) -> Touches:
        """Return the standard."""
        return Touches(changes=objects("standard_versions", [self.standard]))

    def resolve(self, draft: Draft) -> list[Problem]:
        """Find nothing wrong: any standard may be named."""
        return []

    def apply(self, draft: Draft) -> None:
        """Write the version."""
        table = draft.table("standard_versions")
        here = self._rows(table).to_numpy(dtype=bool)
        if here.any():
            draft.put_where("standard_versions", "version", here, self.version)
        else:
            row = {"standard": self.standard, "version": self.version}
            draft.append("standard_versions", [row])

    def _rows(self, table: pd.DataFrame) -> "pd.Series[bool]":
        return table["standard"] == self.standard
