"""Levels: what a badge's rubric says, and how well something was done in its terms."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import ConfigDict, StringConstraints, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from bot.core import credentials
from bot.core.commands import Command, ShowBadge
from bot.core.errors import LevelMissing, LevelsOf, LevelTooLow, NoLevels, NoSuchLevel, Refusal
from bot.core.finding import fold
from bot.core.models import BadgeVersion, Celebration

ResultType = Literal[
    "GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result",
    "RubricCriterion", "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status",
]  # fmt: skip
"""The standard's list (OB 3.0, ResultType)."""

Extension = Annotated[str, StringConstraints(pattern=r"^ext:[a-zA-Z0-9._-]+$")]
STATUSES = ("Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew")
"""What a result of the kind "Status" may be (OB 3.0, ResultStatusType)."""

NO_LEVEL = "none"
"""Said in place of a level, for none: a menu's choice needs a value."""

LONGEST = 60
MOST_OFFERED = 5
_STRICT = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]


@checked(config=_STRICT, frozen=True)
class Level:
    """One level of a rubric; `level` and `points` are what it counts, if anything."""

    name: Name
    level: str | None = None
    points: str | None = None
    description: str | None = None


@checked(config=_STRICT, frozen=True)
class Scale:
    """One thing that an award may say about how well: levels, allowed values, or a range. The lowest comes first."""

    name: Name
    kind: ResultType | Extension = "RubricCriterionLevel"
    levels: tuple[Level, ...] = ()
    required_level: str | None = None
    allowed_values: tuple[Name, ...] = ()
    required_value: str | None = None
    lowest: str | None = None
    highest: str | None = None

    @property
    def required(self) -> str | None:
        """What has to be reached for the badge at all."""
        return self.required_level or self.required_value

    @property
    def listed(self) -> tuple[str, ...]:
        """What may be said, where it can be listed."""
        if self.levels:
            return tuple(level.name for level in self.levels)
        return self.allowed_values or (STATUSES if self.kind == "Status" else ())

    @property
    def choice(self) -> LevelsOf:
        """What there is to choose from."""
        return LevelsOf(self.name, self.listed, self.lowest or "", self.highest or "")


@dataclass(frozen=True, slots=True)
class Reached:
    """What was reached on one scale: the name of the scale, and of the level, or the value."""

    scale: str
    value: str


_SCALES = TypeAdapter(tuple[Scale, ...])


def scales(version: BadgeVersion) -> tuple[Scale, ...]:
    """Give what awards of one version of a badge may say."""
    return _SCALES.validate_python(version.details.get("result", ()))


def fault(listed: Sequence[Scale]) -> str:
    """Say what is wrong with the scales of a file; "" if nothing is."""
    for number, scale in enumerate(listed):
        names = [level.name for level in scale.levels] or list(scale.allowed_values)
        said = (
            (any(re.search(r"[,:]", name) for name in (scale.name, *names)), "no commas or colons in names"),
            (not all(map(fold, (scale.name, *names))), "each name needs a letter"),
            (len({fold(name) for name in names}) < len(names), "each name once"),
            (scale.kind == "RubricCriterionLevel" and not scale.levels, "RubricCriterionLevel needs levels"),
            (bool(scale.levels) and bool(scale.allowed_values), "either levels or allowed_values"),
            (
                scale.required_level is not None and scale.required_level not in names,
                "required_level is none of the levels",
            ),
            (
                bool(scale.listed) and scale.required_value not in (None, *scale.listed),
                "required_value is none of the allowed values",
            ),
            (
                any(
                    bound is not None and _number(bound) is None
                    for bound in (scale.lowest, scale.highest, None if scale.listed else scale.required_value)
                ),
                "lowest, highest and required_value are numbers",
            ),
            (scale.kind == "Status" and not {*scale.listed} <= {*STATUSES}, f"Status is one of {', '.join(STATUSES)}"),
        )
        for wrong, sentence in said:
            if wrong:
                return f"result.{number}: {sentence}"
    if len({fold(scale.name) for scale in listed}) < len(listed):
        return "result: each name once"
    return ""


def read(badge: str, version: BadgeVersion, asked: str, retry: Callable[[str], Command]) -> tuple[Reached, ...]:
    """Read "Advanced", or for several scales "Clarity: Clear, Test: 93". `retry` makes the command of another level.

    Raises `NoLevels`, `NoSuchLevel`, `LevelMissing` or `LevelTooLow`.
    """
    listed = scales(version)
    if fold(asked) == NO_LEVEL and not any(NO_LEVEL in map(fold, scale.listed) for scale in listed):
        asked = ""
    if not listed and asked.strip():
        raise NoLevels(badge, retry(""))
    found: dict[str, Reached] = {}
    for part in filter(None, map(str.strip, asked.split(","))):
        scale, value = _meant(listed, part)
        if scale is None or not value or scale.name in found:
            raise NoSuchLevel(badge, part, _facts(listed), _offers(listed, retry))
        if _rank(scale, value) < _rank(scale, scale.required or value):
            raise LevelTooLow(badge, value, scale.required or "")
        found[scale.name] = Reached(scale.name, value)
    if any(scale.required and scale.name not in found for scale in listed):
        raise LevelMissing(badge, _facts(listed), _offers(listed, retry))
    return tuple(found[scale.name] for scale in listed if scale.name in found)


def _meant(listed: Sequence[Scale], part: str) -> tuple[Scale | None, str]:
    """Find the scale that is meant, and what is reached on it: with its name, by a level of one alone, or the one."""
    name, colon, rest = part.partition(":")
    if colon:
        scale = next((one for one in listed if fold(one.name) == fold(name)), None)
        return scale, _settled(scale, rest.strip()) if scale is not None else ""
    hits = [(one, value) for one in listed if (value := _settled(one, part))]
    return hits[0] if len(hits) == 1 else (None, "")


def _settled(scale: Scale, asked: str) -> str:
    """Give a level or value as it is spelled, also for the beginning of one only; "" for none."""
    if scale.listed:
        named = [name for name in scale.listed if fold(name) == fold(asked)]
        begun = named or [name for name in scale.listed if fold(asked) and fold(name).startswith(fold(asked))]
        return begun[0] if len(begun) == 1 else ""
    if scale.lowest is None and scale.highest is None:
        return asked if len(asked) <= LONGEST else ""
    value, lowest, highest = (_number(text or "") for text in (asked, scale.lowest, scale.highest))
    if value is None or (lowest is not None and value < lowest) or (highest is not None and value > highest):
        return ""
    return asked


def _rank(scale: Scale, value: str) -> float:
    if value in scale.listed:
        return scale.listed.index(value)
    return _number(value) or 0


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", text) else None


def _facts(listed: Sequence[Scale]) -> tuple[LevelsOf, ...]:
    return tuple(one.choice for one in listed)


def _offers(listed: Sequence[Scale], retry: Callable[[str], Command]) -> tuple[tuple[str, Command], ...]:
    """Give a way on for each level, where there is one scale to choose from and the choice is small."""
    if len(listed) != 1 or len(listed[0].listed) > MOST_OFFERED:
        return ()
    scale = listed[0]
    enough = [name for name in scale.listed if _rank(scale, name) >= _rank(scale, scale.required or name)]
    return tuple((name, retry(name)) for name in enough)


def facts(version: BadgeVersion) -> tuple[LevelsOf, ...]:
    """Give what there is to choose from."""
    return _facts(scales(version))


def kept(reached: Sequence[Reached]) -> list[dict[str, str]]:
    """Give what was reached as it is stored."""
    return [{"scale": one.scale, "value": one.value} for one in reached]


def shown(celebration: Celebration) -> str:
    """Give what was reached as it is read: "Advanced", or where there are several scales "Clarity: Clear, Test: 93"."""
    return _read_out(celebration.version, [(one["scale"], one["value"]) for one in celebration.results])


def foreseen(version: BadgeVersion, asked: str) -> str:
    """Give the same for what somebody is still typing; "" while it will not do."""
    try:
        reached = read("", version, asked, ShowBadge)
    except Refusal:
        return ""
    return _read_out(version, [(one.scale, one.value) for one in reached])


def _read_out(version: BadgeVersion, reached: Sequence[tuple[str, str]]) -> str:
    alone = len(reached) == 1 and len(scales(version)) == 1
    return ", ".join(value if alone else f"{scale}: {value}" for scale, value in reached)


# -- as the standard wants them ----------------------------------------------------------------------------------------


def descriptions(version: BadgeVersion) -> tuple[credentials.ResultDescription, ...]:
    """Give the scales of one version as the standard's result descriptions."""
    return tuple(_described(version, number, scale) for number, scale in enumerate(scales(version)))


def results(celebration: Celebration) -> tuple[credentials.Result, ...]:
    """Give what was reached as the standard's results."""
    if not celebration.results:
        return ()
    version = celebration.version
    numbers = {scale.name: (number, scale) for number, scale in enumerate(scales(version))}
    return tuple(_reached(version, *numbers[one["scale"]], one["value"]) for one in celebration.results)


def _described(version: BadgeVersion, number: int, scale: Scale) -> credentials.ResultDescription:
    levels = {
        level.name: credentials.RubricLevel(
            _id(version.id, number, place), level.name, level.level, level.points, level.description
        )
        for place, level in enumerate(scale.levels)
    }
    return credentials.ResultDescription(
        _id(version.id, number),
        scale.name,
        scale.kind,
        levels=tuple(levels.values()),
        allowed_values=scale.allowed_values,
        required_level=levels[scale.required_level].id if scale.required_level else None,
        required_value=scale.required_value,
        lowest=scale.lowest,
        highest=scale.highest,
    )


def _reached(version: BadgeVersion, number: int, scale: Scale, value: str) -> credentials.Result:
    if scale.kind == "Status":
        return credentials.Result(_id(version.id, number), status=value)
    level = _id(version.id, number, scale.listed.index(value)) if scale.levels else None
    return credentials.Result(_id(version.id, number), value, level)


@lru_cache(maxsize=1024)
def _id(version: str, *path: int) -> str:
    """Name a scale or a level of one version: the same whenever it is signed."""
    return uuid.uuid5(uuid.UUID(version), "/".join(map(str, ("result", *path)))).urn
