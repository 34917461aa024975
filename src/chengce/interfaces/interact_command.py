"""Do what `interact` asks: read flows, calibrate, record, print and export."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chengce.core.context import Context
from chengce.core.text import Lang, Text
from chengce.decisions.file_runs import FileRun, record_files
from chengce.interfaces.figures import column
from chengce.interfaces.file_answer import deliver
from chengce.interfaces.layout import new_table, shown
from chengce.interfaces.session import Session
from chengce.models.demand.file_fit import FLOWS, interact_files

NAMES = {
    "origin_mass": Text("起点规模的指数", "exponent of the origin's mass"),
    "destination_mass": Text("终点规模的指数", "exponent of the destination's mass"),
    "constant": Text("方式常数", "constant of the mode"),
    "beta": Text("衰减系数 β", "decay β"),
    "beta_power": Text("衰减系数 β（幂）", "decay β (power)"),
}
MEASURES = {
    "srmse": Text("SRMSE", "SRMSE"),
    "cpc": Text("共同部分 CPC", "common part CPC"),
    "r2": Text("R²", "R²"),
    "log_likelihood": Text("对数似然", "log-likelihood"),
    "deviance": Text("偏差", "deviance"),
    "aic": Text("AIC", "AIC"),
    "dispersion": Text("离散度（泊松为 1）", "dispersion (Poisson: 1)"),
    "mean_cost_observed": Text("平均费用，观测", "mean cost, observed"),
    "mean_cost_modelled": Text("平均费用，模型", "mean cost, modelled"),
}
INTERVALS = {
    "normal": Text("正态近似，按残差离散度放宽", "normal approximation, widened by the dispersion"),
    "dispersed": Text(
        "自助法 {draws} 次，按残差离散度", "bootstrap, {draws} draws, scattered as residuals are"
    ),
}


def interact(
    session: Session, path: Path, *, origin: str, destination: str, flow: str, cost: str,
    origin_mass: str | None = None, destination_mass: str | None = None,
    constraint: str = "doubly", decay: str = "exponential", mode: str | None = None,
    bootstrap: int = 0, holdout: float = 0.0, out: Path | None = None, seed: int = 1,
) -> FileRun:  # fmt: skip
    """Calibrate an interaction model on the flows of a file, record the run, print and export it."""
    columns = {
        "origin": origin, "destination": destination, "flow": flow, "cost": cost,
        "origin_mass": origin_mass, "destination_mass": destination_mass, "mode": mode,
    }  # fmt: skip
    params = {
        "columns": columns, "constraint": constraint, "decay": decay, "bootstrap": bootstrap,
        "holdout": holdout, "seed": seed,
    }  # fmt: skip
    context = Context(seed=seed, runner=session.runner, progress=session.show)
    inputs = {"flows": path}
    run = record_files(
        session.workspace, "interact", inputs, params,
        lambda: interact_files(inputs, params, context), workers=session.runner.workers,
    )  # fmt: skip
    text = answer(run.result.summary, session.lang)
    where = Text(f"各起讫对流量：{{folder}}/{FLOWS}", f"flows by pair: {{folder}}/{FLOWS}")
    return deliver(session, run, out, {"predicted": FLOWS}, text, where)


def answer(summary: Mapping[str, Any], lang: Lang) -> str:
    """Return coefficients, fit, flows by band of cost and the held-out test as text."""
    head = Text(
        "空间相互作用模型：{c}，{d}衰减（{f}）", "spatial interaction: {c}, decay {d} ({f})"
    )
    size = Text(
        "{pairs} 对起讫（{zero} 对流量为 0），{i} 个起点，{j} 个终点",
        "{pairs} pairs ({zero} without flow), {i} origins, {j} destinations",
    )
    lines = [
        head.format(
            c=Text(**summary["constraint_title"]), d=Text(**summary["decay_title"]),
            f=summary["formula"],
        ),
        size.format(
            pairs=f"{summary['pairs']:,}", zero=f"{summary['zero_flows']:,}",
            i=f"{summary['origins']:,}", j=f"{summary['destinations']:,}",
        ),
    ]  # fmt: skip
    if not summary["converged"]:
        failed = Text("没有收敛，请勿使用：{why}", "NOT CONVERGED, do not use: {why}")
        lines.append(failed.format(why=Text(**summary["reason"])))
    parts = ["\n".join(line.get(lang) for line in lines), _coefficients(summary, lang)]
    parts.append(_fit(summary, lang))
    parts.append(_bands(summary["bands"], lang))
    if summary["holdout"] is not None:
        parts.append(_holdout(summary["holdout"], lang))
    return "\n\n".join(parts) + "\n"


def _coefficients(summary: Mapping[str, Any], lang: Lang) -> str:
    how = summary["intervals"]
    kind = INTERVALS[how["kind"]].format(draws=how["draws"]).get(lang)
    heading = Text("系数与 90% 区间（{k}）", "coefficients with 90% intervals ({k})").format(k=kind)
    words = Text("系数 估计值 下限 上限 标准误（泊松）", "coefficient value low high se_(Poisson)")
    table = new_table(heading.get(lang), [w.replace("_", " ") for w in words.get(lang).split()])
    for c in summary["coefficients"]:
        stem, _, mode = c["name"].partition(":")
        title = NAMES.get(stem, Text(stem, stem)).get(lang) + (f" · {mode}" if mode else "")
        figures = (c[k] for k in ("value", "low", "high", "se"))
        table.add_row(title, *("—" if v is None else f"{v:.5g}" for v in figures))
    return shown(table)


def _fit(summary: Mapping[str, Any], lang: Lang) -> str:
    modes: Mapping[str, Any] = summary["modes"]
    heads = [Text("拟合", "fit").get(lang), Text("全部", "all").get(lang) if modes else ""]
    table = new_table("", [*heads, *modes])
    for key, title in MEASURES.items():
        reports = [summary["report"], *modes.values()]
        table.add_row(title.get(lang), *(_figure(r[key]) for r in reports))
    return shown(table)


def _bands(bands: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    heading = Text("按费用分段的流量", "flow by band of cost").get(lang)
    words = Text("费用 起讫对 观测 模型 差 %", "cost pairs observed modelled difference_%")
    names = words.get(lang).replace("差 %", "差（%）").split()
    table = new_table(heading, [w.replace("_", " ") for w in names])
    flows, modelled = (column([b[key] for b in bands]) for key in ("flow", "modelled"))
    ends = column([end for b in bands for end in (b["low"], b["high"])])
    for i, b in enumerate(bands):
        off = f"{100 * (b['modelled'] / b['flow'] - 1):+.1f}" if b["flow"] > 0 else "—"
        table.add_row(
            f"{ends[2 * i]} – {ends[2 * i + 1]}", f"{b['pairs']:,}", flows[i], modelled[i], off
        )
    return shown(table)


def _holdout(held: Mapping[str, Any], lang: Lang) -> str:
    heading = Text(
        "留出检验：{n} 个起点未参与校准（另 {m} 个参与）",
        "held out: {n} origins not in the fit ({m} were)",
    ).format(n=held["origins"], m=held["trained_on_origins"])
    heads = Text("误差 模型 不计费用的同一模型", "error model same_model_without_cost")
    table = new_table(heading.get(lang), [w.replace("_", " ") for w in heads.get(lang).split()])
    for key in ("srmse", "cpc", "r2"):
        title = MEASURES[key].get(lang)
        table.add_row(title, _figure(held["model"][key]), _figure(held["naive"][key]))
    return shown(table)


def _figure(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
