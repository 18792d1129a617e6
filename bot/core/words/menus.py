"""Words for platforms whose commands have menus: what to choose, and what each thing to fill in is for."""

from __future__ import annotations

from bot.core.words.saying import plain


def menu(name: str, lang: str) -> str:
    """Say what an entry of the menu on a message or a person does, in two or three words."""
    return {
        "award-message": plain(lang, "Award for this message"),
        "award-person": plain(lang, "Award a badge"),
        "show-badges": plain(lang, "Show badges"),
    }[name]


def group(name: str, lang: str) -> str:
    """Say what the commands that begin alike are about."""
    return {
        "mybadges": plain(lang, "Your badges, and who may see them."),
        "goals": plain(lang, "Your goals."),
        "badge": plain(lang, "The badges that can be earned here."),
        "laurel": plain(lang, "Help, and accounts on other platforms."),
    }[name]


def option(name: str, lang: str) -> str:
    """Say what to put into one of a command's options."""
    return {
        "student": plain(lang, "Who gets it."),
        "another": plain(lang, "Somebody else who gets it, too."),
        "students": plain(lang, "Several at once: mention each of them."),
        "role": plain(lang, "Everybody who has this role."),
        "badge": plain(lang, "Which badge; its name is completed as you type."),
        "archived-badge": plain(lang, "Which badge, by its name."),
        "level": plain(lang, "How well, for a badge that has levels."),
        "given-role": plain(lang, "The role that it gives; left out, you see which it gives."),
        "stop": plain(lang, "Give it no more, and take it back."),
        "reason": plain(lang, "For what; links in it become evidence."),
        "evidence": plain(lang, "A link that shows what was done."),
        "whose": plain(lang, "Whose badges; your own if left out."),
        "holder": plain(lang, "Who holds it."),
        "because": plain(lang, "The reason; they read it."),
        "identity": plain(lang, "An e-mail address, or none; left out, you see what is set."),
        "learner-identity": plain(lang, "Their e-mail address."),
        "learner": plain(lang, "Whose address it is."),
        "goal": plain(lang, "Which goal, by its name."),
        "what": plain(lang, "A badge, several, or steps of your own, separated by commas."),
        "due": plain(lang, "By when: Friday, in two weeks, 2027-01-31."),
        "every": plain(lang, "How often it reminds you."),
        "archived": plain(lang, "Show those that were taken out of use."),
        "name": plain(lang, "What the badge is called."),
        "url": plain(lang, "The badge's address."),
        "recipient": plain(lang, "The e-mail address that it should belong to."),
        "file": plain(lang, "The badge's picture or file."),
        "attachment": plain(lang, "A file that shows what was done: a PDF, a picture or plain text."),
        "topic": plain(lang, "One command only."),
        "code": plain(lang, "The code from your other chat; left out, you get one."),
    }[name]


def rhythm(name: str, lang: str) -> str:
    """Say how often a goal reminds, as one entry of a menu."""
    return {
        "day": plain(lang, "every day"),
        "weekday": plain(lang, "on weekdays"),
        "week": plain(lang, "every week"),
        "month": plain(lang, "every month"),
        "never": plain(lang, "never"),
    }[name]
