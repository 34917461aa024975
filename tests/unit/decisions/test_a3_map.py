"""An A3 map has its size, its scale and degrees where they are, and a place for the review number."""

import json
import struct

import pytest
from tests.report_worlds import chinese_or_skip, clinic_run, hand_city, hand_run

from chengce.core.errors import ChengceError
from chengce.core.text import Text
from chengce.decisions.maps.graticule import scale, ticks
from chengce.decisions.maps.projection import Sheet
from chengce.decisions.report import a3_map
from chengce.decisions.report.a3_map import a3_maps


def test_the_picture_is_a3_at_300_dpi_and_the_pdf_is_a3() -> None:
    chinese_or_skip()
    made = a3_maps(clinic_run(), "zh")
    assert list(made) == ["map.clinic.zh.pdf", "map.clinic.zh.png"]
    assert struct.unpack(">II", made["map.clinic.zh.png"][16:24]) == (4961, 3508)
    assert b"/MediaBox[0 0 1190.5" in made["map.clinic.zh.pdf"]


@pytest.mark.parametrize(
    ("lang", "blank", "title"),
    [("zh", "审图号：", "手绘城 · 到最近诊所的时间：变化"),
     ("en", "Map review no.:", "Handtown · Time to the nearest clinic: difference")],
)  # fmt: skip
def test_the_page_says_what_a_map_must_say(
    monkeypatch: pytest.MonkeyPatch, lang: str, blank: str, title: str
) -> None:
    chinese_or_skip()
    given: dict[str, bytes] = {}
    monkeypatch.setattr(a3_map, "to_pdf", lambda source, files, at: given.update(files) or b"")
    monkeypatch.setattr(a3_map, "to_png", lambda source, files, dpi: [b""])
    a3_maps(clinic_run(), "zh" if lang == "zh" else "en")
    page = json.loads(given["map.json"])
    assert page["title"] == title
    assert blank in page["blanks"]
    assert "OpenStreetMap contributors" in page["credit"]
    assert page["run_id"] == "0123456789ab"
    assert page["replay"] == "chengce replay 0123456789ab"
    assert page["date"] == "2026-06-01"
    change = page["numbers"][2][1]
    assert [style for _, style in change] == ["value", "interval"]
    assert len(page["legend"]) >= 3
    assert page["picture"] in given


def test_a_state_alone_is_mapped_by_its_values() -> None:
    chinese_or_skip()
    run = hand_run(clinic_run().comparison.reference.finding)
    assert list(a3_maps(run, "en")) == ["map.today.en.pdf", "map.today.en.png"]


def test_zones_without_geometry_make_no_map() -> None:
    city = hand_city()
    city.tables["zones"]["geometry"] = None  # type: ignore[index]
    run = hand_run(clinic_run().comparison.reference.finding, city=city)
    with pytest.raises(ChengceError) as error:
        a3_maps(run, "zh")
    assert error.value.problems[0].code == "map_without_places"


def test_a_framed_sheet_holds_its_box_in_the_middle_and_has_the_frame_s_form() -> None:
    for box in ((116.0, 39.0, 117.0, 39.2), (116.0, 39.0, 116.1, 40.0), (0.0, 0.0, 0.0, 0.0)):
        sheet = Sheet.framed(box, 0.8)
        west, south, east, north = sheet.bounds
        assert sheet.height / sheet.width == pytest.approx(0.8, abs=1e-3)
        assert west < box[0] <= box[2] < east
        assert south < box[1] <= box[3] < north
        assert (west + east) / 2 == pytest.approx((box[0] + box[2]) / 2, abs=1e-6)


def test_the_scale_bar_and_the_ratio_agree() -> None:
    sheet = Sheet.framed((116.3, 39.9, 116.33, 39.93), 0.79)
    found = scale(sheet, 292.0)
    metres = float(found.labels[2].split()[0]) * (1000 if found.labels[2].endswith("km") else 1)
    ratio = float(found.ratio.en.split(" : ")[1].split(" ")[0].replace(",", ""))
    assert metres / (found.bar_mm / 1000) == pytest.approx(ratio, rel=0.01)
    assert isinstance(found.ratio, Text)


def test_degrees_stand_where_they_are() -> None:
    sheet = Sheet.framed((-0.5, 51.25, 0.3, 51.7), 0.79)
    across, down = ticks(sheet)
    west, south, east, north = sheet.bounds
    zero = next(at for at, label in across if label == "0°00′E")
    assert west + zero * (east - west) == pytest.approx(0.0, abs=1e-9)
    assert all(label.endswith("W") for at, label in across if at < zero)
    half = next(at for at, label in down if label == "51°30′N")
    assert north - half * (north - south) == pytest.approx(51.5, abs=1e-9)
    assert 2 <= len(across) <= 7
