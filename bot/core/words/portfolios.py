"""Words for taking all badges along, and for the page that a learner publishes."""

from __future__ import annotations

from bot.core import errors
from bot.core.commands import PublishPortfolio, ShowGoals, ShowPortfolio, UnpublishPortfolio
from bot.core.port import Button, Buttons, Code, Field, Form, Node, Option, Reply
from bot.core.portfolios import THEMES, BadgesTaken, PortfolioShown
from bot.core.words.refusals import refused
from bot.core.words.saying import plain, reply, say, say_many


@reply.register
def _(o: BadgesTaken, lang: str) -> Reply:
    labels = {
        "badges.zip": plain(lang, "Everything (ZIP)"),
        "resume.pdf": plain(lang, "For your résumé (PDF)"),
        "resume.json": plain(lang, "JSON Resume"),
    }
    buttons = [Button(labels[name], url, "primary" if name == "badges.zip" else "plain") for name, url in o.files]
    text = (
        *say_many(lang, "Your {count} badge, to keep anywhere:", "Your {count} badges, to keep anywhere:", o.count),
        " ",
        *say_many(
            lang,
            "these addresses are for you alone and open for {count} hour.",
            "these addresses are for you alone and open for {count} hours.",
            o.hours,
        ),
    )
    return Reply(text, (Buttons((*buttons, Button(plain(lang, "A page of your own"), ShowPortfolio()))),))


@reply.register
def _(o: PortfolioShown, lang: str) -> Reply:
    nodes: tuple[Node, ...]
    if o.page:
        text = say(lang, "Your page is published, with your name on it: {page}", page=Code(o.page))
        if not o.reachable:
            text = (*text, " ", *say(lang, "For now it opens on this computer only."))
        taking = Button(plain(lang, "Take it away"), UnpublishPortfolio(), "danger")
        themes = (
            Button(plain(lang, "Theme: {theme}", theme=_theme(one, lang)), PublishPortfolio(one))
            for one in THEMES
            if one != o.theme
        )
        nodes = (Buttons((Button(plain(lang, "Open it"), o.page, "primary"), *themes, taking)),)
        return Reply(text, nodes)
    if o.changed:
        text = say(lang, "Your page is gone: nobody can open it any more.")
        return Reply(text, (Buttons((Button(plain(lang, "Publish it again"), ShowPortfolio()),)),))
    text = say(lang, "Publish your badges as a page of your own, with your name on it. You can take it away any time.")
    options = tuple(Option(one, _theme(one, lang)) for one in THEMES)
    field = Field("theme", plain(lang, "Theme"), "choice", o.theme, options=options)
    hint = plain(lang, "Publish as {name}", name=o.name)
    return Reply(text, (Form(hint, plain(lang, "Publish"), PublishPortfolio(), (field,)),))


def _theme(name: str, lang: str) -> str:
    return {
        "paper": plain(lang, "Paper"),
        "night": plain(lang, "Night"),
        "forest": plain(lang, "Forest"),
        "sunrise": plain(lang, "Sunrise"),
    }[name]


@reply.register
def _(_: errors.NothingToTake, lang: str) -> Reply:
    goals = Code("/goals add")
    return refused(
        say(lang, "You have no badge yet that counts: aim at one with {goals}.", goals=goals),
        Button(plain(lang, "My goals"), ShowGoals()),
    )
