"""OMX: what is written has the format's layout and reads back; what is not OMX is said."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from chengce.city.readers.omx import omx_names, read_omx, write_omx
from chengce.city.readers.omx_write import write_omx_rows
from chengce.core.errors import ChengceError

ONE = np.array([[0.0, 1.5], [2.0, 0.25]])


def code(path: Path, name: str | None = None) -> str:
    with pytest.raises(ChengceError) as caught:
        read_omx(path, name)
    [problem] = caught.value.problems
    assert problem.file == str(path)
    return problem.code


def test_the_layout_of_the_format(tmp_path: Path) -> None:
    write_omx(tmp_path / "a.omx", {"car": ONE, "truck": 2 * ONE}, {"zone": ["11", "7"]})
    with h5py.File(tmp_path / "a.omx") as file:
        assert file.attrs["OMX_VERSION"] == b"0.2"
        assert file.attrs["SHAPE"].tolist() == [2, 2]
        assert sorted(file["data"]) == ["car", "truck"]
        assert file["lookup/zone"][()].tolist() == [11, 7]


def test_it_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "a.omx"
    write_omx(path, {"car": ONE, "truck": 2 * ONE}, {"name": ["东", "west"]})
    assert omx_names(path) == ["car", "truck"]
    found = read_omx(path, "truck")
    assert np.array_equal(found.values, 2 * ONE)
    assert found.zones == ("东", "west")
    write_omx(path, {"car": ONE})
    assert read_omx(path).zones is None
    before = path.read_bytes()
    write_omx(path, {"car": ONE})
    assert path.read_bytes() == before


def test_the_lookup_of_zones_among_several(tmp_path: Path) -> None:
    write_omx(tmp_path / "a.omx", {"m": ONE}, {"district": [5, 5], "TAZ": [3, 4]})
    assert read_omx(tmp_path / "a.omx").zones == ("3", "4")
    write_omx(tmp_path / "a.omx", {"m": ONE}, {"district": [5, 5], "county": [3, 4]})
    assert read_omx(tmp_path / "a.omx").zones is None


def test_several_matrices_need_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a.omx"
    write_omx(path, {"am_car": ONE, "pm_car": ONE})
    with pytest.raises(ChengceError, match="am_car, pm_car") as caught:
        read_omx(path)
    assert caught.value.problems[0].code == "omx_name_needed"
    with pytest.raises(ChengceError, match="did you mean am_car") as caught:
        read_omx(path, "am_cars")
    assert caught.value.problems[0].code == "omx_unknown_name"


def test_bad_files(tmp_path: Path) -> None:
    path = tmp_path / "a.omx"
    path.write_bytes(b"PK not hdf5")
    assert code(path) == "omx_unreadable"
    assert code(tmp_path / "b.omx") == "file_not_found"
    with h5py.File(path, "w") as file:
        file.create_group("data")
    assert code(path) == "omx_no_data"
    with h5py.File(path, "w") as file:
        file["data/m"] = np.zeros((2, 3))
    assert code(path) == "omx_not_square"


def test_pairs_that_are_not_connected_are_infinite(tmp_path: Path) -> None:
    write_omx(tmp_path / "a.omx", {"time": np.array([[0.0, np.inf], [np.nan, 0.0]])})
    values = read_omx(tmp_path / "a.omx").values
    assert np.isinf(values[0, 1])
    assert np.isnan(values[1, 0])


def test_only_square_matrices_of_one_size_are_written(tmp_path: Path) -> None:
    for matrices in ({"a": np.zeros((2, 3))}, {"a": np.zeros((2, 2)), "b": np.zeros((3, 3))}, {}):
        with pytest.raises(ValueError, match="square"):
            write_omx(tmp_path / "a.omx", matrices)


@pytest.mark.parametrize(
    "zones", [("1", "-2"), ("007", "8"), ("320505001001001001", "2"), ("姑苏", "吴江")]
)
def test_labels_of_zones_read_back_as_they_are(tmp_path: Path, zones: tuple[str, str]) -> None:
    path = tmp_path / "z.omx"
    write_omx(path, {"m": np.zeros((2, 2))}, {"zone": zones})
    assert read_omx(path).zones == zones


def test_matrices_are_written_rows_by_rows(tmp_path: Path) -> None:
    values = np.arange(18, dtype=np.float32).reshape(2, 3, 3)
    values[1, 2, 0] = np.nan
    parts = [(slice(0, 2), values[:, :2]), (slice(2, 3), values[:, 2:])]
    path = tmp_path / "rows.omx"
    write_omx_rows(path, ["a", "b"], ["x", "y", "z"], parts, {"unit": "s"})
    for name, layer in zip(("a", "b"), values, strict=True):
        np.testing.assert_array_equal(read_omx(path, name).values, layer)
    with h5py.File(path) as file:
        assert file.attrs["SHAPE"].tolist() == [3, 3]
        assert file.attrs["unit"] == "s"
