"""Write one page per application: question, parameters, needs, example by hand, caveats."""

from tools.docs.fields import fields_table
from tools.docs.markdown import bullets, code, page, table

from chengce.applications import APPLICATIONS, application_named
from chengce.city.layers import LAYERS
from chengce.core.application import Application
from chengce.core.context import Context
from chengce.core.text import Lang, Text
from chengce.core.units import quantity, unit_name

WORDS = {
    "needs": Text("所需图层", "Layers needed"),
    "params": Text("参数", "Parameters"),
    "params_note": Text(
        "命令行写作 `--set 参数=值`，可重复；Python 中写作 `app.parse({...})`。",
        "On the command line `--set parameter=value`, repeatable; in Python `app.parse({...})`.",
    ),
    "example": Text("手算例题", "Example worked out by hand"),
    "example_note": Text(
        "以下例题随测试运行；所有假设固定为中心值，人口与设施按准确计。",
        "The tests run this example; every assumption is fixed at its central value, counts are exact.",
    ),
    "metrics": Text("指标", "Metrics"),
    "metrics_note": Text(
        "例题所得指标的定义；换用其他设施类别和时限，指标随之增减。",
        "Defined for the example; other kinds of place and other limits give more of the same form.",
    ),
    "caveats": Text("使用限制", "Caveats"),
    "run": Text("命令", "Command"),
}


def pages(lang: Lang) -> dict[str, str]:
    """Return the pages of all applications."""
    return {
        f"reference/applications/{name}.md": _page(application_named(name), lang)
        for name in APPLICATIONS
    }


def _page(app: Application, lang: Lang) -> str:
    def t(name: str) -> str:
        return WORDS[name].get(lang)

    titles = {layer.name: layer.title.get(lang) for layer in LAYERS}
    example = app.example
    finding = app.run(example.city(), app.parse(example.params), Context(draws=1))
    given = table(
        (Text("参数", "parameter").get(lang), Text("取值", "value").get(lang)),
        [(code(k), code(v)) for k, v in example.params.items()],
    )
    answers = table(
        (Text("指标", "metric").get(lang), Text("手算结果", "answer by hand").get(lang)),
        [
            (finding.metric(k).title.get(lang), quantity(v, finding.metric(k).unit, lang))
            for k, v in example.metrics.items()
        ],
    )
    metrics = table(
        (
            "id",
            *(
                w.get(lang)
                for w in (Text("名称", "name"), Text("单位", "unit"), Text("定义", "definition"))
            ),
        ),
        [
            (code(m.id), m.title.get(lang), unit_name(m.unit, lang), m.definition.get(lang))
            for m in finding.metrics
        ],
    )
    return page(
        f"{app.title.get(lang)} `{app.name}`",
        f"**{app.question.get(lang)}**",
        f"```bash\nchengce compare {app.name} --city chengce-demo/city "
        "--scenario chengce-demo/input/scenarios/south_line.yaml\n```",
        f"## {t('needs')}",
        bullets(f"{titles[n]} {code(n)}" for n in app.needs),
        f"## {t('params')}",
        t("params_note"),
        fields_table(app.params, lang),
        f"## {t('example')}",
        t("example_note"),
        given,
        f"{example.explanation.get(lang)}{'。' if lang == 'zh' else '.'}",
        answers,
        f"## {t('metrics')}",
        t("metrics_note"),
        metrics,
        f"## {t('caveats')}",
        bullets(c.get(lang) for c in app.caveats),
        lang=lang,
    )
