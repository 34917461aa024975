"""Define the number that means *not reachable*, for milliseconds and seconds alike."""

INF = 2**30  # int32; any label plus any cost below it still fits in int32
