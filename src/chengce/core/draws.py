"""Draw random numbers keyed by what they are about, so that base and scenario share them.

A number depends on (run seed, name of the uncertain quantity, stable id of the object, draw) and
on nothing else: not on the city, the order of a loop or the number of threads. Counter-based:
SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195) over a SHA-256 key.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def uniforms(seed: int, name: str, ids: Sequence[str], draws: int) -> NDArray[np.float64]:
    """Return uniform numbers in (0, 1), shape (draws, len(ids)), keyed by seed, name, id, draw."""
    keys = np.array([_key(seed, name, object_id) for object_id in ids], dtype=np.uint64)
    counter = np.arange(1, draws + 1, dtype=np.uint64)[:, None]
    with np.errstate(over="ignore"):
        z = keys[None, :] + counter * _GOLDEN
        z = (z ^ (z >> np.uint64(30))) * _MIX_1
        z = (z ^ (z >> np.uint64(27))) * _MIX_2
        z = z ^ (z >> np.uint64(31))
    mantissa = (z >> np.uint64(11)).astype(np.float64)
    return np.asarray((mantissa + 0.5) * 2.0**-53)


def _key(seed: int, name: str, object_id: str) -> int:
    digest = hashlib.sha256(f"{seed}\x1f{name}\x1f{object_id}".encode()).digest()
    return int.from_bytes(digest[:8], "little")
