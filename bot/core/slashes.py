"""The slash commands there are, and which was meant by one that there is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process


@dataclass(frozen=True, slots=True)
class Slash:
    """One form of a slash command: what completion, help and the platforms' menus list.

    `topic` finds its sentence in `bot.core.words.helping`; `teaching` forms are for teachers and staff, those with
    `roles` for platforms that have some.
    """

    topic: str
    form: str
    teaching: bool = False
    roles: bool = False


SLASHES = (
    Slash("award", "/award @student… Badge for reason", teaching=True),
    Slash("award-level", "/award @student… Badge level Level for reason", teaching=True),
    Slash("mybadges", "/mybadges"),
    Slash("mybadges-other", "/mybadges @member"),
    Slash("mybadges-privacy", "/mybadges privacy"),
    Slash("mybadges-take", "/mybadges take"),
    Slash("mybadges-portfolio", "/mybadges portfolio"),
    Slash("mybadges-identity", "/mybadges identity address"),
    Slash("mybadges-identity-open", "/mybadges identity open"),
    Slash("goals", "/goals"),
    Slash("goals-add", "/goals add Badge or milestones by date every week"),
    Slash("goals-done", "/goals done goal"),
    Slash("goals-drop", "/goals drop goal"),
    Slash("goals-remind", "/goals remind goal every week"),
    Slash("goals-snooze", "/goals snooze goal"),
    Slash("badge-list", "/badge list"),
    Slash("badge-list-archived", "/badge list archived", teaching=True),
    Slash("badge-show", "/badge show Badge"),
    Slash("badge-new", "/badge new", teaching=True),
    Slash("badge-edit", "/badge edit Badge", teaching=True),
    Slash("badge-archive", "/badge archive Badge", teaching=True),
    Slash("badge-restore", "/badge restore Badge", teaching=True),
    Slash("badge-role", "/badge role Badge role", teaching=True, roles=True),
    Slash("badge-starter", "/badge starter", teaching=True),
    Slash("revoke", "/revoke @student Badge because reason", teaching=True),
    Slash("verify", "/verify address"),
    Slash("suspend", "/laurel suspend @student Badge because reason", teaching=True),
    Slash("reinstate", "/laurel reinstate @student Badge", teaching=True),
    Slash("identity", "/laurel identity @student address", teaching=True),
    Slash("link", "/laurel link code"),
    Slash("unlink", "/laurel unlink"),
    Slash("help", "/laurel help"),
)


NAMES = tuple(dict.fromkeys(slash.form.split()[0] for slash in SLASHES))
"""Every command's name, the most used first."""

NEAR = 75  # of 100: "/gaols", "/awrad" and "/badges" are near enough


def closest(asked: str, known: Sequence[str]) -> str:
    """Give what was probably meant; "" where nothing is near."""
    found = process.extractOne(asked.casefold(), known, scorer=fuzz.ratio, score_cutoff=NEAR)
    return found[0] if found else ""


def forms(name: str) -> tuple[str, ...]:
    """Give what can be typed of a command: a role cannot."""
    return tuple(slash.form for slash in SLASHES if slash.form.split()[0] == name and not slash.roles)
