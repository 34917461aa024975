"""A browser shows a report without the network, without errors, legibly on screen and paper."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.link_worlds import roads_run
from tests.report_worlds import clinic_run, grouped_run

from chengce.core.text import LANGUAGES, Lang
from chengce.decisions.report import render_report

pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip(
            "chromium is not installed (Debian: apt-get install chromium fonts-wqy-microhei)"
        )
    with sync_api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=LANGUAGES)
def loaded(
    browser: Any, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Any, list[str]]]:
    path = tmp_path / "report.html"
    path.write_text(render_report(clinic_run(), request.param), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("request", lambda asked: None if asked.url == path.as_uri() else seen.append(asked.url))
    page.goto(path.as_uri(), wait_until="networkidle")
    yield page, seen
    page.close()


def test_it_loads_without_network_or_errors_and_draws_its_maps(
    loaded: tuple[Any, list[str]],
) -> None:
    page, seen = loaded
    assert seen == []
    maps = page.locator("svg.map")
    assert maps.count() == 3
    for k in range(3):
        assert len(maps.nth(k).screenshot()) > 3000
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_zones_are_filled_with_the_colours_of_the_legend(loaded: tuple[Any, list[str]]) -> None:
    page, _ = loaded
    fills = page.evaluate(
        """() => [...document.querySelectorAll('figure.maps')].map(f => {
            const of = s => new Set([...f.querySelectorAll(s)].map(e => getComputedStyle(e).fill));
            const legend = of('.legend rect');
            return [...of('svg.map use[href^="#z"]')].filter(c => !legend.has(c));
        })"""
    )
    assert fills == [[], []]


def test_text_on_maps_and_charts_is_at_least_11_px_on_screen_and_paper(
    loaded: tuple[Any, list[str]],
) -> None:
    page, _ = loaded
    smallest = """() => Math.min(...[...document.querySelectorAll('svg text')].map(t =>
        parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a))"""
    assert page.evaluate(smallest) >= 11
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 990})  # A4 within its margins
    assert page.evaluate(smallest) >= 11
    others = """() => Math.min(...[...document.querySelectorAll('td,th,p,li,dd,dt,code,span')].map(e =>
        parseFloat(getComputedStyle(e).fontSize)))"""
    assert page.evaluate(others) >= 11


def test_nothing_overlaps_or_overflows_on_paper(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_report(grouped_run(), "en"), encoding="utf-8")
    page = browser.new_page(viewport={"width": 688, "height": 990})
    page.emulate_media(media="print")
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    overlap = """() => [...document.querySelectorAll('.key')].some(k => {
        const [a, b] = [...k.children].map(c => c.getBoundingClientRect());
        return a.right > b.left + 1 && a.bottom > b.top + 1; })"""
    assert not page.evaluate(overlap)
    page.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_maps_of_roads_are_drawn_legibly_on_screen_and_paper(
    browser: Any, tmp_path: Path, lang: Lang
) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_report(roads_run(9), lang), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.goto(path.as_uri())
    shown = """() => [...document.querySelectorAll('figure.roads')].map(f => {
        const of = s => new Set([...f.querySelectorAll(s)].map(e => getComputedStyle(e).stroke));
        const legend = of('.legend path');
        return [...of('svg.map path[class^="l"], svg.map path.bd')].filter(c => !legend.has(c)); })"""
    assert page.evaluate(shown) == [[], []]
    smallest = """() => Math.min(...[...document.querySelectorAll('svg text')].map(t =>
        parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a))"""
    assert page.evaluate(smallest) >= 11
    widest = """() => Math.max(...[...document.querySelectorAll('svg.map .bd')].map(b =>
        b.getAttribute('stroke-width') * b.getScreenCTM().a))"""
    assert 8 < page.evaluate(widest) < 16
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 990})  # A4 within its margins
    assert page.evaluate(smallest) >= 11
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    page.close()
