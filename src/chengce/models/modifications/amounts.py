"""Hold a change of a number: set to a value, raised by one, or multiplied."""

from dataclasses import dataclass

from chengce.core.text import Text


@dataclass(frozen=True)
class Amount:
    """A change of a number; exactly one of the three is given."""

    value: float | None = None
    add: float | None = None
    factor: float | None = None

    def of(self, now: float) -> float:
        """Return the number after the change; a factor of 1 and adding 0 leave it exactly."""
        if self.value is not None:
            return self.value
        if self.add is not None:
            return now + self.add
        assert self.factor is not None
        return now * self.factor

    def said(self, unit: str = "") -> Text:
        """Say the change at the end of a summary."""
        if self.value is not None:
            return Text(f"设为 {self.value:g}{unit}", f"set to {self.value:g}{unit}")
        if self.add is not None:
            more = self.add >= 0
            size = f"{abs(self.add):g}{unit}"
            return Text(
                f"{'增加' if more else '减少'} {size}", f"{'up' if more else 'down'} by {size}"
            )
        return Text(f"为现状的 {self.factor:g} 倍", f"at {self.factor:g} times today's")
