"""Say which employment centres there are, how they came about, and which limits would give others."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.text import Text
from chengce.models.commuting.centres import Centre, find_centres, job_density

Floats = NDArray[np.float64]

FEW = 0.05  # of all jobs, as another least size of a centre
SWALLOWS = 0.5  # of all jobs: a centre that holds more tells little apart
TRIED = (50.0, 75.0, 80.0, 90.0, 95.0)  # percentiles of zones with jobs, as other density limits


def centres_given(centres: Sequence[Centre]) -> tuple[Text, ...]:
    """Say which centres the user named."""
    return (_listed(Text("按参数给定", "as given"), centres),)


def centres_found(
    base: City, jobs: Floats, centres: Sequence[Centre], *, density: float, total: float
) -> tuple[Text, ...]:
    """Say which centres were found by the two limits; where they tell little, try others."""
    rule = Text(
        f"岗位密度不低于 {density:g} 个/公顷、相连且合计不少于 {total:,.0f} 个岗位的分区",
        f"neighbouring zones of at least {density:g} jobs a hectare that together have at least "
        f"{total:,.0f} jobs",
    )
    if not centres:
        none = Text(
            f"按现状岗位没有识别出中心（{rule.zh}）；可调低两个下限，或用 centres 指定",
            f"no centre was found in today's jobs ({rule.en}); lower the two limits, or name "
            "centres with `centres`",
        )
        return (none, *_others(base, jobs, total))
    said = _listed(rule, centres)
    share = max(c.jobs for c in centres) / max(float(jobs.sum()), 1e-9)
    if share <= SWALLOWS:
        return (said,)
    large = Text(
        f"最大的中心占全部岗位的 {100 * share:.0f}%，难以区分各中心；可调高 centre_density，或用 centres 指定",
        f"the largest centre holds {100 * share:.0f} % of all jobs and tells little apart; raise "
        "`centre_density`, or name centres with `centres`",
    )
    return (said, large, *_others(base, jobs, total))


def _listed(how: Text, centres: Sequence[Centre]) -> Text:
    zh = "；".join(f"{c.name}（{len(c.zones)} 个分区，{c.jobs:,.0f} 个岗位）" for c in centres)
    en = "; ".join(
        f"{c.name} ({len(c.zones)} zone{'s' if len(c.zones) > 1 else ''}, {c.jobs:,.0f} jobs)"
        for c in centres
    )
    return Text(
        f"中心（{how.zh}，各方案沿用现状）：{zh}",
        f"centres ({how.en}; the same in every scenario): {en}",
    )


def _others(base: City, jobs: Floats, total: float) -> list[Text]:
    """Say how many centres other limits would give, at the total asked for or a share of all jobs."""
    dense = job_density(base, jobs)
    limits = np.unique(np.round(np.percentile(dense[jobs > 0], TRIED), 1)).tolist()
    fewer = float(f"{FEW * float(jobs.sum()):.1g}")
    zh: list[str] = []
    en: list[str] = []
    for limit in limits:
        for least in (total, min(total, fewer)):
            found = find_centres(base, jobs, density=limit, total=least)
            if len(found):
                share = 100 * found[0].jobs / float(jobs.sum())
                zh.append(
                    f"{limit:g} 个/公顷、{least:,.0f} 个岗位 → {len(found)} 个（最大占 {share:.0f}%）"
                )
                en.append(
                    f"{limit:g} jobs/ha and {least:,.0f} jobs → {len(found)} (largest {share:.0f} %)"
                )
                break
    if not zh:
        return []
    return [
        Text(
            f"其他下限（centre_density、centre_jobs）识别出的中心数：{'；'.join(zh)}",
            f"centres by other limits (`centre_density`, `centre_jobs`): {'; '.join(en)}",
        )
    ]
