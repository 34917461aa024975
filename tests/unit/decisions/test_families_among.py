"""Numbers of wheelchair users do not share a table with numbers of everyone."""

from chengce.core.finding import Metric
from chengce.core.text import Text
from chengce.decisions.report.families import alike, families


def kinds(stem: str, among: str | None = None) -> list[Metric]:
    title = Text(f"{stem} 5", f"{stem} 5")
    return [Metric(f"{stem}_{n}", title, "kinds", "more", title, among=among) for n in (5, 10)]


def test_a_table_speaks_of_one_part_of_the_people() -> None:
    metrics = [
        *kinds("all"),
        *kinds("most", "wheelchair"),
        *kinds("any"),
        *kinds("least", "wheelchair"),
    ]
    tables = [[family.stem for family in table] for table in alike(families(metrics))]
    assert tables == [["all", "any"], ["most", "least"]]
