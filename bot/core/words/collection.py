"""Words for a member's own badges: the wall, one badge, sharing, checking, and the message about a new one."""

from __future__ import annotations

from bot.core import cards, errors
from bot.core.collection import (
    AwardFacts,
    AwardShared,
    AwardShown,
    AwardVerified,
    BadgesShown,
    Earned,
)
from bot.core.commands import (
    AskEvidence,
    AskPrivacy,
    ShareAward,
    ShowAward,
    ShowBadges,
    TakeBadges,
    TakeToWallet,
    VerifyAward,
)
from bot.core.credentials import Check, Outcome
from bot.core.handing import HandoverReady
from bot.core.port import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Italic,
    Link,
    Node,
    Reply,
    Row,
    Rows,
    Span,
    Text,
    When,
)
from bot.core.words import checks
from bot.core.words.awards import pictured, told
from bot.core.words.levels import leveled
from bot.core.words.refusals import refused
from bot.core.words.saying import day, listed, plain, plain_many, reply, say, say_many

MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.UNKNOWN: "?"}


@reply.register
def _(o: BadgesShown, lang: str) -> Reply:
    if o.mine and not o.total:
        text = say(lang, "You have no badge yet. Aim at one with {goals}.", goals=Code("/goals add"))
    elif o.mine:
        text = say_many(lang, "You hold {count} badge.", "You hold {count} badges.", o.total)
    else:
        text = say_many(lang, "{who} holds {count} badge.", "{who} holds {count} badges.", o.total, who=Bold(o.whose))
    privacy = (Button(plain(lang, "Who may see them"), AskPrivacy()),) if o.mine else ()
    return Reply(text, wall(o, lang, *privacy))


def wall(o: BadgesShown, lang: str, *more: Button) -> tuple[Node, ...]:
    """Show one page of badges, with what else can be done there."""
    nodes: list[Node] = [pictured(_wall(o, lang))]
    if o.awards:
        nodes.append(Rows(tuple(_row(award, o.mine, lang) for award in o.awards)))
    turn = []
    if o.page > 1:
        turn.append(Button(plain(lang, "Newer"), ShowBadges(o.person, o.page - 1)))
    if o.page < o.pages:
        turn.append(Button(plain(lang, "Older"), ShowBadges(o.person, o.page + 1)))
    if buttons := (*turn, *more):
        nodes.append(Buttons(buttons))
    return tuple(nodes)


def _wall(o: BadgesShown, lang: str) -> cards.Wall:
    rest = o.total - len(o.wall)
    return cards.Wall(
        title=plain(lang, "My badges") if o.mine else plain(lang, "{name}'s badges", name=o.whose),
        tiles=tuple(cards.Tile(name, emblem, day(lang, at)) for name, emblem, at in o.wall),
        skills=tuple(cards.Skill(name, count) for name, count in o.skills),
        more=plain_many(lang, "and {count} more", "and {count} more", rest) if rest > 0 else "",
        empty=plain(lang, "The first badge will stand here."),
    )


def _row(award: AwardFacts, mine: bool, lang: str) -> Row:
    buttons = [
        Button(plain(lang, "Show"), ShowAward(award.id)),
        Button(plain(lang, "Verify"), VerifyAward(award.id)),
        Button(plain(lang, "Download"), award.png),
    ]
    if mine:
        buttons.append(Button(plain(lang, "Share"), ShareAward(award.id)))
    detail = say(lang, "{date}, from {giver}", date=When(award.at), giver=award.giver)
    if award.suspended:
        detail = (*detail, " · ", Italic(plain(lang, "suspended")))
    if award.level:
        detail = (award.level, " · ", *detail)
    return Row((Bold(award.badge),), detail, pictured(award.emblem, award.badge), tuple(buttons))


@reply.register
def _(o: AwardShown, lang: str) -> Reply:
    award = o.award
    fields: list[tuple[str, Text]] = [
        (plain(lang, "Awarded by"), (f"{award.giver}, {award.issuer}",)),
        (plain(lang, "On"), (When(award.at),)),
    ]
    if award.level:
        fields.append((plain(lang, "Level"), (award.level,)))
    if award.reason:
        fields.append((plain(lang, "For"), told(award.reason)))
    fields.append((plain(lang, "Criteria"), (award.criteria,)))
    if award.skills:
        fields.append((plain(lang, "Skills"), (", ".join(award.skills),)))
    proof: list[Span] = [
        *(Link(url, url) for url in award.links),
        *(Italic(quote) for quote in award.quotes),
        *((name if award.revoked else Link(name, url)) for name, url in award.files),
    ]
    if proof:
        fields.append((plain(lang, "Evidence"), listed(lang, proof)))
    if award.expires_at is not None:
        fields.append((plain(lang, "Valid until"), (When(award.expires_at),)))
    text = (
        say(lang, "Your badge {badge}:", badge=Bold(award.badge))
        if o.mine
        else say(lang, "{who}'s badge {badge}:", who=Bold(o.whose), badge=Bold(award.badge))
    )
    if award.revoked:
        text = say(lang, "{badge} was taken back and no longer counts.", badge=Bold(award.badge))
    elif award.suspended:
        text = say(lang, "{badge} is suspended and does not count at present.", badge=Bold(award.badge))
    more = Button(plain(lang, "Add evidence"), AskEvidence(award.id))
    card = Card(
        (Bold(award.badge),),
        (award.description,),
        pictured(award.emblem, award.badge),
        tuple(fields),
        (*_ways(award, o.mine, lang), *((more,) if o.provable else ())),
    )
    return Reply(text, (card,))


def _ways(award: AwardFacts, mine: bool, lang: str) -> tuple[Button, ...]:
    buttons = [
        Button(plain(lang, "Open its page"), award.page, "primary"),
        Button(plain(lang, "Verify"), VerifyAward(award.id)),
        Button(plain(lang, "Download"), award.png),
    ]
    if mine:
        buttons.append(Button(plain(lang, "Share"), ShareAward(award.id)))
    return tuple(buttons)


@reply.register
def _(o: AwardShared, lang: str) -> Reply:
    if o.public_name:
        named = say(lang, "Your name stands on its page.")
    else:
        named = say(
            lang,
            "Its page does not name you; you decide that under {privacy}.",
            privacy=Code("/mybadges privacy"),
        )
    body: Text = (
        *say(lang, "Whoever opens this address can check it: {page}", page=Code(o.award.page)),
        " ",
        *named,
    )
    if not o.reachable:
        body = (
            *body,
            " ",
            *say(
                lang,
                "For now the page opens on this computer only; the downloaded picture can be checked anywhere.",
            ),
        )
    buttons = (
        *((Button(plain(lang, "Add to LinkedIn"), o.linkedin, "primary"),) if o.reachable else ()),
        Button(plain(lang, "Download"), o.award.png),
        Button(plain(lang, "E-mail signature, web page, PDF …"), o.share),
        *((Button(plain(lang, "Into my wallet app"), TakeToWallet(o.award.id)),) if o.reachable else ()),
        Button(plain(lang, "Open its page"), o.award.page),
        Button(plain(lang, "All my badges"), TakeBadges()),
        Button(plain(lang, "Who may see them"), AskPrivacy()),
    )
    card = Card((Bold(o.award.badge),), body, pictured(o.award.emblem, o.award.badge), buttons=buttons)
    return Reply(say(lang, "Take {badge} with you:", badge=Bold(o.award.badge)), (card,))


@reply.register
def _(o: HandoverReady, lang: str) -> Reply:
    text = say_many(
        lang,
        "Open this on the phone that has the Learner Credential Wallet: it is for you alone, works once, and for "
        "{count} minute.",
        "Open this on the phone that has the Learner Credential Wallet: it is for you alone, works once, and for "
        "{count} minutes.",
        o.minutes,
    )
    buttons = (
        Button(plain(lang, "Open the wallet"), o.wallet, "primary"),
        Button(plain(lang, "Show it as a code for my phone"), o.page),
    )
    return Reply(text, (Buttons(buttons),))


@reply.register
def _(_: errors.OutOfReach, lang: str) -> Reply:
    mine = Code("/mybadges")
    return refused(
        say(lang, "Wallets cannot reach these pages: download the picture from {mine} and give them that.", mine=mine)
    )


@reply.register
def _(o: AwardVerified, lang: str) -> Reply:
    outcomes = {check.outcome for check in o.checks}
    if outcomes == {Outcome.PASSED}:
        text = say(lang, "{badge} is genuine: every check holds.", badge=Bold(o.award.badge))
    elif Outcome.FAILED in outcomes:
        text = say(lang, "{badge} does not hold:", badge=Bold(o.award.badge))
    else:
        text = say(lang, "Not everything about {badge} could be checked:", badge=Bold(o.award.badge))
    page = Button(plain(lang, "Open its page"), o.award.page)
    return Reply(text, (Rows(tuple(check_row(check, lang) for check in o.checks)), Buttons((page,))))


def check_row(check: Check, lang: str) -> Row:
    """Say one check as a line."""
    return Row((f"{MARKS[check.outcome]} ", Bold(checks.title(check, lang))), (checks.sentence(check, lang),))


@reply.register
def _(o: Earned, lang: str) -> Reply:
    if o.revoked and o.why:
        return Reply(
            say(
                lang,
                "{badge} was taken back: {why}. Ask {giver} if you want to know more.",
                badge=Bold(o.award.badge),
                why=Italic(o.why.rstrip(".")),
                giver=Bold(o.award.giver),
            )
        )
    if o.revoked:
        return Reply(say(lang, "{badge} was given by mistake, and taken back at once.", badge=Bold(o.award.badge)))
    if o.suspended:
        return Reply(
            say(
                lang,
                "{badge} does not count for now: {why}. Ask {giver} how that can be cleared up.",
                badge=Bold(o.award.badge),
                why=Italic(o.why.rstrip(".")),
                giver=Bold(o.award.giver),
            )
        )
    earned = Bold(leveled(o.award.badge, o.award.level))
    text = say(lang, "You earned {badge} from {giver}.", badge=earned, giver=Bold(o.award.giver))
    for goal in o.goals:
        text = (*text, " ", *say(lang, "With it you reached your goal {goal}.", goal=Bold(goal)))
    body: Text = told(o.award.reason) or (o.award.description,)
    card = Card(
        (Bold(o.award.badge),), body, pictured(o.award.emblem, o.award.badge), buttons=_ways(o.award, True, lang)
    )
    return Reply(text, (card,))
