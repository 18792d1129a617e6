"""The award form: asked for by a command or a message, and drawn anew while it is filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core import holding, levels
from bot.core.badges import emblem_of
from bot.core.case import Case
from bot.core.celebrating import NAMED, CelebrationFacts, Recipient
from bot.core.commands import AskAward, AwardBadge
from bot.core.dates import zone
from bot.core.errors import LevelsOf, NoBadgesYet, NoSuchBadge
from bot.core.finding import find_badge, fold, in_use
from bot.core.models import BadgeClass
from bot.core.people import account_of
from bot.core.policy import Action, may_teach, require
from bot.core.port import Person


@dataclass(frozen=True, slots=True)
class AwardAsked:
    """The award form, with what is known already; `badges` and `files` are (id, name), `preview` is the card so far.

    `levels` are those of the badge that is chosen, which asks for one if `leveled`; `left_out` are the names of
    files that cannot go along.
    """

    badges: tuple[tuple[str, str], ...]
    known: AwardBadge
    levels: tuple[LevelsOf, ...] = ()
    leveled: bool = False
    preview: CelebrationFacts | None = None
    files: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()


def ask_award(case: Case, ask: AskAward) -> AwardAsked:
    """Give the award form with what is known; a message suggests its author. Raises `NoBadgesYet`.

    Or, where the badge that was named is none, what `find_badge` raises.
    """
    require(case, Action.AWARD)
    badge = _asked_badge(case, ask).id if ask.badge else ""
    recipients = ask.recipients
    author = ask.quote.author if ask.quote is not None else ask.author
    if not recipients and author is not None and may_get(case, author):
        recipients = (author,)
    known = AwardBadge(
        recipients,
        badge,
        ask.reason,
        ask.quote,
        ask.named,
        ask.links,
        files=ask.files,
        offered=ask.files,
        level=ask.level,
    )
    return replace(form(case, known), left_out=ask.left_out)


def _asked_badge(case: Case, ask: AskAward) -> BadgeClass:
    """Find the badge that is asked for; of "ana Peer Mentoring", typed without the @, the form can take the badge."""
    try:
        return find_badge(case, ask.badge, lambda name: replace(ask, badge=name))
    except NoSuchBadge:
        last = [b for b in in_use(case.db, case.organisation) if fold(ask.badge).endswith(b.folded)]
        if not last:
            raise
        return max(last, key=lambda badge: len(badge.folded))


def form(case: Case, known: AwardBadge) -> AwardAsked:
    """Give the form filled in so far. Raises `NoBadgesYet`."""
    badges = in_use(case.db, case.organisation)
    if not badges:
        raise NoBadgesYet(may_teach(case))
    chosen = next((b for b in badges if b.id == known.badge), None)
    preview = None
    if chosen is not None and known.recipients:
        preview = CelebrationFacts(
            id="",
            badge=chosen.name,
            emblem=emblem_of(chosen.now),
            giver=case.me.name,
            issuer=chosen.issuer.name,
            reason=known.reason.strip(),
            level=levels.foreseen(chosen.now, known.level),
            at=case.now.astimezone(zone(case.organisation.timezone)),
            recipients=tuple(Recipient(person.name, person.ref, "") for person in known.recipients[:NAMED]),
            total=len(known.recipients),
            withdrawn=False,
            congratulations=0,
            congratulated=(),
            quotes=(),
            lang=case.organisation.lang,
        )
    scales = levels.scales(chosen.now) if chosen is not None else ()
    return AwardAsked(
        tuple((b.id, b.name) for b in badges),
        known,
        levels.facts(chosen.now) if chosen is not None else (),
        leveled=any(scale.required for scale in scales),
        preview=preview,
        files=tuple((one.id, one.name) for one in holding.held(case, (*known.offered, *known.files))),
    )


def may_get(case: Case, person: Person) -> bool:
    """Tell whether somebody is neither a bot nor the caller, by whichever account of theirs."""
    account = account_of(case.db, person.ref)
    return not person.is_bot and (account is None or account.member is not case.me)
