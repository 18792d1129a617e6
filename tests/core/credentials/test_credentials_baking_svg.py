"""Writing badges into SVG: first in the root, the rest untouched, and hostile pictures refused."""

import contextlib
import json
import time
from xml.etree import ElementTree

import pytest
from credentials_samples import VECTORS
from hypothesis import given, settings
from hypothesis import strategies as st
from test_credentials_baking import svg

from bot.core.credentials import NotABadge, bake_svg, unbake_png, unbake_svg
from bot.core.credentials.baking import MAX_PICTURE, MAX_TEXT

PLAIN = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn <by> hand -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox='0 0 4 4' data-note="a > b"
><title>\xc5\x92uvre</title><path d="M0 0h4"/></svg>
"""
TEXT = json.dumps({"name": "Œuvre", "code": "a]]>b<c>&amp;\"'"}, ensure_ascii=False)
JWS = "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"


def test_badge_stands_first_in_the_root_and_the_rest_is_as_it_was() -> None:
    baked = bake_svg(PLAIN, TEXT)
    root = ElementTree.fromstring(baked)  # noqa: S314 - our own picture, read by another parser
    assert root[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert json.loads(root[0].text or "") == json.loads(TEXT)
    assert b'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">' in baked
    start, end = baked.index(b"<openbadges:credential"), baked.index(b"</openbadges:credential>") + 24
    without = (baked[:start] + baked[end:]).replace(b' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"', b"")
    assert without == PLAIN


def test_jwt_stands_in_its_attribute() -> None:
    baked = bake_svg(PLAIN, JWS)
    assert f'<openbadges:credential verify="{JWS}"/>'.encode() in baked
    assert unbake_svg(baked) == JWS


def test_baking_again_replaces_and_leaves_the_older_edition_alone() -> None:
    both = bake_svg(bake_svg(PLAIN, "{}", ob2=True, verify='https://laurel.example/?a=1&b="<"'), TEXT)
    assert json.loads(unbake_svg(both)) == json.loads(TEXT)
    assert unbake_svg(both, ob2=True) == "{}"
    again = bake_svg(bake_svg(both, JWS), '{"a": 1}')
    assert unbake_svg(again) == '{"a": 1}'
    assert unbake_svg(again, ob2=True) == "{}"
    assert again.count(b"credential") == 2
    assert again.count(b"xmlns:openbadges=") == 2


@pytest.mark.parametrize("name", ["simple-json.svg", "simple-jwt.svg"])
def test_published_picture_is_baked_again(name: str) -> None:
    picture = (VECTORS / "1edtech" / name).read_bytes()
    assert unbake_svg(bake_svg(picture, '{"new": true}')) == '{"new": true}'
    assert unbake_svg(bake_svg(picture, JWS)) == JWS


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=200)
@given(st.dictionaries(TEXTS, TEXTS | st.integers(), max_size=4), st.booleans())
def test_round_trip(document: dict[str, str | int], ascii_only: bool) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only)
    if "\ufffe" in text or "\uffff" in text:  # characters that XML has no place for
        with pytest.raises(NotABadge):
            bake_svg(PLAIN, text)
    else:
        assert json.loads(unbake_svg(bake_svg(PLAIN, text))) == document


HOSTILE = {
    "nothing": (b"", "{}", "not-an-svg"),
    "a page": (b"<html></html>", "{}", "not-an-svg"),
    "an empty root": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "{}", "not-an-svg"),
    "no namespace": (b"<svg></svg>", "{}", "not-an-svg"),
    "cut": (PLAIN[:-9], "{}", "truncated"),
    "an unclosed element": (PLAIN.replace(b"</svg>", b"</g></svg>"), "{}", "damaged"),
    "another encoding": (PLAIN.replace(b"UTF-8", b"ISO-8859-1"), "{}", "bad-text"),
    "UTF-16": (PLAIN.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "{}", "bad-text"),
    "an entity": (svg("&a;", '<!DOCTYPE svg [<!ENTITY a "b">]>'), "{}", "entities"),
    "a file": (svg("&a;", '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "{}", "entities"),
    "a parameter": (svg("", '<!DOCTYPE svg [<!ENTITY % a SYSTEM "https://evil.example"> %a;]>'), "{}", "entities"),
    "too large": (bytes(MAX_PICTURE + 1), "{}", "too-large"),
    "too much to put in": (PLAIN, "{" + "x" * MAX_TEXT, "too-large"),
    "a control character": (PLAIN, "{\0}", "bad-text"),
    "a lone surrogate": (PLAIN, "{\ud800}", "bad-text"),
    "a quotation mark for a JWT": (PLAIN, 'a"b', "bad-text"),
    "nothing to put in": (PLAIN, "a b", "bad-text"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_picture_is_refused(name: str) -> None:
    picture, text, reason = HOSTILE[name]
    with pytest.raises(NotABadge) as caught:
        bake_svg(picture, text)
    assert caught.value.reason == reason


def laughs() -> bytes:
    """The billion laughs: ten entities, each ten of the one before."""
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return svg("&a9;", f"<!DOCTYPE svg [{entities}]>")


def test_hundred_megabytes_and_a_billion_laughs_are_refused_at_once() -> None:
    started = time.monotonic()
    for picture in (bytes(100 * 1024 * 1024), laughs()):
        for read in (unbake_svg, lambda one: bake_svg(one, "{}"), unbake_png):
            with pytest.raises(NotABadge):
                read(picture)
    assert time.monotonic() - started < 2


@settings(max_examples=200)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_damaged_picture_is_read_or_refused(place: int, damage: bytes) -> None:
    baked = bytearray(bake_svg(PLAIN, TEXT))
    baked[place : place + len(damage)] = damage
    with contextlib.suppress(NotABadge):
        unbake_svg(bytes(baked))
    with contextlib.suppress(NotABadge):
        assert unbake_svg(bake_svg(bytes(baked), "{}")) == "{}"
