"""Hold every application and modification to the house's promises."""

import pytest
from pydantic import BaseModel

from chengce.applications import APPLICATIONS, application_named
from chengce.core.context import Context
from chengce.core.errors import ChengceError
from chengce.core.text import Text
from chengce.models.modifications import MODIFICATIONS


@pytest.mark.parametrize("name", APPLICATIONS)
def test_the_example_worked_out_by_hand_holds(name: str) -> None:
    app = application_named(name)
    finding = app.run(app.example.city(), app.parse(app.example.params), Context(draws=20))
    head = finding.headline()
    for metric, expected in app.example.metrics.items():
        assert head[metric].value == pytest.approx(expected, abs=1e-9), metric
        assert head[metric].low == pytest.approx(expected, abs=1e-9), metric
    assert bool(finding.pairs) == app.pairs


@pytest.mark.parametrize("name", APPLICATIONS)
def test_everything_a_person_sees_is_in_both_languages(name: str) -> None:
    app = application_named(name)
    finding = app.run(app.example.city(), app.parse(app.example.params), Context(draws=20))
    texts: list[Text] = [
        app.title,
        app.question,
        app.example.explanation,
        *app.caveats,
        *finding.notes,
    ]
    texts += [t for m in finding.metrics for t in (m.title, m.definition)]
    texts += [t for w in finding.warnings for t in (w.message, w.remedy)]
    assert all(t.zh.strip() and t.en.strip() for t in texts)
    assert app.name == name
    described(app.params)


@pytest.mark.parametrize("change", MODIFICATIONS, ids=lambda c: c.__name__)
def test_every_field_of_a_modification_is_described(change: type[BaseModel]) -> None:
    described(change)
    assert change.__doc__
    assert any("\u4e00" <= c <= "\u9fff" for c in change.__doc__)


def test_an_unknown_application_is_answered_with_those_there_are() -> None:
    with pytest.raises(ChengceError) as caught:
        application_named("everyday")
    assert (
        "everyday_reach" in caught.value.problems[0].remedy.en + caught.value.problems[0].remedy.zh
    )


def described(model: type[BaseModel]) -> None:
    """Check that each field says in both languages what it is."""
    for name, field in model.model_fields.items():
        if name != "type":
            english, _, chinese = (field.description or "").partition(" / ")
            assert english, f"{model.__name__}.{name}"
            assert chinese, f"{model.__name__}.{name}"
