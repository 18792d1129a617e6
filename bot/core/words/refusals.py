"""Words for every refusal: one sentence that says what to do next. Those of one topic only stand with it."""

from __future__ import annotations

from bot.core import errors
from bot.core.commands import AddStarterBadges, AskBadge, Command, Help, ListBadges, RestoreBadge
from bot.core.policy import Action
from bot.core.port import Bold, Button, Buttons, Code, Node, Reply, Span, Text
from bot.core.words.saying import listed, plain, reply, say, say_many


def refused(text: Text, *buttons: Button) -> Reply:
    """Make a refusal, with what could be pressed instead."""
    nodes: tuple[Node, ...] = (Buttons(buttons),) if buttons else ()
    return Reply(text, nodes, kind="refused")


@reply.register
def _(r: errors.NotAllowed, lang: str) -> Reply:
    match r.action:
        case Action.AWARD:
            return refused(say(lang, "Only teachers award badges: ask yours to give it."))
        case Action.REVOKE_OTHERS:
            return refused(say(lang, "Only who gave a badge, or the school's staff, can take it back: ask them."))
        case Action.RETRY_OTHERS:
            return refused(say(lang, "Only who gave a badge, or the school's staff, can try its card again: ask them."))
        case Action.IDENTIFY:
            return refused(say(lang, "Only the school's staff vouch for somebody's address: ask them."))
        case Action.GIVE_ROLES:
            return refused(say(lang, "Only the school's staff decide which roles a badge gives: ask them."))
        case Action.REVOKE:
            return refused(say(lang, "Only teachers take badges back: ask yours."))
    return refused(
        say(
            lang,
            "Only teachers make and change badges: see what can be earned with {list}.",
            list=Code("/badge list"),
        )
    )


@reply.register
def _(r: errors.NoSuchCommand, lang: str) -> Reply:
    if r.guess is not None:
        text = say(lang, "I don't know {asked}: did you mean {guess}?", asked=Code(r.asked), guess=Code(r.guess.form))
        return refused(text, Button(r.guess.form, r.guess.command, "primary"), Button(plain(lang, "Help"), Help()))
    forms = listed(lang, [Code(form) for form in r.usage])
    return refused(say(lang, "I don't know {asked}; try {forms}.", asked=Code(r.asked), forms=forms))


@reply.register
def _(_: errors.ButtonForgotten, lang: str) -> Reply:
    return refused(say(lang, "This button is too old: type the command again."))


@reply.register
def _(r: errors.NoRecipient, lang: str) -> Reply:
    if r.example in (whose := _of_somebody(lang)):
        return refused(say(lang, "Say whose badge it is: {example}.", example=Code(whose[r.example])))
    if r.example == "identity":
        example = "/laurel identity @student sam@school.edu"
        return refused(say(lang, "Say whose address it is: {example}.", example=Code(example)))
    example = plain(lang, "/award @student Peer Mentoring for helping out")
    return refused(say(lang, "Say who gets it, before the “for”: {example}.", example=Code(example)))


@reply.register
def _(r: errors.OneAtATime, lang: str) -> Reply:
    names = listed(lang, [Bold(name) for name in r.names[:10]])
    return refused(say(lang, "One person at a time: name only one of {names}.", names=names))


@reply.register
def _(r: errors.NoSuchPerson, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "Nobody here is called {asked}: pick a name from the list that opens after “@”.",
            asked=Bold(r.asked),
        )
    )


@reply.register
def _(r: errors.NobodyInGroup, lang: str) -> Reply:
    group = Bold(f"@{r.group}")
    if r.but_you:
        return refused(say(lang, "{group} has no member but you: name somebody else.", group=group))
    return refused(say(lang, "{group} has no members: name somebody else.", group=group))


@reply.register
def _(r: errors.RoleUnread, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "I may not see who has the role {role}: name each of them, or ask who runs this server to grant me the "
            "Server Members intent.",
            role=Bold(r.role),
        )
    )


@reply.register
def _(r: errors.RoleUnsearched, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "This server has too many members to look through for those with the role {role}: name each of them.",
            role=Bold(r.role),
        )
    )


@reply.register
def _(r: errors.TooManyRecipients, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "{count} people are too many at once: award at most {limit} with one command.",
            count=str(r.count),
            limit=str(r.limit),
        )
    )


@reply.register
def _(r: errors.AwardToSelf, lang: str) -> Reply:
    if r.others is None:
        return refused(say(lang, "You can't award yourself: ask a colleague to give it to you."))
    return refused(
        say(lang, "You can't award yourself: leave yourself out."),
        Button(plain(lang, "Award the others"), r.others),
    )


@reply.register
def _(r: errors.AwardToBot, lang: str) -> Reply:
    text = say(lang, "{name} is a bot and can't hold badges: name a person.", name=Bold(r.name))
    return refused(text, Button(plain(lang, "Award the others"), r.others)) if r.others else refused(text)


@reply.register
def _(r: errors.CollectionClosed, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "{name} keeps their badges to themselves: ask them to open them with {privacy}.",
            name=Bold(r.name),
            privacy=Code("/mybadges privacy"),
        )
    )


@reply.register
def _(r: errors.NoBadgesYet, lang: str) -> Reply:
    if not r.may_add:
        return refused(say(lang, "There is no badge to earn yet: ask your teacher to add some."))
    return refused(
        say(lang, "There is no badge yet: add the starter set, or make your own."),
        Button(plain(lang, "Add the starter badges"), AddStarterBadges(), "primary"),
        Button(plain(lang, "New badge"), AskBadge()),
    )


@reply.register
def _(r: errors.NoSuchBadge, lang: str) -> Reply:
    if r.close:
        text = say(lang, "There is no badge called {asked}: did you mean one of these?", asked=Bold(short(r.asked)))
        return refused(text, *offers(r.close))
    if not r.asked.strip():
        text = say(lang, "Say which badge: see them all with {list}.", list=Code("/badge list"))
    else:
        text = say(
            lang,
            "There is no badge called {asked}: see them all with {list}.",
            asked=Bold(short(r.asked)),
            list=Code("/badge list"),
        )
    return refused(text, Button(plain(lang, "Show the badges"), ListBadges()))


@reply.register
def _(r: errors.AmbiguousBadge, lang: str) -> Reply:
    text = say(lang, "Several badges begin with {asked}: which one?", asked=Bold(short(r.asked)))
    return refused(text, *offers(r.matches))


@reply.register
def _(r: errors.BadgeArchived, lang: str) -> Reply:
    if not r.may_restore:
        return refused(say(lang, "{badge} is archived: ask a teacher to bring it back.", badge=Bold(r.name)))
    return refused(
        say(lang, "{badge} is archived: restore it first.", badge=Bold(r.name)),
        Button(plain(lang, "Restore"), RestoreBadge(r.badge)),
    )


@reply.register
def _(r: errors.NameTaken, lang: str) -> Reply:
    return refused(
        say(lang, "Another badge is called {badge} by now: rename or archive that one first.", badge=Bold(r.name)),
        Button(plain(lang, "Edit that one"), AskBadge(badge=r.badge)),
    )


@reply.register
def _(r: errors.AlreadyHeld, lang: str) -> Reply:
    names: list[Span] = [Bold(name) for name in r.holders[:10]]
    who = listed(lang, names)
    if len(r.holders) > len(names):
        who = (*who, *say_many(lang, " and {count} more", " and {count} more", len(r.holders) - len(names)))
    badge = Bold(r.badge)
    if len(r.holders) == 1:
        text = say(lang, "{who} already holds {badge}, so nobody was awarded", who=who, badge=badge)
    else:
        text = say(lang, "{who} already hold {badge}, so nobody was awarded", who=who, badge=badge)
    if r.others is None:
        return refused((*text, *say(lang, ": choose another badge.")))
    label = plain(lang, "Award the others ({count})", count=str(len(r.others.recipients)))
    return refused((*text, *say(lang, ": leave them out.")), Button(label, r.others, "primary"))


@reply.register
def _(r: errors.ReasonTooLong, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "The reason has {length} characters: shorten it to {limit}, and link to the rest.",
            length=str(r.length),
            limit=str(r.limit),
        )
    )


@reply.register
def _(r: errors.ReasonMissing, lang: str) -> Reply:
    return refused(say(lang, "Say why, for the record: {example}.", example=Code(_of_somebody(lang)[r.example])))


@reply.register
def _(r: errors.EvidenceMissing, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "{badge} needs evidence: put a link after “for”, attach a file, or award it from a message that shows it.",
            badge=Bold(r.badge),
        )
    )


@reply.register
def _(r: errors.FileTooLarge, lang: str) -> Reply:
    text = say(
        lang, "{file} is too large: give one of at most {limit} MB.", file=Bold(r.name), limit=str(r.limit // 2**20)
    )
    return refused(text)


@reply.register
def _(r: errors.FileKindRefused, lang: str) -> Reply:
    text = say(
        lang, "{file} can't be evidence: give a PDF, a picture (PNG, JPEG, WebP, GIF) or plain text.", file=Bold(r.name)
    )
    return refused(text)


@reply.register
def _(r: errors.FileUnfetched, lang: str) -> Reply:
    return refused(say(lang, "{file} could not be read here: download it, and attach it anew.", file=Bold(r.name)))


@reply.register
def _(_: errors.FileForgotten, lang: str) -> Reply:
    return refused(say(lang, "A file is no longer there: attach it anew."))


@reply.register
def _(r: errors.TooManyFiles, lang: str) -> Reply:
    return refused(say(lang, "An award takes {limit} files at most: leave some out.", limit=str(r.limit)))


@reply.register
def _(_: errors.Unsignable, lang: str) -> Reply:
    return refused(say(lang, "There is an invisible control character in the text: type it again."))


@reply.register
def _(_: errors.NoSuchAward, lang: str) -> Reply:
    return refused(say(lang, "This award is no longer there: see what is with {mine}.", mine=Code("/mybadges")))


@reply.register
def _(_: errors.TakenBackAlready, lang: str) -> Reply:
    return refused(say(lang, "It is taken back already: give it again with {award}.", award=Code("/award")))


@reply.register
def _(o: errors.AwardExpired, lang: str) -> Reply:
    return refused(
        say(lang, "This award of {badge} has expired and is not changed any more: give it again.", badge=Bold(o.badge))
    )


@reply.register
def _(_: errors.CongratulateSelf, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "This badge is your own, so others congratulate: share it from {mine} if you like.",
            mine=Code("/mybadges"),
        )
    )


@reply.register
def _(r: errors.NotHeld, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "{who} does not hold {badge}: check the name and the badge.",
            who=Bold(r.who),
            badge=Bold(r.badge),
        )
    )


@reply.register
def _(r: errors.UndoTooLate, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "Undo is open for {minutes} minutes: use {revoke} with a reason instead.",
            minutes=str(r.minutes),
            revoke=Code("/revoke"),
        )
    )


def offers(close: tuple[tuple[str, Command], ...]) -> list[Button]:
    """Give a button for each of the names that may have been meant."""
    return [Button(name, command) for name, command in close]


def short(text: str) -> str:
    """Cut what was typed to what a sentence can quote."""
    return text if len(text) <= 60 else text[:59] + "…"


def _of_somebody(lang: str) -> dict[str, str]:
    """Give an example of each command about somebody's badge."""
    return {
        "revoke": plain(lang, "/revoke @student Peer Mentoring because of a mix-up"),
        "suspend": plain(lang, "/laurel suspend @student Peer Mentoring because of a doubt"),
        "reinstate": plain(lang, "/laurel reinstate @student Peer Mentoring"),
    }
