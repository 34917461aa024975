"""Give credit under each map to those whose data it shows."""

from chengce.city.city import City
from chengce.core.text import Lang, Text

SHOWN = ("zones", "ground", "streets", "transit", "places")
SHOWN_WITH_FLOWS = ("zones", "ground", "streets", "flows", "counts")


def attribution(city: City, lang: Lang, shown: tuple[str, ...] = SHOWN) -> str:
    """Return one line: owner and licence of every layer on the map; OpenStreetMap as ODbL asks."""
    credits: list[str] = []
    silent: list[str] = []
    for layer in shown:
        about = city.descriptors.get(layer)
        if not city.has(layer) or about is None:
            continue
        if "odbl" in about.licence.lower():
            credits.append("© OpenStreetMap contributors, ODbL")
        elif about.owner:
            credits.append(about.owner + _bracket(about.licence, lang))
        else:
            silent.append(about.title.get(lang))
    unique = list(dict.fromkeys(credits + [s for s in silent if s]))
    if not unique:
        return Text("来源未注明", "source not stated").get(lang)
    return ("；" if lang == "zh" else "; ").join(unique)


def _bracket(licence: str, lang: Lang) -> str:
    if licence.strip().lower() in ("", "not stated"):
        return Text("（许可未注明）", " (licence not stated)").get(lang)
    return f"（{licence}）" if lang == "zh" else f" ({licence})"
