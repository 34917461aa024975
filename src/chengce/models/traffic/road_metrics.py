"""Describe what is reported of traffic: of people, of places, of streets."""

from chengce.core.metric import Metric
from chengce.core.text import Text

FLOW_LEAST = 10.0  # pcu/h on a street in a direction that count as a change
FLOW_SHARE = 0.02

FLOW = Metric(
    "flow",
    Text("路段流量", "traffic on the street"),
    "pcu/h",
    "less",
    Text(
        "每小时驶过路段该方向的标准车数",
        "passenger-car units per hour that pass in this direction",
    ),
    threshold=FLOW_LEAST,
    threshold_share=FLOW_SHARE,
    of="place",
)


def road_metrics(cap: float) -> tuple[Metric, ...]:
    """Return the metrics of places and people; a trip without a way counts `cap` minutes."""
    return (
        Metric(
            "car_minutes",
            Text("小汽车出行的行车时间", "driving time of a car trip"),
            "min",
            "less",
            Text(
                f"从本区出发的小汽车出行的平均行车时间，按人平均；无路可走的出行按 {cap:g} 分钟计",
                "mean driving time of car trips that start in one's zone, averaged over people; a "
                f"trip without a way counts {cap:g} min",
            ),
            cap=cap,
            threshold=0.1,
            threshold_share=0.01,
        ),
        Metric(
            "car_delay",
            Text("小汽车出行的拥堵延误", "delay of a car trip"),
            "min",
            "less",
            Text(
                "行车时间中超出所走道路畅行时间的部分，按人平均；绕行不计在内",
                "the part of driving time beyond free flow on the roads taken, averaged over people; "
                "a detour is not in it",
            ),
            threshold=0.1,
            threshold_share=0.01,
        ),
        _of_place(
            "vehicle_km",
            Text("道路上的车流（车公里）", "traffic on the streets, vehicle-km"),
            "veh-km/h",
            Text(
                "区内道路上每小时行驶的车公里，区内外车辆都计",
                "vehicle-km per hour on the streets of the zone, by whoever drives there",
            ),
        ),
        _of_place(
            "vehicle_h",
            Text("道路上的行车时间（车小时）", "driving time on the streets, vehicle-hours"),
            "veh-h/h",
            Text(
                "区内道路上每小时行驶的车小时，区内外车辆都计",
                "vehicle-hours driven per hour on the streets of the zone, by whoever drives there",
            ),
        ),
        _of_place(
            "delay_h",
            Text("道路上的延误", "delay on the streets"),
            "veh-h/h",
            Text(
                "区内道路上每小时的车小时中超出畅行的部分；绕行到本来就慢的路不算延误，算行车时间",
                "vehicle-hours per hour beyond free flow on the streets of the zone; a detour by "
                "roads that are slow anyway is no delay but driving time",
            ),
        ),
        _of_place(
            "co2_kg",
            Text("车辆 CO₂ 排放", "CO2 from vehicles"),
            "kg/h",
            Text(
                "区内道路上每小时排放的二氧化碳，按各路段平均车速估算，不含冷启动与坡度",
                "carbon dioxide per hour on the streets of the zone, from the mean speed on each; "
                "without cold starts and slopes",
            ),
        ),
        _of_place(
            "tolls",
            Text("车辆支付的通行费", "tolls paid by vehicles"),
            "money/h",
            Text(
                "从本区出发的车辆每小时支付的通行费，城市货币",
                "tolls per hour paid by vehicles that start in the zone, in the city's currency",
            ),
        ),
        _of_place(
            "unserved",
            Text("无路可走的车辆", "vehicles without a way"),
            "veh/h",
            Text(
                "从本区出发、开不到目的地的车辆；它们不在路网上，不计入车流与延误",
                "vehicles from the zone that cannot drive to where they go; they are on no street "
                "and in no other figure but the driving time",
            ),
        ),
    )


def _of_place(name: str, title: Text, unit: str, definition: Text) -> Metric:
    return Metric(name, title, unit, "less", definition, threshold_share=0.01, of="place")
