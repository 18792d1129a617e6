"""Words on paper: certificates, résumé sections, and the note beside exported files."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import cards
from bot.core.collection import AwardFacts
from bot.core.words.levels import leveled
from bot.core.words.saying import day, plain


def certificate(
    award: AwardFacts, recipient: str, lang: str, *, reachable: bool, attached: tuple[cards.Attached, ...]
) -> bytes:
    """Make the certificate of one award; `recipient` is "" for who has not agreed to be named."""
    who = recipient or plain(lang, "a learner of {issuer}", issuer=award.issuer)
    fields = [(plain(lang, "Awarded on"), day(lang, award.at))]
    if award.level:
        fields.insert(0, (plain(lang, "Level"), award.level))
    if award.expires_at is not None:
        fields.append((plain(lang, "Valid until"), day(lang, award.expires_at)))
    if award.skills:
        fields.append((plain(lang, "Skills"), ", ".join(award.skills)))
    note = plain(
        lang, "An Open Badge, signed by {issuer}. The signed credential is attached to this file.", issuer=award.issuer
    )
    if reachable:
        note += " " + plain(lang, "Scan the code to see it and check it.")
    state = ""
    if award.revoked:
        state = plain(lang, "Revoked: no longer counts")
    elif award.suspended:
        state = plain(lang, "Suspended: does not count at present")
    return cards.certificate(
        cards.Certificate(
            lang=lang,
            title=award.issuer,
            lead=plain(lang, "awarded to"),
            recipient=who,
            badge=award.badge,
            emblem=award.emblem,
            description=award.description,
            fields=tuple(fields),
            note=note,
            link=award.page if reachable else "",
            at=award.at,
            attached=attached,
            state=state,
        )
    )


def resume(awards: Sequence[AwardFacts], name: str, lang: str, *, reachable: bool) -> bytes:
    """Make a résumé's section of somebody's badges, newest first."""
    lines = tuple(
        cards.ResumeLine(
            badge=leveled(award.badge, award.level),
            emblem=award.emblem,
            detail=f"{award.issuer} · {day(lang, award.at)}",
            skills=", ".join(award.skills),
            link=award.page if reachable else "",
        )
        for award in awards
    )
    note = plain(lang, "Each badge is an Open Badge, signed by who gave it.")
    if reachable:
        note += " " + plain(lang, "Scan its code to see it and check it.")
    title = plain(lang, "Badges and credentials")
    return cards.resume(cards.Resume(lang, title, name, note, lines, max(award.at for award in awards)))


def read_me(lang: str) -> str:
    """Say what lies in a folder of exported badges."""
    lines = (
        plain(lang, "Each folder here is one badge:"),
        "",
        plain(
            lang,
            "badge.png, badge.svg: the picture, with the signed credential inside. Wallets and backpacks read these.",
        ),
        plain(lang, "credential.json: the signed credential (Open Badges 3.0)."),
        plain(lang, "credential.jwt: the same as JWT, for systems that ask for one."),
        plain(lang, "certificate.pdf: a page to print, with the credential attached."),
        "",
        plain(lang, "manifest.json lists every file with its SHA-256."),
        plain(
            lang,
            "To check a badge, give its badge.png to any verifier for Open Badges 3.0, or run: laurel verify badge.png",
        ),
    )
    return "\n".join(lines) + "\n"
