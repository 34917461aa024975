"""Write the section on driving from an OSM extract beside Valhalla: throughput only."""

from benchmarks.log import latest
from tools.docs.markdown import table

from chengce.core.text import Lang, Text

TITLE = Text(
    "从 OSM 文件到驾车矩阵：与 Valhalla 相比，各 1 线程",
    "From an OSM extract to a driving matrix: beside Valhalla, 1 thread each",
)
HEAD = Text(
    "文件|路口|起点×终点|同行|本程序准备（秒）|同行建瓦片（秒）|本程序矩阵（秒）|timedistancematrix（秒）|costmatrix（秒）|对其较快者的比值|可达（本程序）|可达（同行）",
    "extract|junctions|origins × destinations|peer|ours, ready, s|peer, tiles, s|ours, matrix, s|timedistancematrix, s|costmatrix, s|ratio to its faster one|reached, ours|reached, peer",
)
SAID = Text(
    "两者读同一文件、答同一批地点（街道中点，取自小汽车可互达的部分），但准入、车速与转弯代价的规则各自不同，所以数值不相等也不核对，只比吞吐。"
    "矩阵均含地点的匹配；Valhalla 的另含答案的 JSON 文本，一次请求，两种算法各测一次；本程序取三次中最短的一次。本程序的准备含读文件、建路网与层级。"
    "Valhalla 取自 pyvalhalla，能建瓦片的版本只有 Python 3.12 起的安装包；它每次请求都重新搜索，本程序则预先收缩路网。",
    "Both read the same file and answer the same places (half-way along streets of the part whose streets all reach one another "
    "by car), but by rules of their own for access, speed and the cost of turns: the values are not equal and not compared, "
    "only the throughput is. Both matrices include the matching of places; Valhalla's also the JSON text of the answer, one request, "
    "each of its two algorithms once; ours is the shortest of three. Ours gets ready by reading the file, building the network and the hierarchy. "
    "Valhalla comes from pyvalhalla, whose versions that build tiles have wheels for Python 3.12 and newer only; it searches anew at each "
    "request, while ours contracts the network beforehand.",
)


def section(lang: Lang) -> list[str]:
    """Return the parts of the section, none where nothing has been measured."""
    rows = [r for r in latest("extract", "case") if "peer" in r]
    if not rows:
        return []
    cells = [
        (r["case"], f"{r['nodes']:,}", f"{r['origins']:,} × {r['destinations']:,}", r["peer"],
         r["ours_prepared_s"], r["peer_prepared_s"], r["ours_s"], r["peer_timedistancematrix_s"],
         r["peer_costmatrix_s"], f"{r['ratio']:,.3g}×", f"{r['reached']:.1%}", f"{r['peer_reached']:.1%}")
        for r in rows
    ]  # fmt: skip
    return [f"## {TITLE.get(lang)}", table(HEAD.get(lang).split("|"), cells), SAID.get(lang)]
