"""Words for how well something was done: levels to choose from, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import errors
from bot.core.errors import LevelsOf
from bot.core.port import Bold, Button, Code, Reply
from bot.core.words.refusals import refused
from bot.core.words.saying import plain, reply, say


def leveled(badge: str, level: str) -> str:
    """Name a badge with its level, where only plain text can stand."""
    return f"{badge} · {level}" if level else badge


def choices(scales: Sequence[LevelsOf], lang: str) -> str:
    """List what may be said: "Clear, Moving", or for several scales "Clarity: Clear, Moving; Test: 0 to 100"."""
    if len(scales) == 1:
        return _values(scales[0], lang)
    return "; ".join(f"{scale.name}: {_values(scale, lang)}" for scale in scales)


def _values(scale: LevelsOf, lang: str) -> str:
    if scale.values:
        return ", ".join(scale.values)
    match bool(scale.lowest), bool(scale.highest):
        case True, True:
            return plain(lang, "{lowest} to {highest}", lowest=scale.lowest, highest=scale.highest)
        case True, False:
            return plain(lang, "{lowest} or more", lowest=scale.lowest)
        case False, True:
            return plain(lang, "up to {highest}", highest=scale.highest)
    return plain(lang, "a few words")


@reply.register
def _(r: errors.NoLevels, lang: str) -> Reply:
    return refused(
        say(lang, "{badge} has no levels: leave the level away.", badge=Bold(r.badge)),
        Button(plain(lang, "Award without a level"), r.without, "primary"),
    )


@reply.register
def _(r: errors.NoSuchLevel, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "{badge} cannot be given at {asked}: choose {levels}.",
            badge=Bold(r.badge),
            asked=Bold(r.asked[:60]),
            levels=_to_choose(r.levels, lang),
        ),
        *(Button(name, command) for name, command in r.close),
    )


@reply.register
def _(r: errors.LevelMissing, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "{badge} is given at a level: add {level} before the “for”, one of {levels}.",
            badge=Bold(r.badge),
            level=Code("level …"),
            levels=_to_choose(r.levels, lang),
        ),
        *(Button(name, command) for name, command in r.close),
    )


@reply.register
def _(r: errors.LevelTooLow, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "{badge} is earned from {required} on, and {asked} is less: award it once that is reached.",
            badge=Bold(r.badge),
            required=Bold(r.required),
            asked=Bold(r.asked),
        )
    )


def _to_choose(scales: Sequence[LevelsOf], lang: str) -> Bold:
    return Bold(choices(scales, lang))
