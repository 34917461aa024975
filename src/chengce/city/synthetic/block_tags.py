"""Name and describe the streets inside a block."""

import numpy as np

from chengce.city.synthetic.plan import KINDS, NORTH_SOUTH, WEST_EAST, Block
from chengce.city.synthetic.sketch import Tags


def lane_name(block: Block, number: int) -> Tags:
    """Return a name that no other lane of the town bears."""
    street = WEST_EAST[block.row + 1 if block.south else block.row]
    side = NORTH_SOUTH[block.column]
    lane = number + 1
    if block.kind == "village":
        name = f"{side.zh}{WEST_EAST[block.row].zh}{_numeral(lane)}支路"
        return {"name": name, "name:en": f"{side.en} / {WEST_EAST[block.row].en} Branch {lane}"}
    lane += 12 * block.column
    return {"name": f"{street.zh}{_numeral(lane)}巷", "name:en": f"{street.en} Lane {lane}"}


def _numeral(number: int) -> str:
    """Return the Chinese numeral of 1 … 199."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = "一百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


_DIGITS = "零一二三四五六七八九"


def steps_tags(rng: np.random.Generator) -> Tags:
    """Return the tags of a flight of steps; few have a handrail."""
    tags = {"highway": "steps", "incline": "up", "step_count": str(int(rng.integers(14, 60)))}
    return tags | {"handrail": "yes" if rng.random() < 0.4 else "no", "surface": "concrete"}


def street_tags(block: Block, number: int, rng: np.random.Generator) -> Tags:
    """Return the tags of street `number` of a block: its class, surface, width, who may pass."""
    kind, chance = block.kind, float(rng.random())
    if kind == "core" and number == 1:
        return {
            "highway": "pedestrian",
            "surface": "paving_stones",
            "wheelchair": "yes",
            "name": f"{NORTH_SOUTH[block.column].zh}步行街",
            "name:en": f"{NORTH_SOUTH[block.column].en} Pedestrian Mall",
        }
    if kind == "core" and chance < 0.25:
        return {"highway": "residential", "surface": "asphalt", "oneway": "yes"}
    if kind == "lanes":
        rough = rng.random() < (0.5 if block.south else 0.2)
        alley = chance > 0.7
        tags = {
            "highway": "footway" if alley else "living_street",
            "surface": ("gravel" if block.south else "cobblestone") if rough else "concrete",
            "width": f"{rng.uniform(0.7, 2.2) if alley else rng.uniform(2.4, 5.0):.1f}",
        }
        return tags | ({"smoothness": "very_bad" if block.south else "bad"} if rough else {})
    if kind == "village":
        return {"highway": "residential", "surface": "unpaved" if chance < 0.4 else "concrete"}
    if kind == "field":
        return {"highway": "track", "tracktype": "grade3", "surface": "dirt"}
    if kind == "park":
        return {
            "highway": "footway",
            "surface": "paving_stones",
            "width": "2.5",
            "wheelchair": "yes",
        }
    if KINDS[kind].gates:
        inner = "service" if chance < 0.65 else "footway"
        return {"highway": inner, "surface": "concrete"} | (
            {"motor_vehicle": "private"} if inner == "service" else {}
        )
    return {"highway": KINDS[kind].highway, "surface": "asphalt"}
