"""Find the system a person means: codes, names and nicknames in Chinese and English."""

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache

import pyproj
from pyproj.exceptions import CRSError

from chengce.city.datums.base import System
from chengce.city.datums.epsg import Epsg, offline
from chengce.city.datums.gauss import Datum, Zone, zone_at, zone_numbered
from chengce.city.datums.shifted import Shifted
from chengce.core.errors import ChengceError, Problem
from chengce.core.text import Text

_SHIFTED = {
    "GCJ-02": ("gcj02", "gcj", "火星坐标", "火星坐标系", "火星", "国测局坐标", "国测局", "高德", "高德坐标",
               "腾讯", "腾讯坐标", "amap", "mars"),
    "BD-09": ("bd09", "bd", "bd09ll", "百度", "百度坐标", "百度坐标系", "百度经纬度", "baidu"),
    "BD-09MC": ("bd09mc", "百度墨卡托", "百度平面坐标", "baidumercator"),
}  # fmt: skip
_GEOGRAPHIC = {
    4326: ("wgs84", "wgs1984", "gps", "gps坐标", "ogc:crs84", "crs84"),
    4490: ("cgcs2000", "国家2000", "2000国家大地坐标系", "国家大地坐标系2000", "cgcs2000经纬度", "大地2000"),
    4610: ("xian1980", "xian80", "西安80", "西安1980", "1980西安坐标系"),
    4214: ("beijing1954", "beijing54", "北京54", "北京1954", "1954北京坐标系"),
}  # fmt: skip
_PLANE = re.compile(
    r"^(?P<datum>cgcs2000|国家2000|西安80|西安1980|xian1980|xian80|北京54|北京1954|beijing1954|beijing54)"
    r"(?P<width>[36三六])(?:度|degree)(?:带|分带)?(?:gausskruger|高斯克吕格)?"
    r"(?:第?(?P<number>\d{2})(?:号)?带|zone(?P<zone>\d{2})|"
    r"(?:中央经线|中央子午线|cm)(?P<meridian>\d{2,3})(?:度|°)?e?)$"
)
_DATUMS: dict[str, Datum] = {"c": "CGCS2000", "国": "CGCS2000", "x": "Xian 1980", "西": "Xian 1980",
                             "b": "Beijing 1954", "北": "Beijing 1954"}  # fmt: skip
_SUGGESTED = ("WGS-84", "CGCS2000", "GCJ-02", "BD-09", "EPSG:4548")


def named_system(declared: str) -> System:
    """Return the system a text names.

    Knows EPSG codes (`EPSG:4548`, `4548`), WGS-84, CGCS2000, GCJ-02, BD-09, BD-09MC, Beijing 1954,
    Xi'an 1980, their nicknames, zones in words (`CGCS2000 3度带 39带`, `CGCS2000 3度 中央经线117`),
    and what PROJ knows by name or WKT. Case, spaces, hyphens and full-width letters don't matter.
    Raises `ChengceError` `crs_unknown`.
    """
    plain = _plain(declared)
    for name in ("GCJ-02", "BD-09", "BD-09MC"):
        if plain in _SHIFTED[name]:
            return Shifted(name)
    for code, names in _GEOGRAPHIC.items():
        if plain in names:
            return epsg(code)
    zone = _zone(plain)
    if zone is not None:
        return epsg(zone.code)
    try:
        return _proj(declared.strip())
    except CRSError:
        raise ChengceError(_unknown(declared, plain)) from None


def of_crs(crs: pyproj.CRS) -> Epsg:
    """Return the system of a file's own CRS."""
    text = crs.to_string()
    code = 4326 if "CRS84" in text else crs.to_epsg()
    return epsg(code) if code else Epsg(crs)


@lru_cache(maxsize=64)
def epsg(code: int) -> Epsg:
    """Return a system by its EPSG code; raises pyproj's `CRSError` if there is none."""
    with offline():
        return Epsg(pyproj.CRS.from_epsg(code), code)


def _proj(text: str) -> Epsg:
    with offline():
        crs = pyproj.CRS.from_user_input(int(text) if text.isdecimal() else text)
        found = of_crs(crs)
    return found if found.code else Epsg(crs, None, text)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s\-_/·'’（）()]", "", folded)


def _zone(plain: str) -> Zone | None:
    found = _PLANE.match(plain)
    if found is None:
        return None
    datum, wide = _DATUMS[found["datum"][0]], found["width"] in "3三"
    if found["meridian"]:
        return zone_at(datum, 3 if wide else 6, int(found["meridian"]))
    zone = zone_numbered(datum, int(found["number"] or found["zone"]))
    return zone if zone is not None and (zone.width == 3) == wide else None


def _unknown(declared: str, plain: str) -> Problem:
    known = {n: name for name, names in _SHIFTED.items() for n in names}
    known |= {n: names[0] for names in _GEOGRAPHIC.values() for n in names}
    near = get_close_matches(plain, list(known), n=2, cutoff=0.6)
    listed = list(dict.fromkeys([*(known[n] for n in near), *_SUGGESTED]))[:6]
    said = "" if len(declared) > 40 or declared.lstrip()[:1] == "+" else f" {declared}"
    return Problem(
        "crs_unknown",
        Text(f"不认识的坐标系{said}", f"unknown coordinate system{said}"),
        Text(f"可写 {'、'.join(listed)} 等，或 own:参数文件.toml",
             f"write for example {', '.join(listed)}, or own:FILE.toml"),
    )  # fmt: skip
