"""Names that members typed where a platform made no mention of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.names import in_prose, mentioned, parted
from bot.core.port import MemberRef, Person
from tests.adapters.replies import HOSTILE


def person(name: str, user: str = "U1") -> Person:
    return Person(MemberRef("slack", "T1", user), name)


@given(st.text(st.sampled_from("@ aAbßZ.zoë/:\n"), max_size=60), st.sampled_from(HOSTILE))
def test_names_are_found_and_nothing_else_changes(text: str, hostile: str) -> None:
    zoe, zo = person("Zoë"), person("Zo", "U2")
    said, named = in_prose(text + hostile, [("Zoë", zoe), ("zoe", zoe), ("Zo", zo)])
    assert set(named) <= {zoe, zo}
    if not named:
        assert said == text + hostile


def test_the_longest_name_counts_in_any_case() -> None:
    sam, okafor = person("Sam"), person("Sam Okafor", "U2")
    called = [("Sam", sam), ("Sam Okafor", okafor), ("sam", sam), ("", person("", "U3"))]
    assert parted("well done @sam okafor!", called) == ("well done ", okafor, "!")
    assert in_prose("@sam, @SAM and @samuel", called) == ("Sam, Sam and @samuel", (sam,))


def test_of_two_who_are_called_the_same_neither_is_meant() -> None:
    one, two = person("Sam"), person("Sam", "U2")
    assert in_prose("well done @sam", [("Sam", one), ("Sam", two)]) == ("well done @sam", ())
    assert in_prose("well done @sam!", [("Sam", one)]) == ("well done Sam!", (one,))
    assert in_prose("mail sam@sam.example", [("Sam", one)]) == ("mail sam@sam.example", ())


def test_what_may_mention_somebody_is_named_once() -> None:
    assert mentioned("@sam okafor, a@b.example, @zoë and @sam, @ nobody, /@x") == ["sam", "zoë"]


def test_a_text_full_of_at_signs_holds_nobody_up_in_a_school_of_thousands() -> None:
    called = [(f"Alex {number}", person(f"Alex {number}", f"U{number}")) for number in range(20_000)]
    assert in_prose("@a " * 1_300, called)[1] == ()
