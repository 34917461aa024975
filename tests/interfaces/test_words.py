"""The words of the command line: several files, language, what is wrong with them."""

import pytest
from tests.interfaces.conftest import Run

from chengce.interfaces.wiring import language
from chengce.interfaces.words import several_files


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            ["compare", "new_line", "--scenario", "A.yaml", "B.yaml", "--city", "c"],
            ["compare", "new_line", "--scenario", "A.yaml", "--scenario", "B.yaml", "--city", "c"],
        ),
        (
            ["compare", "--scenario", "方案 一.yaml", "甲/方案 二.yml", "new_line"],
            ["compare", "--scenario", "方案 一.yaml", "--scenario", "甲/方案 二.yml", "new_line"],
        ),
        (["compare", "--scenario", "A", "new_line"], ["compare", "--scenario", "A", "new_line"]),
        (
            ["compare", "--scenario", "A.yaml", "--reference", "R.yaml", "new_line"],
            ["compare", "--scenario", "A.yaml", "--reference", "R.yaml", "new_line"],
        ),
        (
            ["city", "build", "town.toml", "--out", "x.y"],
            ["city", "build", "town.toml", "--out", "x.y"],
        ),
    ],
)
def test_several_files_after_one_flag(given: list[str], wanted: list[str]) -> None:
    assert several_files(given) == wanted


@pytest.mark.parametrize(
    ("words", "variables", "wanted"),
    [
        (["apps"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        (["apps"], {"LANG": "de_DE.UTF-8"}, "en"),
        (["apps", "--lang", "en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["--lang=zh", "apps"], {"LANG": "C"}, "zh"),
        (["apps"], {"LANG": "en_GB.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
    ],
)
def test_language(
    monkeypatch: pytest.MonkeyPatch, words: list[str], variables: dict[str, str], wanted: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language(words) == wanted


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (
            ["compare"],
            "缺少必填的参数 APP、选项 --city、选项 --scenario",
            "missing argument APP, option --city",
        ),
        (["compare", "x", "--scenario=a.yaml"], "缺少必填的选项 --city", "missing option --city"),
        (["comapre"], "没有命令 comapre（是否想写 compare）", "No such command 'comapre'"),
        (["apps", "--jsom"], "没有选项 --jsom（是否想写 --json）", "No such option: --jsom"),
        (["run", "x", "--city", "c", "--draws", "abc"], "--draws 应为整数", "--draws"),
        (["run", "x", "--city", "c", "--draws", "3"], "--draws 不能小于 20", "--draws"),
        (["run", "x", "--city"], "选项 --city 后缺少取值", "--city"),
        (["assign", "n", "t", "--gap", "small"], "--gap 应为数值", "--gap"),
        (["assign", "n", "t", "--method", "fw"], "没有取值“fw”，可用：b、bfw", "--method"),
        (["runs", "extra"], "多余的内容：extra", "extra"),
        (["city"], "", ""),
        ([], "", ""),
    ],
)
def test_usage_mistakes_exit_2_in_both_languages(
    run: Run, words: list[str], zh: str, en: str
) -> None:
    chinese, english = run("--lang", "zh", *words), run("--lang", "en", *words)
    assert chinese.code == english.code == 2
    assert chinese.out == english.out == ""
    assert zh in chinese.err
    assert en in english.err


def test_unknown_language(run: Run) -> None:
    result = run("apps", "--lang", "fr")
    assert result.code == 2
    assert "'fr' is not one of 'zh', 'en'" in result.err


def test_usage_mistakes_as_json(run: Run) -> None:
    result = run("compare", "--json")
    assert result.code == 2
    assert result.problem("usage_missing")["message"]["zh"].startswith("缺少必填的参数 APP")
