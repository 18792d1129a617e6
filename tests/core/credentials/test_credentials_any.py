"""Whatever badge can be signed, in any script, comes back out of any file unchanged, and holds."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from compiled_samples import SIGNABLE, another_learners
from credentials_samples import KEY, SCHOOL, Web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_credentials_baking import PLAIN
from test_credentials_baking_svg import PLAIN as DRAWING
from test_credentials_ob2 import AT, LEGACY

from bot.core.credentials import (
    OB2_KEYWORD,
    Identity,
    OpenBadge,
    P256Key,
    RevocationListEntry,
    RsaKey,
    StatusEntry,
    Suite,
    as_json,
    assertion_ob2,
    badge_class_ob2,
    bake_png,
    bake_svg,
    credential,
    did_document,
    did_web_url,
    issuer_ob2,
    legacy_assertion_ob2,
    revocation_list,
    sign,
    sign_jwt,
    status_list_credential,
    unbake_png,
    unbake_svg,
    verify,
)

P256, RSA = P256Key.generate(), RsaKey.generate(2048)
PERIOD = (datetime(1970, 1, 3, tzinfo=UTC), datetime(9999, 12, 28, tzinfo=UTC))
"""What a JWT can say: it counts seconds from 1970."""
slow = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def badges(draw: st.DrawFn) -> OpenBadge:
    """Draw a badge of any shape, by one of two issuers, with texts of any script."""
    first = draw(SIGNABLE)
    badge = draw(another_learners(first))
    start = badge.valid_from
    if not PERIOD[0] < start < PERIOD[1]:
        start = draw(st.datetimes(datetime(1970, 1, 3), datetime(9999, 12, 28), timezones=st.just(UTC)))  # noqa: DTZ001
    until = None if badge.valid_until is None else start + timedelta(hours=1)
    # The standard's schema has a list of kinds of identity; those of the bot are in it.
    kinds = [one.kind for one in first.identities]
    identities = tuple(dataclasses.replace(one, kind=kind) for one, kind in zip(badge.identities, kinds, strict=True))
    awarded = None if badge.awarded is None else start
    return dataclasses.replace(badge, valid_from=start, valid_until=until, awarded=awarded, identities=identities)


def web_of(badge: OpenBadge) -> Web:
    """The web with the issuer's keys and the lists that the badge names."""
    web, did = Web(), badge.issuer.id
    web.serve(did_web_url(did), did_document(did, [KEY.multikey, P256.multikey], jwks=[RSA.jwk]))
    for entry, purpose in ((badge.status, "revocation"), (badge.suspension, "suspension")):
        match entry:
            case StatusEntry(url, index):
                bits = {(index + 1) % 131_072}
                listed = status_list_credential(url, did, bits, badge.valid_from, purpose=purpose)
                web.serve(url, sign(listed, KEY, KEY.verification_method(did), badge.valid_from))
            case RevocationListEntry(url):
                web.serve(url, revocation_list(url, did, {}))
    return web


def wrapped(text: str, **older: Any) -> list[Any]:
    """The badge alone and in both kinds of picture, out of which it comes as it went in."""
    keyword = {"keyword": OB2_KEYWORD} if older else {}
    baked = bake_png(PLAIN, text, **keyword)
    drawn = bake_svg(DRAWING, text, **older)
    assert unbake_png(baked, **keyword) == text
    found = unbake_svg(drawn, ob2=bool(older))
    # In SVG, "]]>" is spelt with an escape.
    assert json.loads(found) == json.loads(text) if text.startswith("{") else found == text
    return [text, baked, drawn]


def troubles(data: Any, web: Web, now: datetime) -> list[tuple[str, str, str]]:
    found = verify(data, fetch=web, now=now)
    return [(one.name, one.outcome, one.reason) for one in found.checks if one.outcome != "passed"]


@slow
@given(badges())
def test_every_badge_holds_in_every_form(badge: OpenBadge) -> None:
    now, did, web = badge.valid_from + timedelta(minutes=30), badge.issuer.id, web_of(badge)
    document = credential(badge)
    forms = [
        as_json(sign(document, KEY, KEY.verification_method(did), badge.valid_from, suite=suite))
        for suite in (Suite.EDDSA_RDFC, Suite.EDDSA_JCS)
    ]
    forms += [sign_jwt(document, key, key.verification_method(did)) for key in (P256, RSA, KEY)]
    for text in forms:
        for data in wrapped(text):
            assert troubles(data, web, now) == []
        found = verify(text, fetch=web, now=now)
        assert {**(found.credential or {}), "proof": None} == {**document, "proof": None}


@slow
@given(badges())
def test_every_badge_holds_in_the_older_editions_too(badge: OpenBadge) -> None:
    badge = dataclasses.replace(
        badge, issuer=SCHOOL, identities=(*badge.identities, Identity.hide("emailAddress", "sam@laurel.example"))
    )
    now = badge.valid_from + timedelta(minutes=30)
    web = Web()
    web.serve(AT.badge, badge_class_ob2(badge.achievement, AT))
    web.serve(AT.issuer, issuer_ob2(badge.issuer, AT))
    for document in (assertion_ob2(badge, AT), legacy_assertion_ob2(badge, LEGACY)):
        web.serve(document["id"], document)
        for data in wrapped(json.dumps(document, ensure_ascii=False), ob2=True, verify=document["id"]):
            assert troubles(data, web, now) == []


@pytest.mark.parametrize("spoil", ["narrative", "name"])
@slow
@given(badges(), st.text("abc\u0628\u4f60\U0001f393", min_size=1))
def test_no_badge_holds_once_it_says_more(spoil: str, badge: OpenBadge, more: str) -> None:
    now = badge.valid_from + timedelta(minutes=30)
    document = sign(credential(badge), KEY, KEY.verification_method(badge.issuer.id), badge.valid_from)
    place = document if spoil == "name" else document["credentialSubject"]
    place[spoil] = place.get(spoil, "") + more
    assert not verify(as_json(document), fetch=web_of(badge), now=now).holds
