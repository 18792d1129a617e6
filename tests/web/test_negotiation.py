"""A browser gets the page, a program the document, at the same address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.negotiation import preferred


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "page"),
        ("*/*", "page"),
        ("text/html", "page"),
        ("text/*", "page"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "page"),
        ("application/vc+ld+json", "json"),
        ("application/vc", "json"),
        ("application/ld+json", "json"),
        ("application/json", "json"),
        ("APPLICATION/JSON", "json"),
        ("application/*", "page"),  # XHTML is one of them
        ("application/json, text/plain, */*", "json"),  # what axios sends
        ("application/ld+json, application/json;q=0.9, */*;q=0.1", "json"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "json"),
        ("text/html, application/json", "page"),
        ("text/html;q=0.5, application/json", "json"),
        ("text/html, application/json;q=0.9", "page"),
        ("application/json;q=0.2, text/html;q=0.1", "json"),
        ("text/html;q=0, */*;q=0.1", "page"),  # XHTML will do
        ("text/html;q=0, application/xhtml+xml;q=0, */*", "json"),
        ("application/json;q=0, application/vc;q=0, application/ld+json;q=0", "page"),
        ("application/json;q=0", "page"),
        ("image/png", "page"),
        ("application/json;q=lots, text/html;q=0.1", "page"),
        ("application/json;q=7, text/html;q=0.1", "page"),
        ("application/json;q=nan, text/html;q=0.1", "page"),
        ("application/json ; Q=0.5 , text/html;q=0.4", "json"),
        (",,;;=,q", "page"),
    ],
)
def test_who_gets_what(accept: str, form: str) -> None:
    assert preferred(accept) == form


@given(st.text())
def test_any_header_is_answered(accept: str) -> None:
    assert preferred(accept) in ("page", "json")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["text/html", "application/json", "application/vc", "*/*", "text/*"]),
            st.floats(0, 1).map(lambda q: round(q, 3)),
        ),
        max_size=6,
    )
)
def test_a_form_refused_is_only_given_when_the_other_is_too(ranges: list[tuple[str, float]]) -> None:
    header = ", ".join(f"{kind};q={q}" for kind, q in ranges)
    if preferred(header) == "json":
        assert any(q > 0 for kind, q in ranges if kind != "text/html")
