"""Write who goes where in every state: a row per pair of places with a flow, or matrices."""

import io

import numpy as np
import pandas as pd

from chengce.city.readers.omx import omx_bytes
from chengce.decisions.compare import Comparison, State
from chengce.decisions.file_names import plain_name

LEAST = 0.005  # of the first quantity: less is no row
MOST = 300_000  # rows of a table for a spreadsheet; more go to Parquet
_BOM = "\ufeff"  # spreadsheets take a file without it for the local code page, and garble names


def flow_files(comparison: Comparison) -> dict[str, bytes]:
    """Return flows.csv, or flows.parquet if it has many rows; none where the answer has no pairs."""
    frames = [_frame(state) for state in comparison.states if state.finding.pairs]
    if not frames:
        return {}
    table = pd.concat(frames, ignore_index=True)
    if len(table) > MOST:
        parquet = io.BytesIO()
        table.to_parquet(parquet, index=False)
        return {"flows.parquet": parquet.getvalue()}
    text = str(table.to_csv(index=False, lineterminator="\n", float_format="%.9g"))
    return {"flows.csv": (_BOM + text).encode()}


def flow_matrices(comparison: Comparison) -> dict[str, bytes]:
    """Return flows-SCENARIO.omx for every state with pairs: a matrix per quantity, lookup `zone`.

    Rows are origins. All pairs are in it, however small; NaN where not reached.
    """
    return {
        f"flows-{plain_name(state.scenario.name)}.omx": omx_bytes(
            {
                f"{part.name}_{part.unit}": np.where(np.isfinite(part.values), part.values, np.nan)
                for part in state.finding.pairs
            },
            {"zone": state.finding.places},
        )
        for state in comparison.states
        if state.finding.pairs
    }


def _frame(state: State) -> pd.DataFrame:
    """Return scenario, origin, destination, a column per quantity (empty: not reached), basis."""
    finding = state.finding
    places = np.array(finding.places, dtype=object)
    origin, destination = np.nonzero(finding.pairs[0].values >= LEAST)
    columns = {"scenario": state.scenario.name, "origin": places[origin],
               "destination": places[destination]}  # fmt: skip
    for part in finding.pairs:
        values = part.values[origin, destination]
        columns[f"{part.name}_{part.unit}"] = np.where(np.isfinite(values), values, np.nan)
    return pd.DataFrame({**columns, "basis": "conditional"})
