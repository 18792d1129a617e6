"""Revoking one badge: flipping its bit, signing the list and writing it out, at a thousand awards and a million."""

import random
from collections.abc import Callable

from benchmarks.badges import AWARDED, DID, KEY, LIST, METHOD
from benchmarks.measure import Contest, repeat
from bot.core.credentials import as_json, sign, status_list_credential
from bot.core.credentials.compiled import CompiledContexts
from bot.core.credentials.contexts import bundled_contexts

AWARDS_IN_LIST = 65_536  # as `issuing` fills its lists of 131,072 bits: half
REVOKED = 0.02


def status_contest() -> Contest:
    """Make the contest of revoking. Reading the list's revoked indices from the database is not in it."""
    contexts = CompiledContexts(bundled_contexts())

    def at(awards: int) -> Callable[[], object]:
        # A million awards fill many lists; a flipped bit concerns one of them.
        indices = random.Random(awards).sample(range(131_072), int(min(awards, AWARDS_IN_LIST) * REVOKED))  # noqa: S311
        revoked = set(indices)
        flipped = indices[0]

        def flip() -> str:
            revoked.symmetric_difference_update({flipped})
            document = status_list_credential(LIST, DID, revoked, AWARDED)
            return as_json(sign(document, KEY, METHOD, AWARDED, contexts=contexts))

        return flip

    contest = Contest(
        "Status list: flip one bit, sign the list, write it out",
        "at 1,000 awards",
        {f"at {awards:,} awards": repeat(at(awards)) for awards in (1_000, 1_000_000)},
    )
    contest.asked = [("at 1,000,000 awards", "at 1,000 awards", 0.9)]
    return contest
