"""Write tiny GTFS feeds: the feed below, with some files replaced."""

import zipfile
from pathlib import Path

FILES = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nA,Metro,https://a.example,UTC\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
    "a,First,0,10\nb,Second,0,10.01\nc,Third,0,10.04\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_type\nR,A,1,3\n",
    "trips.txt": "route_id,service_id,trip_id\nR,W,T\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "T,08:00:00,08:00:00,a,1\nT,08:05:00,08:06:00,b,2\nT,08:20:00,08:20:00,c,3\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "W,1,1,1,1,1,0,0,20260105,20260116\n",
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang\nA,https://a.example,en\n",
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nS,0,10,1\nS,0,10.04,2\n",
}


def make_feed(folder: Path, **changes: "str | bytes | None") -> Path:
    """Write a zip; `stops="…"` replaces stops.txt, `stops=None` leaves it out."""
    files: dict[str, str | bytes] = dict(FILES)
    for name, text in changes.items():
        files.pop(f"{name}.txt", None)
        if text is not None:
            files[f"{name}.txt"] = text
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path
