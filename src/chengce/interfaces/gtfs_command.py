"""Write a city's public transport as a GTFS feed, and say what GTFS has no place for."""

from pathlib import Path

from chengce.city.layers import tables_of
from chengce.city.readers.gtfs_write import left_out, write_gtfs
from chengce.city.store import open_city
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text
from chengce.interfaces.session import Session


def write_feed(session: Session, folder: Path, out: Path) -> None:
    """Write the feed; raises `ChengceError` for a city without public transport."""
    city = open_city(folder)
    tables = {name: city.table(name) for name in tables_of("transit") if name in city.tables}
    if not len(tables.get("trips", ())):
        raise ChengceError(
            Problem(
                "city_without_transit",
                Text("城市没有公交数据", "the city has no public transport"),
                Text("先导入 [gtfs] 或 [lines]", "add [gtfs] or [lines] first"),
            )
        )
    if not out.parent.is_dir():
        raise ChengceError(
            Problem(
                "folder_not_found",
                Text(f"没有目录 {out.parent}", f"there is no folder {out.parent}"),
                Text("先建立该目录", "make it first"),
            )
        )
    write_gtfs(tables, out, timezone=city.timezone)
    missing = left_out(tables)
    session.quiet()
    if session.json:
        rows = {name: len(frame) for name, frame in tables.items()}
        session.put({"feed": str(out), "rows": rows, "problems": [p.as_dict() for p in missing]})
        return
    session.print(Text(f"已写出 {out}", f"written: {out}"))
    session.problems(missing)
