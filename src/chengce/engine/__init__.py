"""Fast and domain-blind travel costs: street network, timetable, matrices; kernels see arrays."""
