"""What every error of this package is: a fault, carrying codes and facts, never a sentence."""


class Fault(Exception):
    """Something asked of this package can't be done with what was given; `reason` is a code."""

    def __init__(self, reason: str = "", *facts: str) -> None:
        super().__init__(*filter(None, (reason, *facts)))
        self.reason = reason
