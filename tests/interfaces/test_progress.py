"""Progress where there is no terminal: seldom, and with the whole run in one line."""

from chengce.core.text import Text
from chengce.interfaces.progress import Nest, lines


def steps(nest: Nest, *found: tuple[str, int, int]) -> str:
    for name, done, total in found:
        nest.step(name, done, total)
    return nest.line()


def test_a_step_within_a_step_is_shown_within_it() -> None:
    nest = Nest()
    assert (
        steps(nest, ("today", 0, 2), ("matrix", 2, 5), ("rows", 600, 1200))
        == "today 1/2 › matrix 3/5 › rows 50%"
    )
    assert steps(nest, ("rows", 1200, 1200)) == "today 1/2 › matrix 3/5"


def test_the_next_state_takes_the_place_of_the_last() -> None:
    nest = Nest()
    assert steps(nest, ("today", 0, 2), ("matrix", 5, 5), ("line", 1, 2)) == "line 2/2"
    assert steps(nest, ("matrix", 0, 5)) == "line 2/2 › matrix 1/5"
    assert steps(nest, ("line", 2, 2)) == ""


def test_at_most_one_line_in_ten_seconds() -> None:
    now = 0.0
    written: list[str] = []
    show = lines("zh", written.append, clock=lambda: now)
    for i in range(100):
        now = i * 0.5
        show(Text("算", "compute"), i, 100)
    assert written == ["[00:10] 算 20%", "[00:20] 算 40%", "[00:30] 算 60%", "[00:40] 算 80%"]
