"""Recognising what was handed in: a credential's JSON or JWT, an older badge, or a picture with one baked in."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.core.credentials.baking import OB2_KEYWORD, NotABadge, is_png, unbake_png
from bot.core.credentials.baking_svg import is_svg, unbake_svg
from bot.core.credentials.jws import Jws, NotAJws, read_jws
from bot.core.credentials.strict_json import NotJson, parse_json
from bot.core.credentials.vc_jwt import CredentialJwt, credential_in

_JWT = re.compile(rb"eyJ[\w-]*\.[\w-]+\.[\w-]*", re.ASCII)
_MAX_JWT = 1_500_000
_OB2_CONTEXT = re.compile(r"https?://(w3id\.org|openbadgespec\.org)/openbadges/v[12]", re.ASCII)
_URL = re.compile(r"https?://[^\s<>\"]{1,2000}", re.ASCII)


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
    """Read a badge from JSON, a compact JWT, a baked PNG or a baked SVG. Raises `NotABadge`."""
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
    text = text.strip()
    if text.startswith(b"{"):
        try:
            document = parse_json(text)
        except NotJson as error:
            raise NotABadge(error.reason) from error
        kind = Kind.OPEN_BADGES_2 if _is_ob2(document) else Kind.CREDENTIAL
        return Reading(kind, source or "json", document)
    if len(text) > _MAX_JWT or not _JWT.fullmatch(text):
        raise NotABadge("not-recognised")
    try:
        jws = read_jws(text.decode())
    except NotAJws as error:
        raise NotABadge(error.reason) from error
    if _is_ob2(jws.payload):
        return Reading(Kind.OPEN_BADGES_2, source or "jwt", jws.payload, jws=jws)
    jwt = credential_in(jws)
    return Reading(Kind.JWT, source or "jwt", jwt.document, jwt=jwt)


def _is_ob2(document: dict[str, Any]) -> bool:
    declared = document.get("@context")
    contexts = declared if isinstance(declared, list) else [declared]
    return any(isinstance(url, str) and _OB2_CONTEXT.match(url) for url in contexts)
