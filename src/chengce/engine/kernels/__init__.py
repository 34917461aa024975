"""Numba kernels: arrays in, arrays out, serial inside, no interpreter lock held."""
