"""Recognising what was handed in: a credential's JSON or JWT, an older badge, or a picture with one baked in."""

import json
import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeGuard

from bot.core.credentials.baking import MAX_PICTURE, OB2_KEYWORD, NotABadge, is_png, unbake_png
from bot.core.credentials.baking_svg import is_svg, unbake_svg
from bot.core.credentials.jws import Jws, NotAJws, read_jws
from bot.core.credentials.strict_json import NotJson, parse_json
from bot.core.credentials.vc_jwt import CredentialJwt, credential_in

_JWT = re.compile(rb"eyJ[\w-]*\.[\w-]+\.[\w-]*", re.ASCII)
_MAX_JWT = 1_500_000
_OB2_CONTEXT = re.compile(r"https?://(w3id\.org|openbadgespec\.org)/openbadges/v[12]", re.ASCII)
_URL = re.compile(r"https?://[^\s<>\"]{1,2000}", re.ASCII)
_UTF_16_OR_32 = re.compile(rb"\xff\xfe|\xfe\xff|\0\0\xfe\xff|\0{1,3}[\s{\[\"<e]|[\s{\[\"<e]\0")
_DATA_URL = "data:application/vc+jwt,"
_PRESENTATION = "VerifiablePresentation"


class Kind(StrEnum):
    """Which sort of badge it is."""

    CREDENTIAL = "credential"
    JWT = "jwt"
    OPEN_BADGES_2 = "open-badges-2"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found, and where: `source` is "json", "jwt", "png" or "svg".

    A credential's `document` comes with its `jwt` when it was in one. An older badge has an assertion as
    `document`, in a `jws` when signed; or, in old pictures, nothing but the `url` where it is hosted.
    """

    kind: Kind
    source: str
    document: dict[str, Any]
    jwt: CredentialJwt | None = None
    jws: Jws | None = None
    url: str | None = None


def read_badge(data: bytes | str | dict[str, Any]) -> Reading:
    """Read a badge from JSON, a compact JWT, a baked PNG or a baked SVG. Raises `NotABadge`.

    A presentation of exactly one badge is read as that badge: who presents it is no matter here.
    """
    if isinstance(data, dict):
        try:
            data = json.dumps(data, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise NotABadge("not-json") from error
    if isinstance(data, str):
        try:
            data = data.encode()
        except UnicodeEncodeError as error:
            raise NotABadge("bad-text") from error
    if len(data) > MAX_PICTURE:
        raise NotABadge("too-large")
    if is_png(data):
        return _from_picture("png", data)
    if is_svg(data):
        return _from_picture("svg", data)
    return _from_text(None, data)


def _from_picture(source: str, data: bytes) -> Reading:
    try:
        text = unbake_png(data) if source == "png" else unbake_svg(data)
    except NotABadge as error:
        if error.reason != "no-credential":
            raise
        # An older badge, then; this raises "no-credential" again when there is none either.
        text = unbake_png(data, OB2_KEYWORD) if source == "png" else unbake_svg(data, ob2=True)
        if _URL.fullmatch(text.strip()):
            return Reading(Kind.OPEN_BADGES_2, source, {}, url=text.strip())
    return _from_text(source, text.encode())


def _from_text(source: str | None, text: bytes) -> Reading:
    if _UTF_16_OR_32.match(text):
        raise NotABadge("bad-encoding")
    text = text.removeprefix(BOM_UTF8).strip()
    if text.startswith((b"{", b"[")):
        try:
            document = parse_json(text)
        except NotJson as error:
            raise NotABadge(error.reason) from error
        if not isinstance(document, dict):
            raise NotABadge("a-list")
        return _from_document(source, document)
    if not text.startswith(b"eyJ"):
        raise NotABadge("not-recognised")
    if len(text) > _MAX_JWT:
        raise NotABadge("too-large")
    if not _JWT.fullmatch(text):
        raise NotABadge("not-a-jwt")
    try:
        jws = read_jws(text.decode())
    except NotAJws as error:
        raise NotABadge(error.reason) from error
    if _is_ob2(jws.payload):
        return Reading(Kind.OPEN_BADGES_2, source or "jwt", jws.payload, jws=jws)
    shown = jws.payload.get("vp", jws.payload)
    if _is_presentation(shown):
        return _presented(source, shown)
    jwt = credential_in(jws)
    return Reading(Kind.JWT, source or "jwt", jwt.document, jwt=jwt)


def _from_document(source: str | None, document: dict[str, Any]) -> Reading:
    if _is_presentation(document):
        return _presented(source, document)
    if "@context" not in document and "recipient" in document and "badge" in document:
        raise NotABadge("older-edition")
    kind = Kind.OPEN_BADGES_2 if _is_ob2(document) else Kind.CREDENTIAL
    return Reading(kind, source or "json", document)


def _presented(source: str | None, presentation: dict[str, Any]) -> Reading:
    """Take the one badge out of a presentation (VC 2.0, section 4.13), an enveloped one as well."""
    shown = presentation.get("verifiableCredential")
    match shown if isinstance(shown, list) else [shown]:
        case [] | [None]:
            raise NotABadge("nothing-presented")
        case [{"type": "EnvelopedVerifiableCredential" | ["EnvelopedVerifiableCredential"], "id": str(url)}]:
            return _alone(source, url.removeprefix(_DATA_URL))
        case [str(jwt)]:
            return _alone(source, jwt)
        case [dict(document)] if not _is_presentation(document):
            return _from_document(source, document)
        case [_]:
            raise NotABadge("nothing-presented")
    raise NotABadge("several-presented")


def _alone(source: str | None, jwt: str) -> Reading:
    # Only a JWT can stand here, so that nothing is unpacked again and again.
    if not jwt.startswith("eyJ"):
        raise NotABadge("nothing-presented")
    return _from_text(source, jwt.encode(errors="replace"))


def _is_presentation(document: object) -> TypeGuard[dict[str, Any]]:
    kinds = document.get("type") if isinstance(document, dict) else None
    return _PRESENTATION in (kinds if isinstance(kinds, list) else [kinds])


def _is_ob2(document: dict[str, Any]) -> bool:
    declared = document.get("@context")
    contexts = declared if isinstance(declared, list) else [declared]
    return any(isinstance(url, str) and _OB2_CONTEXT.match(url) for url in contexts)
