"""Name the values and geometries that several contracts share."""

POLYGON = ("Polygon", "MultiPolygon")
LINE = ("LineString",)
POINT = ("Point",)
MODES = ("car", "truck", "transit", "bike", "walk", "all")
BASES = ("resident", "registered", "actual", "service")
CAPACITY_UNITS = ("beds", "seats", "places", "spaces", "people")
WHO = ("everyone", "residents", "vehicles_only", "closed")
DIRECTIONS = (0, 1, 2, 3)  # bit 1: along the geometry, bit 2: against it
