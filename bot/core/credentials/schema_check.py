"""Checking a credential against 1EdTech's published JSON Schemas, from vendored copies."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.exceptions import ValidationError

from bot.core.credentials.contexts import CREDENTIALS_V1, ISSUED_CONTEXTS
from bot.core.credentials.outcomes import Verdict, failed, passed, unknown

ACHIEVEMENT = "ob_v3p0_achievementcredential_schema.json"
ENDORSEMENT = "ob_v3p0_endorsementcredential_schema.json"
_RENAMED = {"validFrom": "issuanceDate", "validUntil": "expirationDate"}


def schema(document: Mapping[str, Any], name: str = ACHIEVEMENT) -> Verdict:
    """Judge the document's shape. One of VC 1.1's age is judged under the newer names ("older" when it fits)."""
    declared = document.get("@context")
    older = CREDENTIALS_V1 in (declared if isinstance(declared, list) else [declared])
    if older:
        document = _renamed(document)
    status = document.get("credentialStatus")
    # VC 2.0 (section 4.10) takes several; 1EdTech's schema knows one: each is looked at in turn.
    versions: list[Mapping[str, Any]] = [document]
    if isinstance(status, list) and status:
        versions = [{**document, "credentialStatus": one} for one in status]
    try:
        for version in versions:
            error: ValidationError | None = next(_validator(name).iter_errors(version), None)
            if error is not None and older:
                return unknown("older-data-model")  # perhaps its own edition asked for something else
            if error is not None:
                return failed("wrong-shape", path=error.json_path[:200], rule=str(error.validator))
    except RecursionError:
        return unknown("too-deep")
    return passed("older") if older else passed()


def _renamed(value: Any) -> Any:
    """Write a credential of VC 1.1's age, and the endorsements in it, with VC 2.0's names.

    Open Badges 3.0 first came out on VC 1.1; what it asked for is the same, but for these three names.
    """
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _renamed(one) for name, one in value.items()}
    if "@context" in found:
        found["@context"] = list(ISSUED_CONTEXTS)
        found |= {new: found[old] for new, old in _RENAMED.items() if old in found}
    return found


@cache
def _validator(name: str) -> Draft201909Validator:
    file = resources.files("bot.core.credentials") / "data/schemas" / name
    return Draft201909Validator(json.loads(file.read_text(encoding="utf-8")))
