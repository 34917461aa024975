"""Say how commuting falls with time: fitted on the flows observed, else an assumption, and say so."""

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from chengce.city.city import City
from chengce.core.context import Context, no_progress
from chengce.core.draws import uniforms
from chengce.core.errors import Cancelled, ChengceError
from chengce.core.text import Text
from chengce.models.commuting.draws import CENTRAL, Times
from chengce.models.demand.fit import Coefficient, Fit
from chengce.models.demand.interaction import calibrate
from chengce.models.noise import scalar

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CommuteDecay:
    """Exponential decay by the minute: `rate` (draws,), `central`; how it came about in `said`."""

    rate: Floats
    central: float
    said: tuple[Text, ...]

    def weigh(self, minutes: Floats, draw: int) -> Floats:
        """Return the weight of trips of some minutes in a draw; 0 where not reached."""
        rate = self.central if draw == CENTRAL else float(self.rate[draw])
        return np.asarray(np.exp(-rate * minutes))

    def notes(self, mode: Text) -> tuple[Text, ...]:
        """Return how the decay came about; `mode`: that of the flows observed."""
        return tuple(t.format(mode=mode) for t in self.said)


def decay_of(
    city: City, observed: Floats | None, times: Times, longest_min: float, context: Context
) -> CommuteDecay:
    """Return the decay of commuting in the base city, the same in every scenario.

    With flows: fitted doubly constrained by Poisson likelihood on those between zones joined
    within `longest_min`, drawn from the normal distribution of its estimate. Where nobody was seen
    to stay in any zone, pairs within zones are left out: they were not asked about, or the mode
    does not serve them, and as zeros they would flatten the decay. `times`: base city.
    """
    if observed is None:
        return _assumed(city, context)
    minutes = times.minutes(CENTRAL)
    near = (minutes <= longest_min) & ~times.off[:, None] & ~times.off
    if not np.trace(observed):
        np.fill_diagonal(near, False)
    flows = np.where(near, observed, 0.0)
    try:
        fit = calibrate(
            flows, np.where(near, minutes, np.inf), context=replace(context, progress=no_progress)
        )
    except Cancelled:
        raise
    except ChengceError as error:
        return _unfit(city, context, error.problems[0].message)
    beta = fit.coefficients[0]
    if not fit.converged or not beta.value > 0:
        why = fit.reason or Text("流量不随时间减少", "flows do not fall with time")
        return _unfit(city, context, why)
    luck = uniforms(context.seed, "commute_decay_fit", ["city"], context.draws)[:, 0]
    normal = np.array([NormalDist().inv_cdf(float(u)) for u in luck])
    rate = np.maximum(beta.value + beta.se_dispersed * normal, 0.0)
    return CommuteDecay(rate, beta.value, (_fitted(fit, beta),))


def _fitted(fit: Fit, beta: Coefficient) -> Text:
    r = fit.report
    zh = [f"{r.pairs:,} 个分区对、{r.flow:,.0f} 次通勤"]
    en = [f"{r.pairs:,} pairs of zones, {r.flow:,.0f} commutes"]
    for name, value in (("SRMSE", r.srmse), ("CPC", r.cpc), ("R²", r.r2)):
        if value is not None:
            zh.append(f"{name} {value:.3f}")
            en.append(f"{name} {value:.3f}")
    mean = (r.mean_cost_observed, r.mean_cost_modelled)
    if mean[0] is not None and mean[1] is not None:
        zh.append(f"平均时间观测 {mean[0]:.1f}、模型 {mean[1]:.1f} 分钟")
        en.append(f"mean time observed {mean[0]:.1f}, modelled {mean[1]:.1f} min")
    span = f"{beta.value:.4f} ({beta.low:.4f}–{beta.high:.4f})"
    return Text(
        "衰减按现状观测流校准（双约束、泊松似然，通勤者方式：{mode}）：每分钟 "
        f"{span}；{'，'.join(zh)}。方案流向＝观测流×模型变化率，再按就业居民与岗位配平；"
        "观测流按全数计，其抽样误差未计入区间；拟合优度不代表预测能力",
        "decay fitted to the flows observed today (doubly constrained, Poisson likelihood, commuters "
        f"{{mode}}): {span} per minute; {', '.join(en)}. Flows of a scenario are those observed "
        "times the model's change, balanced to its workers and jobs. They count as complete: intervals "
        "leave out that a survey is a sample; a good fit is no forecast",
    )


def _unfit(city: City, context: Context, why: Text) -> CommuteDecay:
    """Return the assumption, saying that flows there are could not be fitted."""
    found = _assumed(city, context)
    said = Text(
        f"观测通勤流（{{mode}}）未能校准衰减：{why.zh}；改用假设值每分钟 {found.central:g}",
        f"the decay could not be fitted to the flows observed ({{mode}}): {why.en}; the "
        f"assumption of {found.central:g} per minute is used",
    )
    return replace(found, said=(said,))


def _assumed(city: City, context: Context) -> CommuteDecay:
    assumption = city.assumptions["commute_decay"]
    return CommuteDecay(
        scalar(assumption, context),
        assumption.value,
        (
            Text(
                f"未校准：城市没有观测的通勤流，衰减取假设值（每分钟 {assumption.value:g}，区间 "
                f"{assumption.low:g}–{assumption.high:g}），流向只供比较方案",
                "not calibrated: the city has no observed commuting flows, so the decay is an "
                f"assumption ({assumption.value:g} per minute, {assumption.low:g} to "
                f"{assumption.high:g}); use the flows to compare proposals only",
            ),
        ),
    )
