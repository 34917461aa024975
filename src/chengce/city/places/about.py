"""Say in one line each what a city knows of its places: hours, capacity, staff, kit."""

from chengce.city.city import City
from chengce.core.text import Text

_UNITS = {
    "beds": Text("床", "beds"),
    "seats": Text("座", "seats"),
    "places": Text("学位或托位", "places"),
    "spaces": Text("车位", "spaces"),
    "people": Text("人", "people"),
    "": Text("（单位不详）", "(unit not stated)"),
}
_SHOWN = 8


def how_equipped(city: City) -> list[Text]:
    """Return what is known of the places, with how many of them it is known of."""
    places = city.table("places")
    out = []
    known = int(places["hours"].notna().sum()) if "hours" in places else 0
    if known:
        out.append(
            Text(
                f"开放时间：{len(places):,} 处设施中 {known:,} 处已知",
                f"opening hours: known of {known:,} of {len(places):,} places",
            )
        )
    given = places[places["capacity"].notna()] if "capacity" in places else places[:0]
    if len(given):
        units = (
            given["capacity_unit"] if "capacity_unit" in given else given["id"].map(lambda _: None)
        )
        sums = given["capacity"].groupby(units.fillna("")).agg(["sum", "count"])
        parts = [(_UNITS[str(u)], total, int(n)) for u, total, n in sums.itertuples()]
        out.append(
            Text(
                "容量：" + "、".join(f"{total:,.0f} {u.zh}（{n} 处）" for u, total, n in parts),
                "capacity: "
                + ", ".join(f"{total:,.0f} {u.en} ({n} places)" for u, total, n in parts),
            )
        )
    for name, column, zh, en in (
        ("place_staff", "role", "人员", "staff"),
        ("place_kit", "kit", "设备", "kit"),
    ):
        if name in city.tables:
            sums = city.table(name).groupby(column)["count"].sum().sort_values(ascending=False)
            shown = [f"{what} {total:,.0f}" for what, total in sums.head(_SHOWN).items()]
            more = " …" if len(sums) > _SHOWN else ""
            out.append(Text(f"{zh}：{'、'.join(shown)}{more}", f"{en}: {', '.join(shown)}{more}"))
    return out
