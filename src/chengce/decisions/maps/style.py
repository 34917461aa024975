"""Style the classes of maps: colours from the palette, strokes in pixels whatever the size."""

from chengce.decisions.maps import palette
from chengce.decisions.maps.zone_map import FONTS


def map_css() -> str:
    """Return the CSS that every map and legend needs."""
    fills = [f".s{i}{{fill:var(--s{i})}}" for i in range(7)]
    for letter, colours in (("g", palette.GAIN), ("l", palette.LOSS)):
        fills += [f".{letter}{i}{{fill:{c}}}" for i, c in enumerate(colours)]
    fills += [
        f".n{{fill:{palette.NO_CLEAR_CHANGE}}}",
        f".e{{fill:{palette.NO_PEOPLE}}}",
        f".x{{fill:{palette.NOT_EVALUABLE}}}",
        ".u{fill:url(#hatch)}",
    ]
    for letter, flows in (("f", palette.FLOW), ("m", palette.MORE_FLOW), ("l", palette.LESS_FLOW)):
        fills += [f".l{letter}{i}{{stroke:{c}}}" for i, c in enumerate(flows)]
    return "".join(fills) + _STROKES + f"svg text{{font-family:{FONTS}}}"


def chart_css() -> str:
    """Return the CSS that every chart needs."""
    return (
        ".chart text{font-size:12.5px;fill:#444}.chart .gl{stroke:#e4e7ea;stroke-width:1}"
        ".chart .ax{stroke:#444;stroke-width:1;fill:none}"
    )


_STROKES = (
    ".sea{fill:#fcfcfb}"
    "#zones path,#zones circle,#ground path,#network path,.map path{vector-effect:non-scaling-stroke}"
    "#zones path,#zones circle{stroke:#fff;stroke-width:.4px;stroke-opacity:.8}"
    ".gg{fill:#dfe8d3}.gw{fill:#c6dbea}.gwl,.ggl{fill:none;stroke:#c6dbea;stroke-width:1px}.ggl{stroke:#dfe8d3}"
    ".gbl{fill:none;stroke:#8a8a8a;stroke-width:1px;stroke-dasharray:6 2 1 2}"
    ".nr,.nb,.nt{fill:none;stroke-linejoin:round;stroke-linecap:round}"
    ".nr{stroke:#6b6b6b;stroke-opacity:.55;stroke-width:.7px}"
    ".nb{stroke:#5a4a78;stroke-opacity:.6;stroke-width:.8px;stroke-dasharray:4 2}"
    ".nt{stroke:#3b2a5e;stroke-width:1.5px}"
    "#edge circle{fill:#222;fill-opacity:.75}"
    f".map .pc{{fill:none;stroke:#fff;stroke-width:5.5px;stroke-linejoin:round}}"
    f".p-line{{fill:none;stroke:{palette.PROPOSED};stroke-width:3px;stroke-linejoin:round}}"
    f".p-service{{fill:none;stroke:{palette.PROPOSED};stroke-width:1.6px;stroke-dasharray:5 3}}"
    f".p-street{{fill:none;stroke:{palette.PROPOSED};stroke-width:3px}}"
    f".p-altered{{fill:none;stroke:{palette.PROPOSED};stroke-width:2.2px;stroke-dasharray:1.5 2}}"
    f".p-closed{{fill:none;stroke:{palette.REMOVED};stroke-width:3.4px;stroke-dasharray:3 2}}"
    f".p-stop{{fill:#fff;stroke:{palette.PROPOSED};stroke-width:26}}"
    f".p-place{{fill:{palette.PROPOSED};stroke:#fff;stroke-width:1.2px}}"
    f".p-gone{{fill:none;stroke:{palette.REMOVED};stroke-width:40}}"
    ".zp{fill:#f3f0e8;fill-opacity:.8}"
    ".bd,.ln,.lo{fill:none;stroke-linejoin:round;stroke-linecap:round}"
    ".map .bd,.sw .bd,.map .p-gone,.sw .p-gone{vector-effect:none}"
    ".ln{stroke:#a5a196;stroke-width:.7px}.lo{stroke:#5f5f5f;stroke-width:1.3px;stroke-dasharray:4 3}"
    ".lb path{stroke:#222;stroke-width:.8px}.lb circle{fill:#fff;stroke:#222;stroke-width:10}"
    ".lb .at{fill:#222;stroke:none}.lb text{font-size:195px;font-weight:600;fill:#222}"
    ".fu text{font-size:195px;fill:#222}.fb{fill:#fff;fill-opacity:.8}"
)
