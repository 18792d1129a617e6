"""Every kind of bad input: the check that speaks, what it says, and that it is one plain sentence."""

import re

import pytest
from bad_input import CASES
from credentials_samples import NOW

from bot.core.credentials import CheckName, Outcome, verify
from bot.core.words import checks

CODES = re.compile(r"None|nan|\?|[a-z]+-[a-z]+-[a-z]+|not-|Traceback|\{|\}")


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name: str) -> None:
    case = CASES[name]
    found = verify(case.data, fetch=case.web(), now=NOW)
    assert found.holds == (not case.check)
    if case.check:
        check = found[CheckName(case.check)]
        assert (check.outcome, check.reason) == (Outcome(case.outcome), case.reason)
    for check in found.checks:
        said = checks.sentence(check, "en")
        assert said.endswith(".")
        assert len(said.splitlines()) == 1
        assert said not in checks.FALLBACKS.values()
        if check.name.value == case.check:
            told = said
            for fact in check.facts.values():  # what the badge itself says may look like anything
                told = told.replace(fact, "") if fact else told
            assert not CODES.search(told), said
