"""List the GTFS files and fields this reader knows (GTFS Schedule reference, gtfs.org)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FileSpec:
    """One file: the columns it must have, and all the columns the reference names."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> frozenset[str]:
        """All columns of the reference."""
        return frozenset(self.required + self.optional)


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

READ: Mapping[str, FileSpec] = {
    "agency.txt": FileSpec(
        ("agency_name",),
        ("agency_id", "agency_url", "agency_timezone", "agency_lang", "agency_phone", "agency_fare_url", "agency_email",
         "cemv_support"),
    ),
    "stops.txt": FileSpec(
        ("stop_id",),
        ("stop_lat", "stop_lon", "stop_name", "location_type", "parent_station", "wheelchair_boarding",
         "stop_code", "tts_stop_name", "stop_desc", "zone_id", "stop_url", "stop_timezone", "level_id", "platform_code",
         "stop_access"),
    ),
    "routes.txt": FileSpec(
        ("route_id", "route_type"),
        ("agency_id", "route_short_name", "route_long_name", "route_color", "route_desc", "route_url",
         "route_text_color", "route_sort_order", "continuous_pickup", "continuous_drop_off",
         "network_id", "cemv_support"),
    ),
    "trips.txt": FileSpec(
        ("route_id", "service_id", "trip_id"),
        ("trip_headsign", "direction_id", "shape_id", "wheelchair_accessible", "trip_short_name", "block_id",
         "bikes_allowed", "cars_allowed"),
    ),
    "stop_times.txt": FileSpec(
        ("trip_id", "stop_id", "stop_sequence"),
        ("arrival_time", "departure_time", "pickup_type", "drop_off_type", "shape_dist_traveled", "timepoint",
         "stop_headsign", "location_group_id", "location_id", "start_pickup_drop_off_window",
         "end_pickup_drop_off_window", "continuous_pickup", "continuous_drop_off", "pickup_booking_rule_id",
         "drop_off_booking_rule_id"),
    ),
    "calendar.txt": FileSpec(("service_id", *DAYS, "start_date", "end_date")),
    "calendar_dates.txt": FileSpec(("service_id", "date", "exception_type")),
    "frequencies.txt": FileSpec(("trip_id", "start_time", "end_time", "headway_secs"), ("exact_times",)),
    "shapes.txt": FileSpec(("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"), ("shape_dist_traveled",)),
}  # fmt: skip

NEEDED = ("stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
RECOMMENDED = ("feed_info.txt", "shapes.txt")
KNOWN_FILES = frozenset(READ) | {
    f"{name}.txt"
    for name in (
        "areas", "attributions", "booking_rules", "fare_attributes", "fare_leg_join_rules", "fare_leg_rules",
        "fare_media", "fare_products", "fare_rules", "fare_transfer_rules", "feed_info", "levels",
        "location_group_stops",
        "location_groups", "networks", "pathways", "rider_categories", "route_networks", "stop_areas", "timeframes",
        "transfers", "translations",
    )
} | {"locations.geojson"}  # fmt: skip
