"""Write the headline metrics of all states as one GeoJSON, with what the run is inside."""

import json
import math
from typing import Any

import numpy as np
import shapely

from chengce.core.finding import Metric
from chengce.decisions.compare import Comparison
from chengce.decisions.layers.zones import zone_names
from chengce.decisions.maps.place_values import PlaceValues, differences_by_place, values_by_place
from chengce.decisions.maps.zones import zones_of
from chengce.decisions.record import Run
from chengce.decisions.report.headline import headline_metrics

_DIGITS = 7  # of a degree: about a centimetre


def zones_geojson(run: Run) -> dict[str, Any]:
    """Return the zones as a GeoJSON FeatureCollection (RFC 7946, WGS-84).

    Properties per headline metric and scenario: `METRIC.SCENARIO` with `.low`, `.high` and
    `.state`; for scenarios `METRIC.SCENARIO.change` with `.change_low`, `.change_high` and
    `.verdict`; `METRIC.SCENARIO.p25` and so on give the variation over departure time at the
    central walking speed (spread, not an interval). What is not a number is null and its state
    says why. `metadata` names the run, the metrics and the licences of the data.
    """
    comparison = run.comparison
    city, places = comparison.reference.city, comparison.reference.finding.places
    columns = _columns(comparison)
    features = [
        {
            "type": "Feature",
            "id": place,
            "geometry": _geometry(shape),
            "properties": {
                "id": place,
                "name": name,
                **{k: c[i] for k, c in columns.items()},
            },
        }
        for i, (place, name, shape) in enumerate(
            zip(places, zone_names(city, places), zones_of(city, places), strict=True)
        )
    ]
    return {"type": "FeatureCollection", "metadata": _metadata(run), "features": features}


def _columns(comparison: Comparison) -> dict[str, list[Any]]:
    """Return the properties of all places, by name."""
    before = comparison.reference.finding
    people = np.median(before.people.sum(axis=2), axis=0)
    edge = set(before.at_edge)
    out: dict[str, list[Any]] = {
        "people": [_number(v) for v in people],
        "at_edge": [p in edge for p in before.places],
    }
    for metric in headline_metrics(comparison):
        for state in comparison.states:
            stem = f"{metric.id}.{state.scenario.name}"
            out |= _numbers(
                stem, ("", ".low", ".high"), values_by_place(state.finding, metric.id), ".state"
            )
        for state in comparison.alternatives:
            stem = f"{metric.id}.{state.scenario.name}"
            found = differences_by_place(before, state.finding, metric.id)
            out |= _numbers(stem, (".change", ".change_low", ".change_high"), found, ".verdict")
    for state in comparison.states:
        for metric_id, rows in state.finding.spread.items():
            for percentile, row in zip(state.finding.spread_percentiles, rows, strict=True):
                stem = f"{metric_id}.{state.scenario.name}.p{percentile}"
                out[stem] = [_number(v) for v in row]
    return out


def _numbers(
    stem: str, ends: tuple[str, str, str], values: PlaceValues, state: str
) -> dict[str, list[Any]]:
    arrays = (values.value, values.low, values.high)
    out = {stem + end: [_number(v) for v in a] for end, a in zip(ends, arrays, strict=True)}
    return {**out, stem + state: values.state.tolist()}


def _number(value: float) -> float | None:
    return float(f"{value:.9g}") if math.isfinite(value) else None


def _geometry(shape: Any) -> dict[str, Any] | None:
    if shape is None or shapely.is_empty(shape):
        return None
    whole = shapely.transform(shapely.orient_polygons(shape), lambda xy: np.round(xy, _DIGITS))
    return dict(json.loads(shapely.to_geojson(whole)))


def _metadata(run: Run) -> dict[str, Any]:
    comparison = run.comparison
    city = comparison.reference.city

    def about(metric: Metric) -> dict[str, Any]:
        return {"title": metric.title.as_dict(), "unit": metric.unit, "better": metric.better, "of": metric.of,
                "definition": metric.definition.as_dict()}  # fmt: skip

    return {
        "run": run.id,
        "at": run.at,
        "head": str(run.head),
        "result": comparison.result_hash,
        "replay": run.replay_command,
        "city": {"name": city.name, "hash": city.hash},
        "reference": comparison.reference.scenario.name,
        "scenarios": {s.scenario.name: s.scenario.title.as_dict() for s in comparison.states},
        "metrics": {m.id: about(m) for m in headline_metrics(comparison)},
        "interval": "5th to 95th percentile of draws; value is the median",
        "licences": {
            k: {"licence": d.licence, "owner": d.owner} for k, d in city.descriptors.items()
        },
    }
