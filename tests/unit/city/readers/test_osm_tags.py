import pytest

from chengce.city.readers.osm_barriers import BIKE, DRIVE, WALK, WHEELCHAIR, stopped
from chengce.city.readers.osm_tags import DEFAULT_SPEED_KMH, use_of


def bits(**tags):
    """walk, wheelchair, bike, drive as one string."""
    use = use_of({k.replace("__", ":"): v for k, v in tags.items()})
    return None if use is None else f"{use.walk}{use.wheelchair}{use.bike}{use.drive}"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        # classes of road
        ({"highway": "residential"}, "3333"),
        ({"highway": "motorway"}, "0001"),
        ({"highway": "motorway", "oneway": "no"}, "0003"),
        ({"highway": "trunk"}, "0003"),
        ({"highway": "trunk", "sidewalk": "both"}, "3303"),
        ({"highway": "primary", "motorroad": "yes"}, "0003"),
        ({"highway": "footway"}, "3300"),
        ({"highway": "pedestrian", "area": "yes"}, "3300"),
        ({"highway": "path"}, "3330"),
        ({"highway": "cycleway"}, "3330"),
        ({"highway": "track"}, "3330"),
        ({"highway": "track", "tracktype": "grade1"}, "3333"),
        ({"highway": "service", "service": "driveway"}, "3333"),
        ({"highway": "service", "service": "emergency_access"}, "3330"),
        ({"railway": "platform"}, "3300"),
        ({"public_transport": "platform", "highway": "platform"}, "3300"),
        ({"highway": "construction"}, None),
        ({"highway": "proposed"}, None),
        ({"highway": "trail"}, None),
        ({"highway": "trail", "foot": "yes"}, "3300"),
        ({"route": "ferry"}, None),
        # access
        ({"highway": "service", "access": "private"}, None),
        ({"highway": "service", "access": "no", "foot": "yes"}, "3300"),
        ({"highway": "residential", "access": "destination"}, "3333"),
        ({"highway": "footway", "access": "yes"}, "3300"),
        ({"highway": "residential", "motor_vehicle": "no"}, "3330"),
        ({"highway": "residential", "motor_vehicle": "no", "motorcar": "yes"}, "3333"),
        ({"highway": "residential", "vehicle": "no"}, "3300"),
        ({"highway": "residential", "vehicle": "no", "bicycle": "yes"}, "3330"),
        ({"highway": "track", "motor_vehicle": "agricultural;forestry"}, "3330"),
        ({"highway": "track", "motor_vehicle": "forestry;destination"}, "3333"),
        ({"highway": "footway", "bicycle": "yes"}, "3330"),
        ({"highway": "cycleway", "foot": "no"}, "0030"),
        ({"highway": "path", "bicycle": "dismount"}, "3300"),
        ({"highway": "primary", "bicycle": "use_sidepath"}, "3303"),
        # one-ways
        ({"highway": "residential", "oneway": "yes"}, "3311"),
        ({"highway": "residential", "oneway": "-1"}, "3322"),
        ({"highway": "residential", "oneway": "reversible"}, "3330"),
        ({"highway": "residential", "junction": "roundabout"}, "3311"),
        ({"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"}, "3331"),
        ({"highway": "residential", "oneway": "yes", "cycleway": "opposite_lane"}, "3331"),
        (
            {
                "highway": "residential",
                "oneway": "yes",
                "cycleway:left": "lane",
                "cycleway:left:oneway": "-1",
            },
            "3331",
        ),
        ({"highway": "footway", "oneway": "yes"}, "3300"),
        ({"highway": "footway", "oneway:foot": "yes"}, "1100"),
        ({"highway": "residential", "vehicle:backward": "no"}, "3311"),
        ({"highway": "residential", "oneway": "yes", "bicycle:backward": "yes"}, "3331"),
        # steps and escalators
        ({"highway": "steps"}, "3000"),
        ({"highway": "steps", "ramp:wheelchair": "yes"}, "3300"),
        ({"highway": "steps", "ramp": "yes"}, "3300"),
        ({"highway": "steps", "ramp": "yes", "ramp:wheelchair": "no"}, "3000"),
        ({"highway": "steps", "ramp:bicycle": "yes"}, "3030"),
        ({"highway": "steps", "conveying": "forward"}, "1000"),
    ],
)  # fmt: skip
def test_direction_bits(tags, expected):
    assert bits(**{k.replace(":", "__"): v for k, v in tags.items()}) == expected


@pytest.mark.parametrize(
    ("tags", "bit", "state"),
    [
        ({}, 3, "unknown"),
        ({"wheelchair": "yes"}, 3, "yes"),
        ({"wheelchair": "limited"}, 3, "limited"),
        ({"wheelchair": "no"}, 0, "no"),
        ({"kerb": "raised"}, 3, "limited"),
        ({"kerb": "lowered"}, 3, "unknown"),
        ({"incline": "11%"}, 0, "no"),
        ({"incline": "-11%"}, 0, "no"),
        ({"incline": "10%"}, 3, "limited"),
        ({"incline": "8%"}, 3, "unknown"),
        ({"incline": "up"}, 3, "unknown"),
        ({"incline": "15%", "wheelchair": "yes"}, 3, "yes"),
        ({"smoothness": "bad"}, 3, "limited"),
        ({"smoothness": "horrible"}, 0, "no"),
        ({"width": "0.7"}, 0, "no"),
        ({"width": "1.0"}, 3, "limited"),
        ({"width": "1.5"}, 3, "unknown"),
    ],
)
def test_wheelchair_state_keeps_unknown_apart(tags, bit, state):
    use = use_of({"highway": "footway", **tags})
    assert use is not None
    assert (use.wheelchair, use.wheelchair_state) == (bit, state)


def test_speed_is_posted_or_the_default_of_the_class_and_only_for_cars():
    speed = lambda **tags: use_of(tags).speed_kmh  # noqa: E731
    assert speed(highway="primary", maxspeed="40") == 40
    assert speed(highway="primary", maxspeed="signals") == DEFAULT_SPEED_KMH["primary"]
    assert speed(highway="footway", maxspeed="20") is None
    forward_only = use_of(
        {"highway": "primary", "maxspeed:forward": "50", "maxspeed:backward": "30"}
    )
    assert forward_only.speed_kmh == 30


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"barrier": "bollard"}, DRIVE),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, 0),
        ({"barrier": "cycle_barrier"}, DRIVE),
        ({"barrier": "block"}, DRIVE),
        ({"barrier": "gate"}, 0),
        ({"barrier": "lift_gate"}, 0),
        ({"barrier": "gate", "locked": "yes"}, WALK | WHEELCHAIR | BIKE | DRIVE),
        ({"barrier": "gate", "locked": "yes", "foot": "yes"}, BIKE | DRIVE),
        ({"barrier": "gate", "access": "private"}, WALK | WHEELCHAIR | BIKE | DRIVE),
        ({"barrier": "gate", "access": "no", "bicycle": "yes", "foot": "yes"}, DRIVE),
        ({"barrier": "turnstile"}, WHEELCHAIR | BIKE | DRIVE),
        ({"barrier": "bollard", "wheelchair": "no"}, WHEELCHAIR | DRIVE),
        ({"barrier": "kerb", "kerb": "raised"}, 0),
    ],
)
def test_barriers_stop_whom_they_are_known_to_stop(tags, expected):
    assert stopped(tags) == expected
