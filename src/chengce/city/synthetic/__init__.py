"""Make cities that nobody lives in: a town as real files, a lattice and a drawing for tests."""
