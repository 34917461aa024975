"""Describe what is reported of commuting: minutes, shares within limits, containment of centres."""

from collections.abc import Sequence

from chengce.core.metric import Metric
from chengce.core.text import Text
from chengce.models.commuting.centres import Centre


def commute_metrics(
    longest_min: int, cutoffs_min: Sequence[int], centres: Sequence[Centre], *, inside: bool
) -> tuple[Metric, ...]:
    """Return the metrics; with `inside`, those that need to know who stays in their zone."""
    metrics = [_minutes(float(longest_min))]
    if inside and centres:
        metrics.append(_contained())
    for cutoff in cutoffs_min:
        metrics.append(
            _share(
                f"within_{cutoff}",
                Text(f"通勤 {cutoff} 分钟以内的比例", f"workers who commute at most {cutoff} min"),
                Text(
                    f"单程不超过 {cutoff} 分钟的就业居民占比",
                    f"share of workers whose way to work takes at most {cutoff} min",
                ),
            )
        )
    if inside:
        metrics.append(
            _share(
                "own_zone",
                Text("在本分区就业的比例", "workers employed in their own zone"),
                Text(
                    "就业居民中工作地与居住地同在一个分区的占比",
                    "share of workers whose job is in the zone they live in",
                ),
            )
        )
        for k, centre in enumerate(centres, start=1):
            metrics += _of_centre(k, centre)
    return tuple(metrics)


def _minutes(longest: float) -> Metric:
    return Metric(
        "minutes",
        Text("平均通勤时间", "mean commute"),
        "min",
        "less",
        Text(
            f"单程门到门，按就业居民平均；超过 {longest:g} 分钟的按 {longest:g} 分钟计（限制均值）",
            f"one way, door to door, averaged over workers; more than {longest:g} min count as "
            f"{longest:g} (restricted mean)",
        ),
        cap=longest,
        threshold=1.0,
        threshold_share=0.0,
    )


def _contained() -> Metric:
    return _share(
        "contained",
        Text("各中心居民就地就业的比例", "residents of centres who work in their own centre"),
        Text(
            "居住在中心内的就业居民中，在同一中心就业的占比；中心以外不计",
            "of workers who live in a centre, the share employed in the same centre; zones "
            "outside centres do not count",
        ),
    )


def _of_centre(k: int, centre: Centre) -> list[Metric]:
    return [
        _share(
            f"containment_c{k}",
            Text(f"中心“{centre.name}”的就地就业率", f"containment of centre {centre.name}"),
            Text(
                "居住在该中心的就业居民中，在该中心就业的占比",
                "of workers who live in the centre, the share who work there",
            ),
        ),
        _share(
            f"held_c{k}",
            Text(f"中心“{centre.name}”的岗位自足率", f"self-sufficiency of centre {centre.name}"),
            Text(
                "该中心已填补的岗位中，由该中心居民担任的占比",
                "of the centre's jobs that are filled, the share held by its residents",
            ),
        ),
    ]


def _share(name: str, title: Text, definition: Text) -> Metric:
    return Metric(name, title, "%", "more", definition, threshold=1.0, threshold_share=0.0)
