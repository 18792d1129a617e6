"""The documentation says what the code does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from bot.core import errors
from bot.core.slashes import SLASHES
from bot.core.words.replies import reply

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("reference", ROOT / "docs/reference.py")
assert SPEC is not None
reference = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(reference)  # type: ignore[union-attr]


def test_the_reference_is_up_to_date() -> None:
    written = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
    assert written == reference.reference(), "run: .venv/bin/python docs/reference.py"


def test_every_refusal_has_an_example_in_the_reference() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.Refusal)}
    assert kinds - {errors.Refusal} == {type(refusal) for _, refusal in reference.REFUSALS}


@pytest.mark.parametrize(("case", "refusal"), reference.REFUSALS, ids=[case for case, _ in reference.REFUSALS])
def test_a_refusal_is_one_sentence(case: str, refusal: errors.Refusal) -> None:
    answer = reply(refusal, "en")
    text = "".join(span if isinstance(span, str) else "x" for span in answer.text)
    assert answer.kind == "refused"
    assert re.fullmatch(r"[^.?!]+[.?!]", text), text


def test_the_readme_names_every_slash_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in {slash.form.split()[0] for slash in SLASHES}:
        assert f"`{name}" in readme


def test_the_readme_names_every_terminal_command() -> None:
    from bot.__main__ import cli

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in cli.registered_commands:
        assert f"`laurel {command.callback.__name__}" in readme  # type: ignore[union-attr]


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/**/*.md")) + sorted(ROOT.glob("*.md")), ids=lambda p: p.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_makefile_has_what_the_readme_promises() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test", "check", "screenshots", "help"):
        assert f"\n{target}:" in makefile


def test_a_lock_names_no_address() -> None:
    judges = ROOT / "tests/judges"
    packages = [folder / "package-lock.json" for folder in (ROOT / "benchmarks/peers", judges)]
    locks = [*ROOT.glob("*.lock"), *judges.glob("*.lock"), *packages]
    assert len(locks) == 5
    assert [lock.name for lock in locks if "://" in lock.read_text("utf-8")] == []
