"""Check that a random number depends on what it is about and on nothing else."""

import numpy as np

from chengce.core.draws import uniforms


def test_numbers_do_not_depend_on_company_or_order() -> None:
    ids = [f"zone {i}" for i in range(50)]
    together = uniforms(3, "speed", ids, 40)
    turned = uniforms(3, "speed", ids[::-1], 40)
    alone = uniforms(3, "speed", [ids[17]], 40)
    assert (together[:, ::-1] == turned).all()
    assert (together[:, 17] == alone[:, 0]).all()
    assert (uniforms(3, "speed", ids, 20) == together[:20]).all()


def test_seed_name_id_and_draw_all_matter() -> None:
    one = uniforms(3, "speed", ["a"], 100)
    assert not (one == uniforms(4, "speed", ["a"], 100)).any()
    assert not (one == uniforms(3, "jobs", ["a"], 100)).any()
    assert not (one == uniforms(3, "speed", ["b"], 100)).any()
    assert len(np.unique(one)) == 100


def test_numbers_are_uniform_and_uncorrelated() -> None:
    drawn = uniforms(11, "x", [str(i) for i in range(200)], 200)
    assert ((drawn > 0) & (drawn < 1)).all()
    ordered = np.sort(drawn.ravel())
    n = ordered.size
    gap = np.abs(ordered - (np.arange(n) + 0.5) / n).max()
    assert gap < 1.95 / np.sqrt(n)  # Kolmogorov–Smirnov, far below a 0.1 % false alarm
    across = np.corrcoef(drawn[:, :20].T)
    assert np.abs(across - np.eye(20)).max() < 0.35
    along = np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]
    assert abs(along) < 0.02


def test_a_known_value_stays() -> None:
    """Numbers are part of every recorded run: they may never change."""
    assert uniforms(1, "walk_speed_adult", ["city"], 2)[:, 0].tolist() == [
        0.8547683829726518,
        0.5720079138220278,
    ]
