"""Every check has a plain sentence for everything that can come out of it."""

from __future__ import annotations

import ast
from itertools import product
from pathlib import Path

import pytest

import bot.core.credentials
from bot.core.credentials import Check, CheckName, Outcome
from bot.core.credentials.proof_check import _NOT_THE_DOCUMENTS_FAULT
from bot.core.words import checks

PACKAGE = Path(bot.core.credentials.__file__).parent

VERDICTS = {"passed": Outcome.PASSED, "failed": Outcome.FAILED, "unknown": Outcome.UNKNOWN}
MODULES = {
    "schema_check.py": {"schema"},
    "status_check.py": {"revocation", "suspension"},
    "validity_check.py": {"validity"},
    "recipient_check.py": {"recipient"},
    "evidence_check.py": {"evidence"},
    "endorsement_check.py": {"endorsements"},
}
"""Which checks a module's verdicts are for; those of any other module are for some check."""

FAULTS = {
    "NotABadge": ("format", Outcome.FAILED),
    "NotJson": ("format", Outcome.FAILED),
    "NotAJws": ("format", Outcome.FAILED),
    "KeyRefused": ("proof", Outcome.FAILED),
    "KeyUnknown": ("proof", Outcome.UNKNOWN),
}
LISTS = (CheckName.REVOCATION, CheckName.SUSPENSION)
NAMES = {name.value: name for name in CheckName}


def codes(module: str, function: str) -> set[str]:
    """Find the literal reasons that a module hands to a function."""
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    found = set()
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == function):
            continue
        match call.args:
            case [ast.Constant(value=str(code)), *_]:
                found.add(code)
            case [] if function == "passed":
                found.add("ok")
    return found


def emitted() -> set[tuple[str, Outcome, str]]:
    """Everything that the package's source says can come out; "" stands for some check or other."""
    modules = [path.name for path in PACKAGE.glob("*.py")]
    found: set[tuple[str, Outcome, str]] = set()
    for module, (function, outcome) in product(modules, VERDICTS.items()):
        found |= {("", outcome, code) for code in codes(module, function)}
    for module, (fault, (name, outcome)) in product(modules, FAULTS.items()):
        found |= {(name, outcome, code) for code in codes(module, fault)}
    unsafe = set().union(*(codes(module, "UnsafeDocument") for module in modules)) | {"too-deep", "too-large"}
    for code in unsafe:
        outcome = Outcome.UNKNOWN if code in _NOT_THE_DOCUMENTS_FAULT else Outcome.FAILED
        found.add(("proof", outcome, code))
    # Whose key it is stays unknown when the proof does.
    found |= {("issuer", o, code) for n, o, code in found if n == "proof" and o is Outcome.UNKNOWN}
    found |= {(name, Outcome.UNKNOWN, "not-a-badge") for name in set(NAMES) - {"format"}}
    found |= {("format", Outcome.PASSED, source) for source in ("json", "png", "svg")}
    found |= {(name, Outcome.UNKNOWN, "not-opened") for name in ("proof", "issuer", "revocation", "suspension")}
    found |= {("revocation", Outcome.FAILED, "revoked"), ("revocation", Outcome.PASSED, "not-revoked")}
    return found


ALL = sorted(emitted())


def worded(name: str, outcome: Outcome, reason: str) -> bool:
    check = Check(NAMES[name], outcome, reason, {"until": "2026-11-23T00:00:00+00:00"})
    said = checks.sentence(check, "en")
    assert said
    assert "{" not in said
    return said not in [text.replace("{reason}", reason) for text in checks.FALLBACKS.values()]


def test_the_source_was_read() -> None:
    assert len(ALL) > 80
    assert ("", Outcome.FAILED, "bad-signature") in ALL


@pytest.mark.parametrize(("name", "outcome", "reason"), ALL)
def test_every_reason_has_a_sentence(name: str, outcome: Outcome, reason: str) -> None:
    assert any(worded(one, outcome, reason) for one in ([name] if name else NAMES))


@pytest.mark.parametrize("module", [name for name in MODULES if (PACKAGE / name).exists()])
def test_every_verdict_of_a_check_has_a_sentence_under_its_name(module: str) -> None:
    for function, outcome in VERDICTS.items():
        for reason in codes(module, function):
            assert any(worded(name, outcome, reason) for name in MODULES[module] & set(NAMES)), reason


@pytest.mark.parametrize("name", list(CheckName))
def test_every_check_has_a_title(name: CheckName) -> None:
    assert name.value in checks.TITLES


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_reason_nobody_knows_has_a_sentence_too(outcome: Outcome) -> None:
    said = checks.sentence(Check(CheckName.PROOF, outcome, "brand-new", {}), "xx-unknown")
    assert said
    assert "{" not in said


def test_dates_are_written_for_people() -> None:
    check = Check(CheckName.VALIDITY, Outcome.FAILED, "expired", {"since": "2026-11-23T08:00:00+00:00"})
    assert checks.sentence(check, "en") == "It expired on 23 Nov 2026."


def test_a_beginning_within_a_day_is_told_by_the_minute() -> None:
    check = Check(CheckName.VALIDITY, Outcome.FAILED, "soon", {"since": "2026-11-23T15:05:00+01:00"})
    assert checks.sentence(check, "en") == "It is not valid before 23 Nov 2026, 14:05 (UTC)."


@pytest.mark.parametrize("reason", sorted(reason for name, reason in checks.UNKNOWN if name == "suspension"))
def test_a_list_is_called_what_it_is(reason: str) -> None:
    """What is unknown of a list of suspended badges says nothing of badges taken back, and the other way round."""
    said = {name: checks.sentence(Check(name, Outcome.UNKNOWN, reason, {}), "en") for name in LISTS}
    assert "taken back" in said[CheckName.REVOCATION]
    assert "suspended" in said[CheckName.SUSPENSION]
    assert "taken back" not in said[CheckName.SUSPENSION]
    assert "suspended" not in said[CheckName.REVOCATION]


def test_taken_back_never_stands_under_suspension() -> None:
    for outcome in Outcome:
        for _, _, reason in ALL:
            assert "taken back" not in checks.sentence(Check(CheckName.SUSPENSION, outcome, reason, {}), "en")


def test_a_fact_that_is_left_out_or_hostile_leaves_one_sentence() -> None:
    for facts in ({}, {"issuer": "", "where": ""}, {"issuer": "a\n\nb" * 500, "where": "\u2028x"}):
        for name, outcome, reason in ALL:
            said = checks.sentence(Check(NAMES[name or "issuer"], outcome, reason, facts), "en")
            assert len(said.splitlines()) == 1
            assert len(said) < 500
            assert "?" not in said


def test_facts_are_shown_as_they_are() -> None:
    facts = {"issuer": "{evil}", "controller": "did:web:b.example"}
    said = checks.sentence(Check(CheckName.ISSUER, Outcome.FAILED, "not-the-issuers-key", facts), "en")
    assert said == "It names {evil} as its issuer, but did:web:b.example signed it."
