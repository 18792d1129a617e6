"""Badges as files: every form in which one can be taken elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from bot.core import backpacks, cards, credentials
from bot.core.badges import emblem_of
from bot.core.collection import AwardFacts, award_facts
from bot.core.credentials import RsaKey, Suite
from bot.core.dates import zone
from bot.core.issuing import EMBLEM_WIDTH, Algorithm, issuer_did, jwt_key, signing_key
from bot.core.models import Award, Member
from bot.core.publishing import emblem_png
from bot.core.site import Site
from bot.core.words import papers
from bot.core.words.levels import leveled

CREDENTIAL = "application/vc+ld+json"


@dataclass(frozen=True, slots=True)
class Exported:
    """One file: its bytes, media type, and ending."""

    body: bytes
    media_type: str
    ending: str


def export(site: Site, award: Award, form: str, now: datetime, algorithm: Algorithm = "ES256") -> Exported:
    """Give an award in one of `FORMS`; `algorithm` is for a JWT.

    Raises `KeyError` for another form, `backpacks.NotHosted` where Open Badges 2.0 cannot be had, and `NoKey` where
    the issuer has none for RS256 yet.
    """
    make, media_type, ending = FORMS[form]
    if form == "jwt":
        return Exported(_jwt(site, award, now, algorithm), media_type, ending)
    return Exported(make(site, award, now), media_type, ending)


def file_name(name: str) -> str:
    """Make a file name of a title: letters and digits of any script, joined by hyphens."""
    words: Sequence[str] = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name).casefold())
    return "-".join(words)[:60] or "badge"


def baked_png(site: Site, award: Award) -> bytes:
    """Draw the award's picture with its signed credential inside; and beside it, where there is one, the older kind."""
    picture = credentials.bake_png(emblem_png(award.version, 2 * EMBLEM_WIDTH), award.current)
    if award.revoked_at is not None:
        return picture  # an older reader would find only that it is gone
    with suppress(backpacks.NotHosted):
        older = json.dumps(backpacks.assertion(site, award), ensure_ascii=False)
        return credentials.bake_png(picture, older, credentials.OB2_KEYWORD)
    return picture


def certificate(site: Site, award: Award) -> bytes:
    """Give an award's certificate as PDF, the signed credential attached."""
    facts = _dated(award_facts(site, award), award)
    name = award.member.name if award.member.public_name else ""
    attached = (cards.Attached("credential.json", CREDENTIAL, award.current.encode()),)
    return papers.certificate(facts, name, award.member.lang, reachable=site.public, attached=attached)


def resume(site: Site, owner: Member, awards: Sequence[Award]) -> bytes:
    """Give a learner's badges as a section for their résumé; it names them, and is for themself alone."""
    facts = [_dated(award_facts(site, award), award) for award in awards]
    return papers.resume(facts, owner.name, owner.lang, reachable=site.public)


def json_resume(site: Site, awards: Sequence[Award]) -> dict[str, Any]:
    """Give badges as `certificates` of the JSON Resume schema (1.0.0)."""
    listed = [_dated(award_facts(site, award), award) for award in awards]
    return {
        "certificates": [
            {
                "name": leveled(one.badge, one.level),
                "date": one.at.date().isoformat(),
                "issuer": one.issuer,
                **({"url": one.page} if site.public else {}),
            }
            for one in listed
        ]
    }


def archive(site: Site, awards: Sequence[Award], lang: str, now: datetime) -> bytes:
    """Give badges as one ZIP, a folder each, with a manifest of SHA-256 sums. The same badges make the same names."""
    files: dict[str, bytes] = {}
    for award in awards:
        folder = f"{file_name(award.version.name)}-{award.id[-12:]}"
        for name, form in _PACKED.items():
            files[f"{folder}/{name}"] = export(site, award, form, now).body
    sums = [{"file": name, "sha256": hashlib.sha256(body).hexdigest()} for name, body in files.items()]
    files["manifest.json"] = json.dumps({"badges": len(awards), "files": sums}, indent=2).encode() + b"\n"
    files["README.txt"] = papers.read_me(lang).encode()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in files.items():
            target.writestr(zipfile.ZipInfo(name, date_time=now.timetuple()[:6]), body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _dated(facts: AwardFacts, award: Award) -> AwardFacts:
    """Put the days of an award where its owner lives."""
    here = zone(award.member.timezone)
    return replace(
        facts, at=facts.at.astimezone(here), expires_at=facts.expires_at and facts.expires_at.astimezone(here)
    )


# -- one award -----------------------------------------------------------------------------------------------------


def _ob3(_site: Site, award: Award, _now: datetime) -> bytes:
    return award.current.encode()


def _ob3_jcs(site: Site, award: Award, now: datetime) -> bytes:
    key, did = signing_key(site, award.issuer), issuer_did(site, award.issuer)
    signed = credentials.sign(_unsigned(award, did), key, key.verification_method(did), now, suite=Suite.EDDSA_JCS)
    return credentials.as_json(signed).encode()


def _jwt(site: Site, award: Award, _now: datetime, algorithm: Algorithm = "ES256") -> bytes:
    key = jwt_key(site, award.issuer, algorithm)
    if site.public:
        did = issuer_did(site, award.issuer)
        method = key.verification_method(did)
    elif isinstance(key, RsaKey):  # without a public address the issuer is known by the key itself
        did = credentials.did_jwk(key.jwk)
        method = f"{did}#0"
    else:
        did = key.did_key
        method = key.verification_method(did)
    return credentials.sign_jwt(_unsigned(award, did), key, method).encode()


def _unsigned(award: Award, did: str) -> dict[str, Any]:
    document = json.loads(award.current)
    del document["proof"]
    return {**document, "issuer": {**document["issuer"], "id": did}}


def _ob2(site: Site, award: Award, _now: datetime) -> bytes:
    return _written(backpacks.assertion(site, award))


def _ob2_legacy(site: Site, award: Award, _now: datetime) -> bytes:
    return _written(backpacks.legacy_assertion(site, award))


def _png(site: Site, award: Award, _now: datetime) -> bytes:
    return baked_png(site, award)


def _svg(_site: Site, award: Award, _now: datetime) -> bytes:
    return credentials.bake_svg(cards.emblem_svg(emblem_of(award.version)).encode(), award.current)


def _pdf(site: Site, award: Award, _now: datetime) -> bytes:
    return certificate(site, award)


def _zip(site: Site, award: Award, now: datetime) -> bytes:
    return archive(site, [award], award.member.lang, now)


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


FORMS: dict[str, tuple[Callable[[Site, Award, datetime], bytes], str, str]] = {
    "ob3": (_ob3, CREDENTIAL, "json"),
    "ob3-jcs": (_ob3_jcs, CREDENTIAL, "json"),
    "jwt": (_jwt, "text/plain", "jwt"),
    "ob2": (_ob2, "application/ld+json", "json"),
    "ob2-legacy": (_ob2_legacy, "application/ld+json", "json"),
    "png": (_png, "image/png", "png"),
    "svg": (_svg, "image/svg+xml", "svg"),
    "pdf": (_pdf, "application/pdf", "pdf"),
    "zip": (_zip, "application/zip", "zip"),
}
"""Every form, with what makes it, its media type and its file's ending."""

_PACKED = {
    "badge.png": "png",
    "badge.svg": "svg",
    "credential.json": "ob3",
    "credential.jwt": "jwt",
    "certificate.pdf": "pdf",
}
