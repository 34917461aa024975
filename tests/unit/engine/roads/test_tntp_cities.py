"""One network written in the manner of many cities' TNTP files reads the same every time."""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from chengce.core.errors import ChengceError
from chengce.engine.assign.assignment import assign
from chengce.engine.roads.files import read_problem
from chengce.engine.roads.network import AssignOptions
from chengce.engine.roads.problem import RoadProblem

ZONES, NODES = 3, 7
Row = tuple[int, int, float, float, float, float, float, float, float, int]
LINKS: tuple[Row, ...] = tuple(
    (a, b, 40.0 + 7 * a + b, 0.5 * k, 1.0 + 0.25 * k, 0.15, 4.0, 0.0, 0.5 * (k % 3 == 0), 1 + k % 2)
    for k, (a, b) in enumerate(
        [(1, 4), (4, 1), (2, 5), (5, 2), (3, 7), (7, 3), (4, 5), (5, 4), (4, 6), (6, 4), (5, 6),
         (6, 5), (6, 7), (7, 6), (5, 7), (7, 5), (4, 5)]
    )
)  # fmt: skip
TRIPS = {(1, 2): 30.5, (1, 3): 42.0, (2, 1): 11.25, (2, 3): 25.0, (3, 1): 60.0, (3, 2): 8.0}
NAMES = "init_node term_node capacity length free_flow_time b power speed toll link_type"
WORDS = "Init node\tTerm node\tCapacity\tLength\tFree Flow Time\tB\tPower\tSpeed limit\tToll\tType"
Style = Callable[[Row], str]


def cells(row: Row, number: Callable[[float], str] = repr) -> list[str]:
    return [str(v) if i in (0, 1, 9) else number(float(v)) for i, v in enumerate(row)]


def tabbed(row: Row) -> str:
    return "\t" + "\t".join(cells(row)) + "\t;"


def network(
    style: Style = tabbed, header: str = "~ \t" + NAMES.replace(" ", "\t") + "\t;",
    meta: str = "<{name}> {value}", extra: Sequence[str] = (), end: str = "<END OF METADATA>",
    links: Sequence[Row] = LINKS,
) -> str:  # fmt: skip
    sizes = (("NUMBER OF ZONES", ZONES), ("NUMBER OF NODES", NODES), ("FIRST THRU NODE", 4),
             ("NUMBER OF LINKS", len(links)))  # fmt: skip
    top = [meta.format(name=name, value=value) for name, value in sizes]
    return "\n".join([*top, *extra, end, "", "", header, *map(style, links)]) + "\n"


def trips(
    pair: str = "    {d} :    {v!r};", head: str = "Origin \t{o}", glue: str = " ",
    top: str = f"<NUMBER OF ZONES> {ZONES}\n<TOTAL OD FLOW> {sum(TRIPS.values())}\n",
    zeros: bool = False,
) -> str:  # fmt: skip
    lines = [top + "<END OF METADATA>\n\n"]
    for o in range(1, ZONES + 1):
        own = [(d, TRIPS.get((o, d), 0.0)) for d in range(1, ZONES + 1)]
        shown = [pair.format(d=d, v=v) for d, v in own if zeros or v]
        lines += [head.format(o=o), glue.join(shown), ""]
    return "\n".join(lines)


NETWORKS = {
    "Sioux Falls": network(),
    "Chicago Sketch": network(extra=[f"<ORIGINAL HEADER>~ \t{WORDS}\t;"]),
    "Eastern Massachusetts": network(header=f"~ \t{WORDS}\t;"),
    "Anaheim": network(meta="<{name}> {value}\t\t\t", end="<END OF METADATA>\t\t\t"),
    "Winnipeg": network(meta="<{name}>\t\t{value}"),
    "Barcelona": network(lambda r: "\t".join(cells(r, lambda v: f"{v:.16E}")) + "\t;"),
    "Terrassa": network(lambda r: "\t".join(cells(r)) + ";", meta="<{name}>{value}"),
    "Hessen": network(lambda r: " ".join(cells(r)) + " ;", header=f"~ {NAMES} ;"),
    "Berlin": network(header=f"~ {WORDS}\t;").replace("\n", "\r\n"),
    "Munich, with a mark": "\ufeff" + network(),
    "Austin": network(lambda r: "\t" + "\t".join(cells(r))),
    "Philadelphia": network(lambda r: "   ".join(f"{c:>14}" for c in cells(r)) + "   ;   "),
    "Gold Coast": network(
        lambda r: tabbed((*r[:7], 60.0, 2.0, r[9])),
        header="~\t"
        + NAMES.replace("speed toll", "critical_speed lanes").replace(" ", "\t")
        + "\t;",
    ),
    "Sydney": network(lambda r: tabbed(r).replace("\t0.0\t", "\t-0.0\t")),
    "Birmingham": network(
        extra=["<TOLL FACTOR>", "<DISTANCE FACTOR> ;", "~ links as surveyed"],
        meta="<{name}>   {value}   ;",
    ),
    "lower case": network().replace("NUMBER OF", "number of").replace("FIRST THRU", "First Thru"),
    "only seven columns": network(lambda r: "\t" + "\t".join(cells(r)[:7]) + "\t;"),
    "no end, no header": network(header="", end=""),
    "old Mac": network().replace("\n", "\r"),
    "thousands": network().replace(f"LINKS> {len(LINKS)}", f"LINKS> {len(LINKS):,}.0"),
}
TABLES = {
    "Sioux Falls": trips(),
    "Chicago Regional": trips(head="Origin  {o}  ", zeros=True),
    "Winnipeg": trips(pair="{d}:{v:.12e};", glue=""),
    "Anaheim": trips(pair="{d} : {v!r}; ", head="Origin {o} \t").replace("\n", "\r\n"),
    "glued": trips(head="Origin{o}"),
    "upper": trips(head="ORIGIN {o}", pair="\t{d}\t:\t{v!r}\t;"),
    "lines": trips(glue="\n"),
    "no total": trips(top=f"<NUMBER OF ZONES> {ZONES}\n"),
    "a total left blank": trips(top=f"<NUMBER OF ZONES> {ZONES}\n<TOTAL OD FLOW>\n"),
    "no last semicolon": trips().replace(";\n", "\n"),
    "no metadata": trips(top=""),
    "a mark": "\ufeff" + trips(),
    "zones beyond without trips": trips().replace("Origin \t1\n", "Origin \t1\n 9 : 0.0; ")
    + "\nOrigin 8\n\n",
}


def put(folder: Path, net: str | bytes, table: str | bytes) -> tuple[Path, Path]:
    out = []
    for name, text in (("x_net.tntp", net), ("x_trips.tntp", table)):
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        out.append(path)
    return out[0], out[1]


def same(found: RoadProblem) -> None:
    columns = np.array([row[:7] for row in LINKS])
    net = found.network
    assert (net.zones, net.nodes, net.first_through) == (ZONES, NODES, 3)
    for i, name in enumerate(("tail", "head")):
        assert getattr(net, name).tolist() == (columns[:, i] - 1).tolist()
    for i, name in enumerate(("capacity", "length", "free_flow", "b", "power"), start=2):
        assert getattr(net, name).tolist() == columns[:, i].tolist()
    wanted = np.zeros((ZONES, ZONES))
    for (o, d), count in TRIPS.items():
        wanted[o - 1, d - 1] = count
    assert np.array_equal(found.classes[0].demand, wanted)
    assert found.classes[0].fixed is None
    assert not [w.code for w in found.warnings]


@pytest.mark.parametrize("city", NETWORKS)
def test_networks(tmp_path: Path, city: str) -> None:
    same(read_problem(*put(tmp_path, NETWORKS[city], trips())))


@pytest.mark.parametrize("city", TABLES)
def test_trips(tmp_path: Path, city: str) -> None:
    same(read_problem(*put(tmp_path, network(), TABLES[city])))


def test_packed(tmp_path: Path) -> None:
    packed = [gzip.compress(text.encode()) for text in (network(), trips())]
    net, table = put(tmp_path, *packed)
    same(read_problem(net.rename(f"{net}.gz"), table.rename(f"{table}.gz")))
    net = tmp_path / "cut_net.tntp"
    net.write_bytes(packed[0][:-9])
    with pytest.raises(ChengceError) as caught:
        read_problem(net, None)
    assert [p.code for p in caught.value.problems] == ["file_unreadable"]


def test_latin_letters_and_chinese_in_comments(tmp_path: Path) -> None:
    for encoding, words in (("latin-1", "Straße in Zürich"), ("gb18030", "城市快速路")):
        text = network(extra=[f"~ {words}"]).encode(encoding)
        same(read_problem(*put(tmp_path, text, trips())))


@pytest.mark.parametrize(
    ("table", "row"),
    [(trips().replace("Origin \t1\n", "Origin \t1\n 9 : 4; "), 7), (trips() + "\nOrigin 8\n 1 : 2;", 15)],
)  # fmt: skip
def test_trips_of_zones_there_are_not(tmp_path: Path, table: str, row: int) -> None:
    with pytest.raises(ChengceError) as caught:
        read_problem(*put(tmp_path, network(), table))
    [problem] = caught.value.problems
    assert (problem.code, problem.row) == ("tntp_zone_range", row)


def test_metadata_that_cannot_be(tmp_path: Path) -> None:
    def codes(net: str, table: str = trips()) -> list[tuple[str, int | None]]:
        with pytest.raises(ChengceError) as caught:
            read_problem(*put(tmp_path, net, table))
        return [(p.code, p.row) for p in caught.value.problems]

    many = network().replace(f"ZONES> {ZONES}", "ZONES> 1000000000")
    assert codes(many.replace(f"NODES> {NODES}", "NODES> 1000000000")) == [
        ("tntp_too_many", 1), ("tntp_too_many", 2)
    ]  # fmt: skip
    assert codes(network(extra=["<TOLL FACTOR> cheap"])) == [("tntp_metadata_value", 5)]
    unread = network().replace(f"LINKS> {len(LINKS)}", "LINKS> some")
    found = read_problem(*put(tmp_path, unread, trips(top="<TOTAL OD FLOW> lots\n")))
    assert [(w.code, w.severity) for w in found.warnings] == [
        ("tntp_metadata_value", "warning")
    ] * 2


def with_delay(b: float, power: float, **more: float) -> str:
    at = {"capacity": 2, "length": 3, "time": 4}
    rows = []
    for row in LINKS:
        new = list(row)
        new[5:7] = b, power
        for name, value in more.items():
            new[at[name]] = value
        rows.append(tuple(new))
    return network(links=rows)  # type: ignore[arg-type]


def test_delays_as_cities_have_them(tmp_path: Path) -> None:
    """Barcelona states B for a capacity of 1; some links have neither capacity nor delay."""

    def solve(net: str) -> float:
        found = read_problem(*put(tmp_path, net, trips()))
        done = assign(found.network, found.classes, AssignOptions(gap=1e-10))
        assert done.converged
        assert np.isfinite(done.flow).all()
        return done.total

    assert solve(with_delay(0.15 / 50.0**6.87, 6.87, capacity=1)) == pytest.approx(
        solve(with_delay(0.15, 6.87, capacity=50)), rel=1e-9
    )
    free = solve(with_delay(0, 4, capacity=0, length=0))
    assert free == pytest.approx(solve(with_delay(0, 0, capacity=99)), rel=1e-12)
    assert solve(with_delay(1.0, 0.0, capacity=7)) == pytest.approx(2 * free, rel=1e-12)
    assert solve(with_delay(0.15, 4, time=0)) == 0
    with pytest.raises(ChengceError) as caught:
        solve(with_delay(0.15, 4, capacity=0))
    assert {p.code for p in caught.value.problems} == {"tntp_zero_capacity"}
    with pytest.raises(ChengceError) as caught:
        solve(with_delay(0.15, 4, capacity=1e-80))
    assert [p.code for p in caught.value.problems] == ["assignment_overflow"]
