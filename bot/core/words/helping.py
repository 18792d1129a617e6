"""Words for help: one sentence for each form of each command."""

from __future__ import annotations

from functools import lru_cache

from bot.core.commands import AskAward, Help, ListBadges, ShowBadges, ShowGoals
from bot.core.helping import Chatted, Helped
from bot.core.port import Button, Buttons, Code, Reply, Row, Rows
from bot.core.slashes import Slash
from bot.core.words.saying import plain, reply, say


@lru_cache(maxsize=256)
def describe(topic: str, lang: str) -> str:
    """Say in a sentence what one form of a command does; `topic` is `Slash.topic`."""
    return {
        "award": plain(lang, "Give a badge to one or many; links after “for” become evidence."),
        "award-level": plain(lang, "Give a badge that has levels, and say which was reached."),
        "mybadges": plain(lang, "See your badges; show, check, download or share each."),
        "mybadges-other": plain(lang, "See somebody's badges, as far as they allow."),
        "mybadges-privacy": plain(lang, "Decide who may see your badges and your name."),
        "mybadges-take": plain(lang, "Take all of them with you: an archive, and a section for your résumé."),
        "mybadges-portfolio": plain(lang, "Publish your badges as a page of your own."),
        "mybadges-identity": plain(lang, "Let wallets and employers see by your e-mail address that they are yours."),
        "mybadges-identity-open": plain(lang, "Let your address be read in your badges, as Credly needs it."),
        "goals": plain(lang, "See your goals and how far you are."),
        "goals-add": plain(lang, "Set a goal: badges, or steps of your own, by a day."),
        "goals-done": plain(lang, "Mark a goal done."),
        "goals-drop": plain(lang, "Give a goal up."),
        "goals-remind": plain(lang, "Change how often a goal reminds you."),
        "goals-snooze": plain(lang, "Let a goal rest for three days."),
        "badge-restore": plain(lang, "Bring an archived badge back."),
        "badge-role": plain(lang, "Let a badge give a role to whoever holds it (staff)."),
        "badge-starter": plain(lang, "Add ten badges to begin with."),
        "badge-list": plain(lang, "See what can be earned here."),
        "badge-list-archived": plain(lang, "See archived badges, and bring them back."),
        "badge-show": plain(lang, "See what one badge means and how it is earned."),
        "badge-new": plain(lang, "Make a new badge."),
        "badge-edit": plain(lang, "Change a badge; those already awarded keep their meaning."),
        "badge-archive": plain(lang, "Take a badge out of use."),
        "revoke": plain(lang, "Take a badge back, with a reason."),
        "verify": plain(lang, "Check a badge from anywhere by its address, or post its picture to me."),
        "suspend": plain(lang, "Let a badge not count until something is cleared up."),
        "reinstate": plain(lang, "Let a suspended badge count again."),
        "identity": plain(lang, "Vouch for a learner's e-mail address (staff)."),
        "link": plain(lang, "Join your accounts of two chats into one collection."),
        "unlink": plain(lang, "Part them again."),
        "help": plain(lang, "See this list."),
    }[topic]


@reply.register
def _(o: Helped, lang: str) -> Reply:
    if o.teaching:
        text = say(
            lang,
            "Award what grades hide. To begin: {award}.",
            award=Code("/award @student Peer Mentoring for helping out"),
        )
    else:
        text = say(lang, "Your badges and goals. To begin: {goals}.", goals=Code("/goals"))
    return Reply(text, tuple(_page(o.slashes[i : i + 10], lang) for i in range(0, len(o.slashes), 10)))


@reply.register
def _(o: Chatted, lang: str) -> Reply:
    if o.guess is not None:
        text = say(lang, "Did you mean {guess}? A command begins with a slash.", guess=Code(o.guess.form))
        first = [Button(o.guess.form, o.guess.command, "primary")]
    else:
        text = say(lang, "Hello, {name}. I don't follow a conversation, but this I can do for you:", name=o.name)
        first = [Button(plain(lang, "Award a badge"), AskAward(), "primary")] if o.teaching else []
    ways = (
        *first,
        Button(plain(lang, "My badges"), ShowBadges()),
        Button(plain(lang, "My goals"), ShowGoals()),
        Button(plain(lang, "What can be earned"), ListBadges()),
        Button(plain(lang, "All commands"), Help()),
    )
    return Reply(text, (Buttons(ways),))


def _page(slashes: tuple[Slash, ...], lang: str) -> Rows:
    return Rows(tuple(Row((Code(s.form),), (describe(s.topic, lang),)) for s in slashes))
