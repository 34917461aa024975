"""Columns that part people by age or sex are found by their names and checked by their sums."""

import pandas as pd
import pytest

from chengce.city.columns.splits import check_split, partitions


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (["0-14岁", "15-59岁", "60岁及以上"], ["0-14", "15-59", "60+"]),
        (["0～14周岁", "15至64岁", "65岁以上"], ["0-14", "15-64", "65+"]),
        (["15岁以下", "15—59岁", "60+"], ["0-14", "15-59", "60+"]),
        (["5岁及以下", "6-11岁", "12岁及以上"], ["0-5", "6-11", "12+"]),
        (["Aged 0-4", "Aged 5-9", "Aged 10 and over"], ["0-4", "5-9", "10+"]),
        (["Under 16", "16 to 64", "65 plus"], ["0-15", "16-64", "65+"]),
        (["年龄-60岁及以上", "年龄-0-59岁"], ["0-59", "60+"]),
    ],
)
def test_ages_in_many_notations(names: list[str], groups: list[str]) -> None:
    assert list(partitions(["街道", *names, "面积"])["age"]) == groups


@pytest.mark.parametrize(
    "names",
    [
        ["0-14岁", "16-59岁", "60岁及以上"],  # a gap
        ["0-15岁", "15-59岁", "60岁及以上"],  # an overlap
        ["0-14岁", "15-59岁"],  # the old are missing
        ["15-59岁", "60岁及以上"],  # the young are missing
        ["男-0-59岁", "男-60岁及以上", "女-0-59岁", "女-60岁及以上"],  # two partitions
        ["60岁及以上"],
        ["2020-2021", "2022-2023"],
    ],
)
def test_no_partition_is_no_proposal(names: list[str]) -> None:
    assert "age" not in partitions(names)


def test_sexes_need_both_once() -> None:
    assert partitions(["人口-男", "人口-女"])["sex"] == {"male": "人口-男", "female": "人口-女"}
    assert partitions(["男"]) == {}
    assert partitions(["户籍-男", "常住-男", "户籍-女"]) == {}


def test_groups_that_do_not_add_up_are_doubtful() -> None:
    frame = pd.DataFrame(
        {"男": [10, 20], "女": ["11", "1,019"], "合计": [21, 1039], "错": [30, 50]}
    )
    columns = {"male": "男", "female": "女"}
    assert check_split(frame, "sex", columns, "合计").confidence == 0.9
    assert check_split(frame, "sex", columns, "").confidence == 0.7
    doubtful = check_split(frame, "sex", columns, "错")
    assert doubtful.confidence < 0.5
    assert "0%" in doubtful.why.zh
