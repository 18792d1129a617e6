"""Words for what keeps a message from where it belongs, and what to do about it."""

from __future__ import annotations

from bot.core.barring import CardAwaited, CardBarred
from bot.core.commands import RetryCard
from bot.core.port import Bold, Button, Buttons, Code, Reply, Text, Where
from bot.core.words.saying import plain, reply, say


def remedy(obstacle: str, lang: str) -> Text:
    """Say what is in the way, and what mends it: the end of a sentence, without its stop."""
    match obstacle:
        case "permission":
            return say(lang, "I may not write there; give me the right to see it, write in it and attach files")
        case "absent":
            return say(lang, "I am not in it; invite me with {invite}", invite=Code("/invite @Laurel"))
        case "archived":
            return say(lang, "it is archived; bring it back from the archive")
        case "locked":
            return say(lang, "it is locked; unlock it")
        case "restricted":
            return say(lang, "only some may post there; let me be one of them")
        case "tags":
            return say(lang, "every post there needs a tag that I may not choose; add a tag that everybody may use")
        case "scope":
            return say(lang, "I lack a right for it; ask who runs this chat to install me anew")
        case "gone":
            return say(lang, "it is gone, or shut to me for good")
    return say(lang, "something broke each time")


@reply.register
def _(o: CardBarred, lang: str) -> Reply:
    badge, where = Bold(o.badge), Where(o.where)
    match o.state:
        case "stands":
            return Reply(say(lang, "The card for {badge} stands in {where} now.", badge=badge, where=where))
        case "withdrawn":
            return Reply(
                say(lang, "The card for {badge} never stood in {where}; it was taken back.", badge=badge, where=where)
            )
    what = remedy(o.obstacle, lang)
    text = say(lang, "The card for {badge} cannot stand in {where}: {what}.", badge=badge, where=where, what=what)
    again = plain(lang, "Try again")
    if o.state == "gave-up":
        then = say(lang, "It is no longer tried by itself: once that is mended, press {again}.", again=Bold(again))
    else:
        then = say(
            lang, "Once that is mended it follows by itself, or at once if you press {again}.", again=Bold(again)
        )
    return Reply((*text, " ", *then), (Buttons((Button(again, RetryCard(o.card), "primary"),)),))


@reply.register
def _(o: CardAwaited, lang: str) -> Reply:
    badge, where = Bold(o.badge), Where(o.where)
    if o.stands:
        return Reply(say(lang, "The card for {badge} stands in {where} now.", badge=badge, where=where))
    return Reply(
        say(
            lang,
            "The card for {badge} is tried again; if it still cannot stand in {where}, I tell you.",
            badge=badge,
            where=where,
        )
    )
