import math

import pytest

from chengce.city.readers.osm_values import incline_pct, number, speed_kmh, width_m


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50.0),
        ("30 mph", 30 * 1.609344),
        ("30mph", 30 * 1.609344),
        ("40 km/h", 40.0),
        ("BR:urban", 60.0),
        ("DE:urban", 50.0),
        ("DE:zone:30", 30.0),
        ("DE:zone30", 30.0),
        ("walk", 7.0),
        ("none", 130.0),
        ("60;40", 40.0),
        ("60|80|100", 60.0),
        ("50; signals", 50.0),
        ("signals", None),
        ("variable", None),
        ("fast", None),
        ("0", None),
        ("500", None),
        ("", None),
        (None, None),
    ],
)
def test_speed(text, kmh):
    assert speed_kmh(text) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("5%", 5.0),
        ("-5 %", -5.0),
        ("0", 0.0),
        ("3,5%", 3.5),
        ("10°", 100 * math.tan(math.radians(10))),
        ("-45°", -100.0),
        ("1:12", 100 / 12),
        ("up", None),
        ("down", None),
        ("90°", None),
        ("1:0", None),
        ("250%", None),
        ("steep", None),
    ],
)
def test_incline(text, percent):
    assert incline_pct(text) == (None if percent is None else pytest.approx(percent))


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("3.5", 3.5),
        ("3,5 m", 3.5),
        ("90 cm", 0.9),
        ("12'6\"", 3.81),
        ("10'", 3.048),
        ("wide", None),
        ("-1", None),
    ],
)
def test_width(text, metres):
    assert width_m(text) == (None if metres is None else pytest.approx(metres))


def test_number_refuses_words_and_negatives():
    assert [number(t) for t in ("120", "1,5", "-3", "about 20", None)] == [
        120,
        1.5,
        None,
        None,
        None,
    ]
