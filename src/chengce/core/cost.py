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
        size = self.bytes / 2**20
        memory = f"{size:,.0f} MB" if size < 4096 else f"{size / 1024:,.1f} GB"
        if lang == "zh":
            time = f"约 {self.seconds:.0f} 秒" if self.seconds >= 1 else "不到 1 秒"
            return f"预计{time}，内存约 {memory}"
        time = f"about {self.seconds:.0f} s" if self.seconds >= 1 else "less than 1 s"
        return f"{time} and {memory} of memory"
