"""Write the reference's front page: every application and every modification on one line."""

from tools.docs.markdown import bullets, page
from tools.docs.modifications import kind_of, title_of

from chengce.applications import APPLICATIONS, application_named
from chengce.core.text import Lang, Text
from chengce.models.modifications import MODIFICATIONS


def pages(lang: Lang) -> dict[str, str]:
    """Return the front page of the reference."""

    def t(zh: str, en: str) -> str:
        return Text(zh, en).get(lang)

    apps = [application_named(n) for n in APPLICATIONS]
    return {
        "reference/index.md": page(
            t("参考", "Reference"),
            t(
                "本部分由代码生成，并由测试核对是否最新。",
                "Generated from the code; the tests check that it is current.",
            ),
            f"## {t('应用', 'Applications')}",
            bullets(f"[`{a.name}`](applications/{a.name}.md) {a.question.get(lang)}" for a in apps),
            f"## {t('方案改动', 'Modifications')}",
            bullets(
                f"[`{kind_of(m)}`](modifications/{kind_of(m)}.md) {title_of(m, lang)}"
                for m in MODIFICATIONS
            ),
            f"## {t('其他', 'More')}",
            bullets(
                [
                    t("[图层与数据约定](layers.md)", "[Layers and contracts](layers.md)"),
                    t("[假设](assumptions.md)", "[Assumptions](assumptions.md)"),
                    t("[设施类别](place-kinds.md)", "[Kinds of place](place-kinds.md)"),
                    t("[命令](commands.md)", "[Commands](commands.md)"),
                    t("[错误代码](errors.md)", "[Error codes](errors.md)"),
                ]
            ),
            lang=lang,
        )
    }
