"""Drive from many doors to many with Valhalla: run by its own Python, arrays in and out.

`python valhalla_peer.py IN.npz OUT.npz EXTRACT.pbf TIMES`; it imports nothing of this project. IN
holds `origins` and `destinations`, degrees (lon, lat) by row. Tiles are built beside OUT. Either
matrix algorithm is asked TIMES times in one request each, snapping and the answer's text included,
as there is no other way in.
"""

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import valhalla

ALGORITHMS = ("timedistancematrix", "costmatrix")
MANY = 10**9


def main(source: str, target: str, extract: str, times: int) -> None:
    config, tiles_s = _tiles(Path(target).parent / "tiles", extract)
    with np.load(source) as data:
        ends = {
            name: [{"lon": lon, "lat": lat} for lon, lat in data[key].tolist()]
            for name, key in (("sources", "origins"), ("targets", "destinations"))
        }
    request = json.dumps({**ends, "costing": "auto", "verbose": False})
    found: dict[str, Any] = {}
    for algorithm in ALGORITHMS:
        config["thor"]["source_to_target_algorithm"] = algorithm
        actor = valhalla.Actor(config)
        seconds = []
        for _ in range(times):
            begin = perf_counter()
            answer = actor.matrix(request)
            seconds.append(perf_counter() - begin)
        rows = json.loads(answer)["sources_to_targets"]["durations"]
        found[f"{algorithm}_s"] = min(seconds)
        found[f"{algorithm}_found"] = np.array([[x is not None for x in row] for row in rows])
    np.savez(target, tiles_s=tiles_s, version=valhalla.__version__, **found)


def _tiles(folder: Path, extract: str) -> tuple[dict[str, Any], float]:
    """Return the configuration of tiles built in `folder`, without limits of number, and the time."""
    folder.mkdir()
    config: dict[str, Any] = valhalla.get_config(tile_extract="", tile_dir=folder)
    config["service_limits"]["auto"].update(max_locations=MANY, max_matrix_location_pairs=MANY)
    config["mjolnir"]["concurrency"] = 1
    path = folder.with_suffix(".json")
    path.write_text(json.dumps(config), encoding="utf-8")
    build = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    begin = perf_counter()
    subprocess.run([build, "-c", path, extract], check=True, capture_output=True)
    return config, perf_counter() - begin


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]))
