"""Taking turns: every contestant runs a short slice in each round, and the least disturbed one counts.

Time is the processor's, spent by the contestant's own process, so that waiting for a machine others use too is
left out; what others do to its caches is not, hence the best of many slices spread over the whole run.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

ROUNDS = 12
SLICE = 0.15

Slice = Callable[[], float]
"""Runs for about `SLICE` seconds and returns the rate per second."""


@dataclass
class Contest:
    """Contestants by name, the one that the ratios are to, and what was asked for."""

    title: str
    reference: str
    contestants: dict[str, Slice]
    asked: list[tuple[str, str, float]] = field(default_factory=list)
    """First name, second name, and what the first's rate divided by the second's should be at least."""
    rates: dict[str, list[float]] = field(default_factory=dict)

    def run(self) -> None:
        """Run the rounds; one more comes first, to warm up, and doesn't count."""
        for one in self.contestants.values():
            one()
        self.rates = {name: [] for name in self.contestants}
        for _ in range(ROUNDS):
            for name, one in self.contestants.items():
                self.rates[name].append(one())

    def ratio(self, first: str, second: str) -> float:
        """Return how many times as fast the first is."""
        return max(self.rates[first]) / max(self.rates[second])

    def lines(self) -> list[str]:
        """Write the results as a table."""
        wide = max(map(len, self.contestants)) + 2
        lines = [f"{self.title}", f"  {'':<{wide}}{'per second':>12}  ratio to {self.reference}"]
        for name, rates in self.rates.items():
            lines.append(f"  {name:<{wide}}{max(rates):>12,.0f}  {self.ratio(name, self.reference):.3g}")
        for first, second, least in self.asked:
            if second in self.rates:
                found = self.ratio(first, second)
                verdict = "met" if found >= least else "NOT MET"
                lines.append(f"  asked: {first} >= {least:g} x {second}: {found:.3g}, {verdict}")
        return lines


def repeat(work: Callable[[], object], times: int = 1) -> Slice:
    """Make a slice of calling `work`, which does `times` of what is counted."""

    def run() -> float:
        start = time.process_time()
        done, elapsed = 0, 0.0
        while elapsed < SLICE:
            work()
            done += times
            elapsed = time.process_time() - start
        return done / elapsed

    return run
