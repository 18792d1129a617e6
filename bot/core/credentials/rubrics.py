"""Alignments, rubrics and results: the parts of a document that say how well something was done."""

from typing import Any

from bot.core.credentials.facts import Achievement, Alignment, Result, ResultDescription, RubricLevel
from bot.core.credentials.fields import Unsignable, iri, needed, present, text


def alignments(field: str, listed: tuple[Alignment, ...]) -> list[dict[str, Any]]:
    """Write links to a framework's nodes. Raises `Unsignable`."""
    return [_alignment(f"{field}.alignments.{n}", one) for n, one in enumerate(listed)]


def _alignment(field: str, alignment: Alignment) -> dict[str, Any]:
    return present(
        {
            "type": ["Alignment"],
            "targetName": needed(f"{field}.name", alignment.name),
            "targetUrl": iri(f"{field}.url", alignment.url),
            "targetDescription": text(f"{field}.description", alignment.description),
            "targetFramework": text(f"{field}.framework", alignment.framework),
            "targetCode": text(f"{field}.code", alignment.code),
            "targetType": text(f"{field}.kind", alignment.kind),
        }
    )


def described(field: str, result: ResultDescription) -> dict[str, Any]:
    """Write what a result may say (OB 3.0, section B.4). Raises `Unsignable`."""
    if result.required_level is not None and result.required_level not in {level.id for level in result.levels}:
        raise Unsignable(f"{field}.required_level", "unknown-level")
    return present(
        {
            "id": iri(f"{field}.id", result.id),
            "type": ["ResultDescription"],
            "name": needed(f"{field}.name", result.name),
            "resultType": needed(f"{field}.kind", result.kind),
            "allowedValue": [needed(f"{field}.allowed_values.{n}", v) for n, v in enumerate(result.allowed_values)],
            "requiredLevel": result.required_level,
            "requiredValue": text(f"{field}.required_value", result.required_value),
            "valueMin": text(f"{field}.lowest", result.lowest),
            "valueMax": text(f"{field}.highest", result.highest),
            "rubricCriterionLevel": [_level(f"{field}.levels.{n}", one) for n, one in enumerate(result.levels)],
            "alignment": alignments(field, result.alignments),
        }
    )


def _level(field: str, level: RubricLevel) -> dict[str, Any]:
    return present(
        {
            "id": iri(f"{field}.id", level.id),
            "type": ["RubricCriterionLevel"],
            "name": needed(f"{field}.name", level.name),
            "level": text(f"{field}.level", level.level),
            "points": text(f"{field}.points", level.points),
            "description": text(f"{field}.description", level.description),
            "alignment": alignments(field, level.alignments),
        }
    )


def result(field: str, reached: Result, achievement: Achievement) -> dict[str, Any]:
    """Write what was reached, in the terms of the achievement's descriptions. Raises `Unsignable`."""
    described = {one.id: one for one in achievement.results}
    if reached.of is not None and reached.of not in described:
        raise Unsignable(f"{field}.of", "unknown-result")
    levels = {level.id for one in described.values() if one.id == reached.of for level in one.levels}
    if reached.level is not None and reached.level not in levels:
        raise Unsignable(f"{field}.level", "unknown-level")
    found = present(
        {
            "resultDescription": reached.of,
            "value": text(f"{field}.value", reached.value),
            "achievedLevel": reached.level,
            "status": text(f"{field}.status", reached.status),
            "alignment": alignments(field, reached.alignments),
        }
    )
    if not found.keys() - {"resultDescription"}:
        raise Unsignable(field, "nothing")
    return {"type": ["Result"], **found}
