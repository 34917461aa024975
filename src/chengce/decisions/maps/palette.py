"""Name the colours of maps and charts; sequences are ColorBrewer's, safe for colour blindness.

Source: Harrower & Brewer 2003, doi:10.1179/000870403235002042 (YlGnBu, BrBG).
"""

SEQUENCE: dict[int, tuple[str, ...]] = {
    1: ("#41b6c4",),
    2: ("#a1dab4", "#225ea8"),
    3: ("#edf8b1", "#7fcdbb", "#2c7fb8"),
    4: ("#ffffcc", "#a1dab4", "#41b6c4", "#225ea8"),
    5: ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#225ea8"),
    6: ("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8"),
    7: ("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84"),
}
GAIN = ("#b4ddd4", "#5ab4ac", "#01665e")
LOSS = ("#ecd3a0", "#cd9440", "#8c510a")
FLOW = ("#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84")
MORE_FLOW = ("#dfb96a", "#bf812d", "#7a4304")
LESS_FLOW = ("#80cdc1", "#35978f", "#01554c")
NO_CLEAR_CHANGE = "#f1ecdf"
NO_PEOPLE = "#e0e0e0"
NOT_EVALUABLE = "#b9b9b9"
PROPOSED = "#c2185b"
REMOVED = "#d7301f"


def sequence(classes: int) -> tuple[str, ...]:
    """Return `classes` colours from light to dark."""
    return SEQUENCE[min(max(classes, 1), 7)]
