"""Words for checking a badge from anywhere."""

from __future__ import annotations

from bot.core import errors
from bot.core.checking import BadgeVerified, VerifyAsked
from bot.core.commands import AskVerify, VerifyBadge
from bot.core.credentials import Outcome, Verification
from bot.core.port import Bold, Button, Code, Field, Form, Reply, Rows, Text
from bot.core.words.collection import check_row
from bot.core.words.refusals import refused
from bot.core.words.saying import plain, reply, say


@reply.register
def _(_: VerifyAsked, lang: str) -> Reply:
    fields = (
        Field(
            "url",
            plain(lang, "Address of the badge"),
            hint=plain(lang, "Its page or its file: https://…"),
            required=True,
            max_length=2000,
        ),
        Field(
            "recipient",
            plain(lang, "Whose it should be"),
            hint=plain(lang, "Their e-mail address, if you know it."),
            max_length=300,
        ),
    )
    form = Form(plain(lang, "Check a badge"), plain(lang, "Check"), VerifyBadge(), fields)
    return Reply(say(lang, "Any Open Badge can be checked, whoever gave it."), (form,))


def verdict(found: Verification, lang: str) -> Text:
    """Say in a sentence what the checks of a badge come to."""
    badge = Bold(found.badge_name or plain(lang, "This badge"))
    outcomes = {check.outcome for check in found.checks}
    if found.holds:
        issuer = Bold(found.issuer_name or found.issuer_id or "?")
        return say(lang, "{badge} from {issuer} is genuine: every check holds.", badge=badge, issuer=issuer)
    if Outcome.FAILED in outcomes:
        return say(lang, "{badge} does not hold:", badge=badge)
    return say(lang, "Not everything about {badge} could be checked:", badge=badge)


@reply.register
def _(o: BadgeVerified, lang: str) -> Reply:
    return Reply(verdict(o.found, lang), (Rows(tuple(check_row(check, lang) for check in o.found.checks)),))


@reply.register
def _(r: errors.BadgeUnfetched, lang: str) -> Reply:
    text = say(
        lang,
        "Nothing could be fetched from {url}: see whether it opens in a browser, or post the badge's picture to me.",
        url=Code(r.url[:200]),
    )
    return refused(text, Button(plain(lang, "Try another address"), AskVerify()))
