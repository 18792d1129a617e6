"""Words for a member's home, and for the card of an address that was posted."""

from __future__ import annotations

from bot.core.commands import AskAward, AskBadge, AskGoal, AskPrivacy, Help, ListBadges, ShowPortfolio, TakeBadges
from bot.core.helping import HomeShown
from bot.core.port import Button, Buttons, Card, Italic, Reply, Text, When
from bot.core.unfurling import AwardLinked, BadgeLinked
from bot.core.words.awards import pictured
from bot.core.words.saying import plain, reply, say


@reply.register
def _(o: HomeShown, lang: str) -> Reply:
    teaching = (
        Button(plain(lang, "Award a badge"), AskAward(), "primary"),
        Button(plain(lang, "New badge"), AskBadge()),
    )
    mine = (
        Button(plain(lang, "Set a goal"), AskGoal()),
        Button(plain(lang, "All badges"), ListBadges()),
        Button(plain(lang, "Take my badges along"), TakeBadges()),
        Button(plain(lang, "A page of my own"), ShowPortfolio()),
        Button(plain(lang, "Who may see what"), AskPrivacy()),
        Button(plain(lang, "Help"), Help()),
    )
    return Reply(
        say(lang, "Hello {name}, here is all that is yours.", name=o.name),
        (Buttons((*(teaching if o.teaching else ()), *mine)),),
    )


@reply.register
def _(o: AwardLinked, lang: str) -> Reply:
    page = o.page
    title: Text
    if page.recipient:
        title = say(lang, "{name} earned {badge}", name=page.recipient, badge=page.badge.name)
    else:
        title = (page.badge.name,)
    fields: list[tuple[str, Text]] = [
        (plain(lang, "Awarded by"), (page.badge.issuer_name,)),
        (plain(lang, "On"), (When(page.at),)),
    ]
    body: Text = (Italic(page.reason),) if page.reason else ()
    if page.revoked is not None:
        body = say(lang, "This badge was taken back and counts no more.")
    elif page.suspended is not None:
        body = say(lang, "This badge is suspended and does not count for now.")
    buttons = (Button(plain(lang, "Look and verify"), page.page),)
    return Reply((), (Card(title, body, pictured(o.drawing, page.badge.name), tuple(fields), buttons),))


@reply.register
def _(o: BadgeLinked, lang: str) -> Reply:
    badge = o.badge
    fields = ((plain(lang, "How to earn it"), (badge.criteria,)),)
    buttons = (Button(plain(lang, "Look"), badge.page),)
    return Reply((), (Card((badge.name,), (badge.description,), pictured(o.drawing, badge.name), fields, buttons),))
