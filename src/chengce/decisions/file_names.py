"""Make names of files and layers from names that people chose."""

import re


def plain_name(*parts: str) -> str:
    """Return a name for a layer or a file: letters (Chinese ones too), digits, `_` and `-`."""
    return re.sub(r"[^\w-]+", "_", "_".join(p for p in parts if p)).strip("_")
