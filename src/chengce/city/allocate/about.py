"""Say how the people of a city were shared out: by what, of whom, when, and how many."""

from chengce.city.allocate.spec import BASES, WEIGHTS
from chengce.city.city import City
from chengce.core.groups import TOTAL
from chengce.core.text import Text


def how_shared(city: City) -> Text | None:
    """Return a line such as “shared out by dwellings, resident population, 2020-11-01: 100 % of people”.

    None where the people were not shared out from totals.
    """
    table, totals = city.table("allocation"), city.table("totals")
    if not len(table) or not len(totals):
        return None
    placed = table[table["zone"].notna()]
    by = placed.groupby("by")["people"].sum().sort_values(ascending=False)
    zh = "、".join(WEIGHTS[k].zh for k in by.index if k in WEIGHTS)
    en = ", ".join(WEIGHTS[k].en for k in by.index if k in WEIGHTS)
    bases = [BASES[b] for b in sorted(set(totals["base"]))]
    dates = ", ".join(sorted(set(totals["date"].astype(str))))
    people, total = city.table("people"), float(table["people"].sum())
    rows = people[people["dimension"] == TOTAL]
    here, inside = float(rows["count"].sum()), float(placed["people"].sum())
    share = min(1.0, inside / here) if here > 0 else 0.0
    lost = total - inside
    areas = table["area"].nunique()
    more = Text("", "")
    if lost > 0:
        more = Text(f"，另有 {lost:,.0f} 人未落入分区", f"; {lost:,.0f} more are in no zone")
    return Text(
        f"由 {areas} 个区域的总量按{zh}分摊，{'、'.join(b.zh for b in bases)}，{dates}；"
        f"占城市人口的 {share:.0%}{more.zh}",
        f"shared out from the totals of {areas} areas by {en}, {', '.join(b.en for b in bases)}, {dates}; "
        f"{share:.0%} of the city's people{more.en}",
    )
