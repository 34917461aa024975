"""Say before a run what it will take: seconds and bytes."""

from dataclasses import dataclass

from chengce.core.text import Lang


@dataclass(frozen=True)
class Cost:
    """An estimate of time and memory, meant to be right within a factor of two; compilation apart."""

    seconds: float
    bytes: float

    def __add__(self, other: "Cost") -> "Cost":
        """Add time; memory is what both hold at once."""
        return Cost(self.seconds + other.seconds, self.bytes + other.bytes)

    def times(self, count: float) -> "Cost":
        """Return the cost of doing the same `count` times and keeping every result."""
        return Cost(self.seconds * count, self.bytes * count)

    def show(self, lang: Lang) -> str:
        """Print the estimate for a person."""
        seconds = f"{self.seconds:.0f}" if self.seconds >= 1 else "<1"
        size = self.bytes / 2**20
        memory = f"{size:,.0f} MB" if size < 4096 else f"{size / 1024:,.1f} GB"
        if lang == "zh":
            return f"预计约 {seconds} 秒，内存约 {memory}"
        return f"about {seconds} s and {memory} of memory"
