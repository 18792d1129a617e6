"""Words for what happens to a badge after it was given: suspended, proved further, made out to an address."""

from __future__ import annotations

from bot.core import errors
from bot.core.commands import AddEvidence, SetIdentity
from bot.core.identifying import HASHED, OPEN, Identified
from bot.core.port import Bold, Button, Buttons, Code, Field, Form, Italic, Node, Reply, Text
from bot.core.proving import EvidenceAdded, EvidenceAsked
from bot.core.suspending import Reinstated, Suspended
from bot.core.words.awards import files_field
from bot.core.words.refusals import refused
from bot.core.words.saying import day, listed, plain, reply, say, say_many


@reply.register
def _(o: Suspended, lang: str) -> Reply:
    who, badge, reason = Bold(o.name), Bold(o.badge), Italic(o.reason.rstrip("."))
    text = say(lang, "{badge} of {who} does not count for now: {reason}.", who=who, badge=badge, reason=reason)
    if o.published:
        then = say(lang, "The badge's page and every verifier say so.")
    else:
        then = say(lang, "The badge's page says so; copies already downloaded cannot know.")
    back = say(lang, "Let it count again with {command}.", command=Code("/laurel reinstate"))
    return Reply((*text, " ", *then, " ", *back))


@reply.register
def _(o: Reinstated, lang: str) -> Reply:
    return Reply(say(lang, "{badge} of {who} counts again.", who=Bold(o.name), badge=Bold(o.badge)))


@reply.register
def _(o: EvidenceAsked, lang: str) -> Reply:
    field = Field(
        "links",
        plain(lang, "Addresses"),
        "text",
        hint=plain(lang, "Where the proof can be seen: one or several web addresses."),
        max_length=4000,
    )
    fields = (field, files_field((), (), lang))
    form = Form(plain(lang, "Add evidence"), plain(lang, "Add"), AddEvidence(o.award, ""), fields)
    text = say(lang, "What else proves {badge} of {who}?", badge=Bold(o.badge), who=Bold(o.name))
    return Reply(text, (form,))


@reply.register
def _(o: EvidenceAdded, lang: str) -> Reply:
    if not o.count:
        return Reply(say(lang, "That is among the evidence of {badge} already.", badge=Bold(o.badge)))
    return Reply(
        say_many(
            lang,
            "{count} piece of evidence more proves {badge} of {who}, and the badge is signed anew.",
            "{count} pieces of evidence more prove {badge} of {who}, and the badge is signed anew.",
            o.count,
            badge=Bold(o.badge),
            who=Bold(o.name),
        )
    )


@reply.register
def _(o: Identified, lang: str) -> Reply:
    text = _of_another(o, lang) if o.whose else _of_mine(o, lang)
    if o.reissued:
        text = (
            *text,
            " ",
            *say_many(
                lang,
                "{count} badge was signed anew: download it again to carry this along.",
                "{count} badges were signed anew: download them again to carry this along.",
                o.reissued,
            ),
        )
    nodes: list[Node] = []
    if not o.whose:
        buttons = []
        if o.email:
            buttons.append(_openness(o, lang))
            if not o.open_since:
                text = (*text, " ", *_why_openly(lang))
    if not o.whose and o.changed and buttons:
        nodes.append(Buttons(tuple(buttons)))
    if not o.whose and not o.changed:
        if o.offered:
            buttons.append(Button(plain(lang, "Use {address}", address=o.offered), SetIdentity(o.offered), "primary"))
        if o.email or o.did:
            buttons.append(Button(plain(lang, "Use none"), SetIdentity("none")))
        if buttons:
            nodes.append(Buttons(tuple(buttons)))
        if not (o.email or o.did or o.offered):
            example = Code("/mybadges identity sam@school.edu")
            text = (*text, " ", *say(lang, "To have them recognised by an address: {example}.", example=example))
    return Reply(text, tuple(nodes))


def _why_openly(lang: str) -> Text:
    return say(
        lang,
        "Credly takes only badges in which the address itself can be read; whoever has such a badge, or its page, "
        "can read it then.",
    )


def _openness(o: Identified, lang: str) -> Button:
    if o.open_since:
        return Button(plain(lang, "Hide my address again"), SetIdentity(HASHED))
    return Button(plain(lang, "Let everybody who gets a badge read my address"), SetIdentity(OPEN))


def _of_mine(o: Identified, lang: str) -> Text:
    if o.email and o.open_since:
        text = say(
            lang,
            "Whoever gets a badge of yours can read {email} in it: you agreed to that on {day}, and can take it back.",
            email=Code(o.email),
            day=day(lang, o.open_since),
        )
    elif o.email:
        email = Code(o.email)
        text = say(
            lang, "Whoever knows {email} can see that your badges are yours; nobody reads it there.", email=email
        )
    elif not o.did:
        return say(lang, "Your badges carry a random number in place of your name or address.")
    else:
        text = ()
    did = say(lang, "Your badges are made out to {did}.", did=Code(o.did)) if o.did else ()
    return (*text, " ", *did) if text and did else text or did


def _of_another(o: Identified, lang: str) -> Text:
    who = Bold(o.whose)
    ways = listed(lang, [Code(way) for way in (o.email, o.did) if way])
    if ways:
        return say(lang, "The badges of {who} can be recognised by {ways}.", who=who, ways=ways)
    return say(lang, "The badges of {who} carry a random number, and no address.", who=who)


@reply.register
def _(_: errors.SuspendedAlready, lang: str) -> Reply:
    command = Code("/laurel reinstate")
    return refused(say(lang, "It is suspended already: let it count again with {command}.", command=command))


@reply.register
def _(_: errors.NotSuspended, lang: str) -> Reply:
    command = Code("/laurel suspend")
    return refused(say(lang, "It is not suspended, and counts: suspend it with {command}.", command=command))


@reply.register
def _(r: errors.EvidenceUnread, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "Give a file, or between one and {limit} web addresses: each begins with {https}.",
            limit=str(r.limit),
            https=Code("https://"),
        )
    )


@reply.register
def _(r: errors.NotAnIdentity, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "{asked} is no e-mail address: write it like {example}, or {none} to use none.",
            asked=Bold(r.asked[:100]),
            example=Code("sam@school.edu"),
            none=Code("none"),
        )
    )


@reply.register
def _(r: errors.NotVouched, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "This chat does not tell whether {address} is yours: ask your school's staff to type {command}.",
            address=Bold(r.address),
            command=Code(f"/laurel identity @you {r.address}"),
        )
    )


@reply.register
def _(_: errors.NoAddress, lang: str) -> Reply:
    example = Code("/mybadges identity sam@school.edu")
    return refused(say(lang, "Your badges carry no address yet: set it first with {example}.", example=example))


@reply.register
def _(r: errors.ConsentOfAnother, lang: str) -> Reply:
    command = Code("/mybadges identity open")
    return refused(
        say(lang, "Only {who} can agree to that: ask them to type {command}.", who=Bold(r.who), command=command)
    )
