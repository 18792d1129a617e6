"""Words for linking the accounts that somebody has in several chats."""

from __future__ import annotations

from bot.core import errors
from bot.core.commands import ConfirmLink, StopLink, UnlinkAccount
from bot.core.linking import CodeUnknown, LinkFacts, LinkOffered, Side, UnlinkAsked, Unlinked
from bot.core.port import Bold, Button, Buttons, Card, Code, Reply, Span, Text
from bot.core.words.refusals import refused
from bot.core.words.saying import listed, plain, reply, say, say_many


@reply.register
def _(o: LinkOffered, lang: str) -> Reply:
    text = say_many(
        lang,
        "Within {count} minute, type {command} in the other chat where you have an account.",
        "Within {count} minutes, type {command} in the other chat where you have an account.",
        o.minutes,
        command=Code(f"/laurel link {o.code}"),
    )
    then = say(lang, "Then both accounts are asked to confirm. Show this code to nobody: it works once.")
    return Reply((*text, " ", *then))


@reply.register
def _(o: CodeUnknown, lang: str) -> Reply:
    return refused(
        say_many(
            lang,
            "This code is wrong or over ({count} more try): ask for a new one with {link} in your other chat.",
            "This code is wrong or over ({count} more tries): ask for a new one with {link} in your other chat.",
            o.left,
            link=Code("/laurel link"),
        )
    )


@reply.register
def _(o: LinkFacts, lang: str) -> Reply:
    there = _who(o.there, lang)
    match o.state:
        case "asked":
            text = say_many(
                lang,
                "Are you {there}, too? Answer within {count} minute.",
                "Are you {there}, too? Answer within {count} minutes.",
                o.minutes,
                there=there,
            )
            return Reply(text, (_question(o, lang),))
        case "waiting":
            text = say(lang, "You said yes. Now confirm as {there}: Laurel has asked there.", there=there)
            hint = say(lang, "Found no message? Type {link} there.", link=Code("/laurel link"))
            return Reply((*text, " ", *hint), (Buttons((Button(plain(lang, "Stop"), StopLink(o.id)),)),))
        case "linked":
            text = say(lang, "You and {there} are one from now on: your badges and goals are together.", there=there)
            more = say(lang, "See them with {mine}; part them with {unlink}.", mine=_MINE, unlink=_UNLINK)
            return Reply((*text, " ", *more))
        case "stopped":
            return Reply(say(lang, "Nothing was linked: one side said no to {there}.", there=there))
        case "parted":
            return Reply(say(lang, "You and {there} are two again, each with what came in its own chat.", there=there))
    return Reply(
        say(lang, "Nothing was linked in time. Begin anew with {link}.", link=Code("/laurel link")),
    )


_MINE, _UNLINK = Code("/mybadges"), Code("/laurel unlink")


def _question(o: LinkFacts, lang: str) -> Card:
    fields: tuple[tuple[str, Text], ...] = (
        (o.here.platform.capitalize(), (o.here.name,)),
        (o.there.platform.capitalize(), (o.there.name,)),
    )
    return Card(
        title=say(lang, "One collection for both"),
        body=say(
            lang,
            "Say yes only if both are you: whoever is on the other side would have all your badges and goals, "
            "and everything that you may do here. Of your privacy settings the stricter will hold.",
        ),
        fields=fields,
        buttons=(
            Button(plain(lang, "Yes, both are me"), ConfirmLink(o.id), "primary"),
            Button(plain(lang, "No"), StopLink(o.id), "danger"),
        ),
    )


@reply.register
def _(o: UnlinkAsked, lang: str) -> Reply:
    text = say(
        lang,
        "{leaving} would have a collection apart from {staying} again, each with what came in its own chat.",
        leaving=_all(o.leaving, lang),
        staying=_all(o.staying, lang),
    )
    then = say(lang, "Of the privacy settings of then and now the stricter will hold.")
    unlink = Button(plain(lang, "Unlink"), UnlinkAccount(o.link), "danger")
    return Reply((*text, " ", *then), (Buttons((unlink,)),))


@reply.register
def _(o: Unlinked, lang: str) -> Reply:
    return Reply(
        say(
            lang,
            "{leaving} and {staying} are two again. If a badge ended up on the wrong side, ask your school's staff.",
            leaving=_all(o.leaving, lang),
            staying=_all(o.staying, lang),
        )
    )


@reply.register
def _(r: errors.TooManyCodes, lang: str) -> Reply:
    return refused(
        say_many(
            lang,
            "That was one wrong code too many: wait {count} minute, then ask for a new one.",
            "That was one wrong code too many: wait {count} minutes, then ask for a new one.",
            r.minutes,
        )
    )


@reply.register
def _(_: errors.OwnCode, lang: str) -> Reply:
    return refused(say(lang, "This is your own code: type it in your other chat, not in this one."))


@reply.register
def _(_: errors.LinkedAlready, lang: str) -> Reply:
    return refused(
        say(lang, "Both accounts are linked already: see your one collection with {mine}.", mine=Code("/mybadges"))
    )


@reply.register
def _(r: errors.SameChat, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "Both accounts are in the same {platform} chat, so they are two people: ask for the code in another chat.",
            platform=r.platform.capitalize(),
        )
    )


@reply.register
def _(r: errors.OtherOrganisation, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "This code is of another school, and collections stay within one: ask for a code in a chat of {here}.",
            here=Bold(r.here),
        )
    )


@reply.register
def _(_: errors.LinkOver, lang: str) -> Reply:
    return refused(
        say(lang, "This is no longer open, and nothing was changed: begin anew with {link}.", link=Code("/laurel link"))
    )


@reply.register
def _(_: errors.NothingLinked, lang: str) -> Reply:
    return refused(
        say(lang, "Your account here is linked to no other: link one with {link}.", link=Code("/laurel link"))
    )


def _who(side: Side, lang: str) -> Text:
    return say(lang, "{name} on {platform}", name=Bold(side.name), platform=side.platform.capitalize())


def _all(sides: tuple[Side, ...], lang: str) -> Text:
    spans: list[Span] = [Bold(f"{side.name} ({side.platform.capitalize()})") for side in sides]
    return listed(lang, spans)
