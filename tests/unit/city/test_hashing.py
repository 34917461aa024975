"""Check that a content hash sees content and nothing else."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from chengce.city.city import empty_table
from chengce.city.delta import compare_tables
from chengce.city.hashing import table_hash
from chengce.city.synthetic.ascii import ascii_city


def places() -> gpd.GeoDataFrame:
    """Return three places."""
    return gpd.GeoDataFrame(
        {
            "id": ["a", "b", "c"],
            "kind": ["school", "clinic", "park"],
            "name": ["小学", None, "Café"],
            "count": [1.0, 2.0, 0.0],
            "capacity": [np.nan, 30.0, 1.5],
        },
        geometry=shapely.points([[116.1, 40.0], [116.2, 40.1], [116.3, 40.2]]),
        crs="EPSG:4326",
    )


def test_order_of_rows_and_columns_does_not_matter() -> None:
    frame = places()
    turned = frame.iloc[::-1][["capacity", "geometry", "name", "count", "kind", "id"]]
    assert table_hash("places", turned) == table_hash("places", frame)


def test_equal_values_written_differently_are_equal() -> None:
    frame = places()
    other = places()
    other.loc[2, "count"] = -0.0
    other.loc[2, "name"] = "Cafe\u0301"  # the same text, not in normal form C
    other["geometry"] = shapely.points([[116.1 + 4e-9, 40.0], [116.2, 40.1], [116.3, 40.2]])
    other["capacity"] = other["capacity"].astype("Float64").replace(0.0, 0.0)
    assert table_hash("places", other) == table_hash("places", frame)


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [(0, "id", "z"), (0, "name", "中学"), (1, "name", ""), (0, "count", 1.0000001), (0, "capacity", 0.0),
     (1, "capacity", np.nan), (0, "geometry", shapely.Point(116.1000001, 40.0))],
)  # fmt: skip
def test_every_change_of_content_shows(row: int, column: str, value: object) -> None:
    frame = places()
    frame.loc[row, column] = value
    assert table_hash("places", frame) != table_hash("places", places())


def test_a_table_is_not_another_and_empty_is_not_absent() -> None:
    assert table_hash("zones", empty_table("zones")) != table_hash("places", empty_table("places"))
    assert table_hash("places", empty_table("places")) != table_hash("places", places())


def test_text_cannot_slide_between_cells() -> None:
    one, two = places(), places()
    one.loc[0, ["kind", "name"]] = ["ab", "c"]
    two.loc[0, ["kind", "name"]] = ["a", "bc"]
    assert table_hash("places", one) != table_hash("places", two)


def test_a_column_that_is_absent_is_null_throughout() -> None:
    before = ascii_city("A--B--C").table("streets")
    after = before.assign(toll=[None, 2.0], lanes_along=np.nan)
    assert compare_tables("streets", before, after).changed == (before["id"][1],)
    assert compare_tables("streets", after, before).changed == (before["id"][1],)


def test_a_delta_names_what_differs() -> None:
    before, after = places(), places()
    after.loc[1, "capacity"] = 31.0
    after = after[after["id"] != "a"]
    fresh = places().iloc[[0]].assign(id="new")
    after = gpd.GeoDataFrame(pd.concat([after, fresh], ignore_index=True), crs="EPSG:4326")
    found = compare_tables("places", before, after)
    assert (found.added, found.changed, found.removed) == (("new",), ("b",), ("a",))
    assert not compare_tables("places", before, before.iloc[::-1])


def test_a_delta_of_a_composite_key_gives_tuples() -> None:
    people = pd.DataFrame(
        {
            "zone": ["a", "a"],
            "dimension": "age",
            "group": ["x", "y"],
            "count": [1.0, 2.0],
            "base": "resident",
        }
    )
    other = people.assign(count=[1.0, 3.0])
    assert compare_tables("people", people, other).changed == (("a", "age", "y"),)
