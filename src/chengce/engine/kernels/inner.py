"""Compile kernels that only other kernels call: without doors from Python, so a tenth sooner."""

from numba import njit

inner = njit(nogil=True, cache=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
