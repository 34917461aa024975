"""The error of interpolation is measured in the middle of a gap, not beside a computed speed."""

from itertools import pairwise

import numpy as np
import pytest

from chengce.city.assumptions import default_assumptions
from chengce.models.travel import design_speeds, left_out_speed


@pytest.mark.parametrize("profile", ["adult", "elder", "child", "wheelchair"])
def test_the_speed_left_out_lies_halfway_in_pace(profile: str) -> None:
    speed = default_assumptions()[f"walk_speed_{profile}"]
    speeds = design_speeds(speed)
    central = int(np.argmin(np.abs(speeds - speed.value)))
    pace = 1.0 / left_out_speed(speeds, central)
    middles = [(1.0 / a + 1.0 / b) / 2 for a, b in pairwise(speeds)]
    assert min(abs(pace - m) for m in middles) < 1e-12
    assert speeds[central - 1] < 1.0 / pace < speed.value


def test_a_central_speed_at_the_slow_end_looks_the_other_way() -> None:
    assert left_out_speed(np.array([1.0, 2.0]), 0) == pytest.approx(4.0 / 3.0)
