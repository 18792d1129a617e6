"""Words for giving badges, celebrating them and taking them back."""

from __future__ import annotations

from bot.core import cards
from bot.core.addresses import ADDRESS, trimmed
from bot.core.award_form import AwardAsked
from bot.core.awarding import LONGEST_REASON, Awarded
from bot.core.cards import RECIPIENTS_SHOWN
from bot.core.celebrating import NAMED, CelebrationFacts, Congratulated
from bot.core.commands import Congratulate, UndoAwards
from bot.core.files import BIGGEST, MOST_FILES
from bot.core.levels import NO_LEVEL
from bot.core.port import (
    Bold,
    Button,
    Card,
    Field,
    Form,
    Italic,
    Link,
    Mention,
    Option,
    Picture,
    Reply,
    Span,
    Text,
)
from bot.core.revoking import Revoked, Undone
from bot.core.words.barring import remedy
from bot.core.words.levels import choices, leveled
from bot.core.words.saying import day, listed, plain, plain_many, reply, say, say_many

MAYBE_DRAWN = 200
"""Characters beyond which no reason finds room in the picture: nobody needs to look."""
QUOTED = 300
"""Characters of a quoted message that the class's card repeats."""


def pictured(drawing: cards.Drawing, name: str = "") -> Picture:
    """Pair a drawing with what it says; an emblem says nothing by itself, so it is given the badge's name."""
    return Picture(drawing, cards.alt(drawing) or name)


MANY = 25
"""Badges that every platform's list has room for; of more, some platforms ask for the name."""


@reply.register
def _(o: Awarded, lang: str) -> Reply:
    names = listed(lang, [Bold(p.name) for p in o.recipients[:NAMED]])
    if len(o.recipients) > NAMED:
        names = (
            *names,
            *say_many(lang, " and {count} more", " and {count} more", len(o.recipients) - NAMED),
        )
    if len(o.recipients) == 1:
        text = say(lang, "{who} now holds {badge}.", who=names, badge=Bold(o.badge))
    else:
        text = say(lang, "{who} now hold {badge}.", who=names, badge=Bold(o.badge))
    if o.closed is not None:
        what = remedy(o.closed, lang)
        if o.announced == "elsewhere":
            where = say(lang, "No card can stand where badges are celebrated: {what}.", what=what)
        else:
            where = say(lang, "No card can stand here: {what}.", what=what)
        where = (*where, " ", *say(lang, "It follows by itself once that is mended."))
    elif o.announced == "elsewhere":
        where = say(lang, "The class sees one card where badges are celebrated.")
    elif o.announced:
        where = say(lang, "The class sees one card in this channel.")
    else:
        where = say(lang, "No channel was told, since you asked in a direct message; each of them was.")
    body: Text = told(o.reason)
    fields: list[tuple[str, Text]] = []
    if o.level:
        fields.append((plain(lang, "Level"), (o.level,)))
    if o.evidence:
        fields.append((plain(lang, "Evidence"), (str(o.evidence),)))
    undo = plain(lang, "Undo")
    card = Card(
        title=(Bold(o.badge),),
        body=body,
        picture=pictured(o.emblem, o.badge),
        fields=(
            *fields,
            (
                plain(lang, "You can undo this"),
                say_many(lang, "for {count} minute", "for {count} minutes", o.undo_minutes),
            ),
        ),
        buttons=(Button(undo, UndoAwards(o.celebration), "danger"),),
    )
    return Reply((*text, " ", *where), (card,))


@reply.register
def _(o: AwardAsked, lang: str) -> Reply:
    known = o.known
    if known.quote is None:
        text = say(lang, "Who has earned what?")
    else:
        text = say(
            lang,
            "This message by {author} goes along as evidence: {text}",
            author=Bold(known.quote.author.name),
            text=Italic(known.quote.text),
        )
    fields = (
        Field(
            "recipients",
            plain(lang, "Who"),
            "people",
            known.recipients,
            plain(lang, "One or several"),
            required=True,
            others=True,
        ),
        Field(
            "badge",
            plain(lang, "Badge"),
            "choice",
            known.badge,
            plain(lang, "There are {count}: the beginning of its name is enough.", count=str(len(o.badges)))
            if len(o.badges) > MANY
            else "",
            required=True,
            options=tuple(Option(value, label) for value, label in o.badges),
            badges=True,
        ),
        *((_level(o, lang),) if o.levels else ()),
        Field(
            "reason",
            plain(lang, "For what"),
            "text",
            known.reason,
            hint=plain(lang, "Everyone reads it; a link in it becomes evidence."),
            max_length=LONGEST_REASON,
        ),
        Field(
            "links",
            plain(lang, "Evidence"),
            "text",
            known.links,
            hint=plain(lang, "Addresses of what proves it, if there are any, each on a line."),
            max_length=LONGEST_REASON,
        ),
        files_field(known.files, o.files, lang, left_out=o.left_out),
    )
    form = Form(
        title=plain(lang, "Award a badge"),
        submit=plain(lang, "Award"),
        command=known,
        fields=fields,
        live=True,
        preview=pictured(_drawing(o.preview, lang)) if o.preview is not None else None,
    )
    return Reply(text, (form,))


def files_field(
    chosen: tuple[str, ...], held: tuple[tuple[str, str], ...], lang: str, left_out: tuple[str, ...] = ()
) -> Field:
    """Ask for files as evidence: some of those `held`, or new ones; `left_out` are names of those that will not do."""
    hint = plain(
        lang,
        "At most {count} files: PDF, PNG, JPEG, WebP, GIF or plain text, up to {limit} MB each.",
        count=str(MOST_FILES),
        limit=str(BIGGEST // 2**20),
    )
    if left_out:
        hint = plain(lang, "Left out: {files}.", files=", ".join(left_out)) + " " + hint
    return Field(
        "files",
        plain(lang, "Files"),
        "files",
        chosen,
        hint,
        options=tuple(Option(value, label) for value, label in held),
        most=MOST_FILES,
    )


def _level(o: AwardAsked, lang: str) -> Field:
    """Ask for the level of a badge that has some: to choose, or to write where there are several scales."""
    label, name = plain(lang, "Level"), "level"
    [scale, *more] = o.levels
    if more or not scale.values:
        return Field(name, label, "line", o.known.level, choices(o.levels, lang), required=o.leveled)
    options = tuple(Option(value, value) for value in scale.values)
    if not o.leveled:
        options = (Option(NO_LEVEL, plain(lang, "None")), *options)
    return Field(name, label, "choice", o.known.level, required=o.leveled, options=options)


@reply.register
def _(o: CelebrationFacts, lang: str) -> Reply:
    if o.withdrawn:
        return Reply((Italic(plain(lang, "An award stood here; it was taken back.")),))
    rest = o.total - len(o.recipients)
    who = listed(lang, [Mention(r.ref, r.name) if r.ref else Bold(r.name) for r in o.recipients])
    if rest:
        who = (*who, *say_many(lang, " and {count} more", " and {count} more", rest))
    text = say(lang, "{who} earned {badge}.", who=who, badge=Bold(o.badge))
    count = f" · {o.congratulations}" if o.congratulations else ""
    buttons = [Button(plain(lang, "Congratulate") + count, Congratulate(o.id), "primary", o.congratulated)]
    fields: list[tuple[str, Text]] = [(plain(lang, "Awarded by"), (o.giver,))]
    if o.level:
        fields.append((plain(lang, "Level"), (o.level,)))
    drawn = {label for label, _ in fields}
    for author, quote in o.quotes:
        wrote = say(lang, "{author}: {text}", author=Bold(author), text=Italic(_short(quote)))
        fields.append((plain(lang, "For this message"), wrote))
    if o.total == 1:
        buttons.append(Button(plain(lang, "See and verify"), o.recipients[0].page))
    else:
        links: list[Span] = [Link(r.name, r.page) for r in o.recipients]
        fields.append((plain(lang, "See and verify"), listed(lang, links)))
    picture = _drawing(o, lang)
    card = Card(
        title=(),  # the text above it and the picture in it both say what was earned
        body=told(o.reason),
        picture=pictured(picture),
        fields=tuple(fields),
        buttons=tuple(buttons),
        drawn=frozenset(drawn | {"body"} if _fits(o.reason, picture) else drawn),
    )
    return Reply(text, (card,))


def _fits(reason: str, picture: cards.Celebration) -> bool:
    """Tell whether the picture says all of the reason, and no address in it is to be followed."""
    return len(reason) <= MAYBE_DRAWN and not ADDRESS.search(reason) and cards.whole(picture)


def _short(quote: str) -> str:
    return quote if len(quote) <= QUOTED else quote[: QUOTED - 1].rstrip() + "…"


def _drawing(o: CelebrationFacts, lang: str) -> cards.Celebration:
    names = tuple(r.name for r in o.recipients)
    several = o.total > 1
    rest = o.total - RECIPIENTS_SHOWN
    if several:
        headline = plain_many(lang, "{count} learner earned", "{count} learners earned", o.total)
    else:
        headline = plain(lang, "{name} earned", name=names[0])
    return cards.Celebration(
        headline=headline,
        badge=leveled(o.badge, o.level),
        emblem=o.emblem,
        recipients=names[:RECIPIENTS_SHOWN] if several else (),
        reason=o.reason,
        footer=f"{plain(lang, 'Awarded by {giver}', giver=o.giver)} · {o.issuer} · {day(lang, o.at)}",
        more=plain_many(lang, "and {count} more", "and {count} more", rest) if rest > 0 else "",
    )


@reply.register
def _(o: Congratulated, lang: str) -> Reply:
    if o.taken_back:
        return Reply(say(lang, "Your congratulation for {badge} is taken back.", badge=Bold(o.badge)))
    return Reply(say(lang, "You congratulated on {badge}.", badge=Bold(o.badge)))


@reply.register
def _(o: Undone, lang: str) -> Reply:
    names = listed(lang, [Bold(name) for name in o.names[:NAMED]])
    return Reply(
        say(
            lang,
            "Taken back: {badge} from {who}. You can award it again any time.",
            badge=Bold(o.badge),
            who=names,
        )
    )


@reply.register
def _(o: Revoked, lang: str) -> Reply:
    who, badge, reason = Bold(o.name), Bold(o.badge), Italic(o.reason.rstrip("."))
    text = say(lang, "{who} no longer holds {badge}: {reason}.", who=who, badge=badge, reason=reason)
    if o.published:
        then = say(lang, "The badge's page and every verifier say so from now on.")
    else:
        then = say(lang, "The badge's page says so from now on; copies already downloaded cannot know.")
    return Reply((*text, " ", *then))


def told(reason: str) -> Text:
    """Show a reason: emphasised, its addresses to be followed."""
    spans: list[Span] = []
    end = 0
    for hit in ADDRESS.finditer(reason):
        url = trimmed(hit[0])
        spans += [Italic(reason[end : hit.start()]), Link(url, url)]
        end = hit.start() + len(url)
    spans.append(Italic(reason[end:]))
    return tuple(span for span in spans if not isinstance(span, Italic) or span.text)
