"""List the commands that compute from files alone, each with what computes it again."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from chengce.core.context import Context
from chengce.core.file_result import FileResult
from chengce.models.calibration.file_calibrate import calibrate_files
from chengce.models.demand.file_fit import interact_files
from chengce.models.matrices.file_matrix import matrix_files
from chengce.models.traffic.file_assign import assign_files

Recompute = Callable[[Mapping[str, Path], Mapping[str, Any], Context], FileResult]

COMMANDS: Mapping[str, Recompute] = {
    "assign": assign_files,
    "calibrate": calibrate_files,
    "interact": interact_files,
    "matrix": matrix_files,
}
