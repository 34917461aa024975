"""Decide the unit of a column: declared, in its header, or in a line above the table."""

from chengce.city.layers import Column
from chengce.city.readers.sheets.units import Unit, factor_to, unit_named
from chengce.city.readers.tables_report import Report
from chengce.city.readers.tables_source import Source
from chengce.city.readers.tables_spec import TableSpec
from chengce.core.text import Text


def unit_of(
    source: Source, spec: TableSpec, target: Column, column: str, report: Report
) -> Unit | None:
    """Return the unit to convert from; None where there is nothing to convert.

    A declared unit that is not known, and a unit that measures something else than the contract's
    column, are errors: what is meant must be said.
    """
    if target.kind not in ("float", "int"):
        return None
    if target.name in spec.units:
        unit = unit_named(spec.units[target.name])
        if unit is None:
            report.add(
                "unit_unknown",
                Text(
                    f"不认识的单位“{spec.units[target.name]}”",
                    f"unknown unit “{spec.units[target.name]}”",
                ),
                Text("如 人、万人、㎡、公顷、万元、%", "such as people, m2, ha, km, %"),
                column=column,
            )
            return None
    elif column in source.units:
        unit = source.units[column]
    else:
        line = source.line_unit
        return line if line is not None and target.unit and factor_to(line, target.unit) else None
    if not target.unit:
        return unit if unit.dimension == "share" or target.name in spec.units else None
    if factor_to(unit, target.unit) is None:
        report.add(
            "unit_differs",
            Text(
                f"“{column}”的单位是{unit.name}，{spec.table}.{target.name} 的单位是 {target.unit}",
                f"“{column}” is in {unit.name}, {spec.table}.{target.name} in {target.unit}",
            ),
            Text(
                f'换一列；确实可以直接用时写明 units = {{ {target.name} = "…" }}',
                f'use another column; if it fits, say units = {{ {target.name} = "…" }}',
            ),
            row=source.header_row,
            column=column,
        )
        return None
    return unit
