"""Words for a member's home, and for the card of an address that was posted."""

from __future__ import annotations

from bot.core.commands import (
    AskAward,
    AskBadge,
    AskPrivacy,
    Help,
    LinkAccount,
    ListBadges,
    SetIdentity,
    ShowPortfolio,
    TakeBadges,
    UnlinkAccount,
)
from bot.core.home import HomeShown, Settings
from bot.core.port import Button, Buttons, Card, Code, Italic, Reply, Text, When
from bot.core.unfurling import AwardLinked, BadgeLinked
from bot.core.words.awards import pictured
from bot.core.words.collection import wall
from bot.core.words.privacy import seen_by
from bot.core.words.saying import language, listed, plain, reply, say


@reply.register
def _(o: HomeShown, lang: str) -> Reply:
    teaching = (
        Button(plain(lang, "Award a badge"), AskAward(), "primary"),
        Button(plain(lang, "New badge"), AskBadge()),
    )
    mine = (
        Button(plain(lang, "All badges"), ListBadges()),
        Button(plain(lang, "Take my badges along"), TakeBadges()),
        Button(plain(lang, "A page of my own"), ShowPortfolio()),
        Button(plain(lang, "Help"), Help()),
    )
    goals = reply(o.goals, lang)
    return Reply(
        say(lang, "Hello {name}, here is all that is yours.", name=o.name),
        (
            Buttons((*(teaching if o.teaching else ()), *mine)),
            Card(reply(o.badges, lang).text),
            *wall(o.badges, lang),
            Card(goals.text),
            *goals.nodes,
            _settings(o.settings, lang),
        ),
    )


def _settings(s: Settings, lang: str) -> Card:
    named = plain(lang, "Shown") if s.public_name else plain(lang, "Not shown")
    known = [Code(by) for by in (s.email, s.did) if by]
    accounts = [say(lang, "{name} on {platform}", name=name, platform=at.capitalize()) for at, name in s.accounts]
    fields: tuple[tuple[str, Text], ...] = (
        (plain(lang, "Who may see my badges in the chat"), (seen_by(s.collection, lang),)),
        (plain(lang, "My name on the pages of my badges"), (named,)),
        (
            plain(lang, "What my badges know me by"),
            listed(lang, known) if known else say(lang, "A random number"),
        ),
        (plain(lang, "My accounts"), listed(lang, ["".join(map(str, account)) for account in accounts])),
        (plain(lang, "Language"), (language(s.lang, lang),)),
        (plain(lang, "Time zone"), (s.timezone,)),
    )
    buttons = [
        Button(plain(lang, "Who may see what"), AskPrivacy()),
        Button(plain(lang, "What my badges know me by"), SetIdentity()),
        Button(plain(lang, "Link an account"), LinkAccount()),
    ]
    if len(s.accounts) > 1:
        buttons.append(Button(plain(lang, "Unlink an account"), UnlinkAccount()))
    body = say(lang, "Language and time zone follow your profile here.")
    return Card(say(lang, "Your settings"), body, None, fields, tuple(buttons))


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
