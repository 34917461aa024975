"""Check that groups are read as written, and that every mistake in them is named together."""

from pathlib import Path

import pytest
import tomli_w

from chengce.city.groups_file import groups_data, read_groups
from chengce.core.errors import ChengceError


def test_groups_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "groups.toml"
    path.write_text(
        """
        [[groups]]
        dimension = "age"
        id = "old"
        title = { zh = "老年", en = "old" }
        mix = { elder = 0.75, wheelchair = 0.25 }
        rank = 1
        [[groups]]
        dimension = "age"
        id = "young"
        """,
        "utf-8",
    )
    old, young = read_groups(path)
    assert (old.title.zh, old.rank, old.mix["wheelchair"]) == ("老年", 1, 0.25)
    assert (young.title.en, young.rank, dict(young.mix)) == ("young", None, {"adult": 1.0})
    path.write_text(tomli_w.dumps(groups_data((old, young))), "utf-8")
    assert read_groups(path) == (old, young)
    assert read_groups(tmp_path / "none.toml") == ()


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ('dimension = "age"', "group_without_id"),
        ('id = "x"\nmix = { adult = 0.5 }', "group_mix_invalid"),
        ('id = "x"\nmix = { adult = 1.5, elder = -0.5 }', "group_mix_invalid"),
        ('id = "x"\nmix = { runner = 1.0 }', "group_mix_invalid"),
        ('id = "x"\nmix = "adult"', "group_mix_invalid"),
        ('id = "x"\nmix = { adult = "1" }', "group_mix_invalid"),
        ('id = "x"\nrank = 1.5', "group_rank_invalid"),
        ('id = "x"\nprofile = "adult"', "group_field_unknown"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, entry: str, code: str) -> None:
    path = tmp_path / "groups.toml"
    path.write_text(f"[[groups]]\n{entry}\n", "utf-8")
    with pytest.raises(ChengceError) as caught:
        read_groups(path)
    (found,) = caught.value.problems
    assert found.code == code
    assert found.message.zh.startswith("第 1 个群体")
    assert found.file == str(path)


def test_mistakes_come_together_and_repetitions_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "groups.toml"
    path.write_text('[[groups]]\nrank = 1\n[[groups]]\nid = "x"\nmix = {}\n', "utf-8")
    with pytest.raises(ChengceError) as caught:
        read_groups(path)
    assert [p.code for p in caught.value.problems] == ["group_without_id", "group_mix_invalid"]
    path.write_text('[[groups]]\nid = "x"\n[[groups]]\nid = "x"\n', "utf-8")
    with pytest.raises(ChengceError) as caught:
        read_groups(path)
    assert [p.code for p in caught.value.problems] == ["group_repeated"]
