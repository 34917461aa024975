"""Take the pictures of the README from the demo's report: docs/images/demo.en.png and demo.zh.png.

Usage: python -m tools.picture  (needs chromium and a Chinese font; about half a minute)
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
MAIN = "from chengce.interfaces.cli import main; main()"
WIDTH, MARGIN = 900, 12


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        words = ["demo", "--out", "demo", "--workspace", "home"]
        subprocess.run([sys.executable, "-c", MAIN, *words], cwd=folder, check=True)
        for lang in ("en", "zh"):
            shoot(
                Path(folder) / "demo" / "report" / f"report.{lang}.html",
                IMAGES / f"demo.{lang}.png",
            )


def shoot(report: Path, out: Path) -> None:
    """Write what the report shows from its first table to its first pair of maps."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.goto(report.as_uri())
        top = page.locator("figure.tbl").first.bounding_box()
        bottom = page.locator("figure.maps.values").first.bounding_box()
        assert top is not None
        assert bottom is not None
        end = bottom["y"] + bottom["height"] + MARGIN
        clip = {
            "x": 0.0,
            "y": top["y"] - MARGIN,
            "width": float(WIDTH),
            "height": end - top["y"] + MARGIN,
        }
        page.screenshot(path=out, full_page=True, clip=clip)
        browser.close()
    print(f"{out.name}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
