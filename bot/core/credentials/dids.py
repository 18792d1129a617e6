"""Decentralised identifiers: did:web names and the DID documents that publish an issuer's keys."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from bot.core.credentials.faults import Fault
from bot.core.credentials.multibase import base64url_encode
from bot.core.credentials.public_keys import thumbprint

DID_CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
JWK_CONTEXT = "https://w3id.org/security/jwk/v1"


class NotDidWeb(Fault):
    """The URL or DID has no did:web counterpart."""


def did_web(url: str) -> str:
    """Name the did:web of an https URL: "https://a.example/issuers/7" -> "did:web:a.example:issuers:7".

    A port becomes "%3A"; a trailing slash is ignored. Raises `NotDidWeb` for another scheme, user info,
    a query, a fragment or an empty path segment (did:web method, section 3).
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise NotDidWeb from error
    if parts.scheme != "https" or not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise NotDidWeb
    if ":" in host:  # the method has no spelling for IPv6 addresses
        raise NotDidWeb
    segments = parts.path.strip("/").split("/") if parts.path.strip("/") else []
    if not all(segments):
        raise NotDidWeb
    authority = f"{host}%3A{port}" if port is not None else host
    # A ":" inside a segment would be read back as a path separator.
    return ":".join(["did:web", authority, *(quote(segment, safe="%-._~") for segment in segments)])


def did_web_url(did: str) -> str:
    """Say where a did:web's document is: no path -> "/.well-known/did.json", path -> ".../did.json".

    Raises `NotDidWeb` for another method or a DID that doesn't name a plain host.
    """
    if not did.startswith("did:web:") or not did.isascii() or any(c in did for c in "/?#@\\[] "):
        raise NotDidWeb
    authority, *segments = did.removeprefix("did:web:").split(":")
    host, _, port = unquote(authority).partition(":")
    if not host or not all(c.isalnum() or c in "-." for c in host) or not host.isascii():
        raise NotDidWeb
    if "%3a" in authority.lower() and not (port.isdecimal() and port.isascii()):
        raise NotDidWeb
    # "." and ".." would climb out of the path once a client normalises the URL.
    if not all(segments) or any(unquote(segment) in {".", ".."} for segment in segments):
        raise NotDidWeb
    origin = f"https://{host}:{port}" if port else f"https://{host}"
    return "/".join([origin, *(segments or [".well-known"]), "did.json"])


def did_jwk(jwk: Mapping[str, str]) -> str:
    """Name a key by itself, one without a Multikey too: "did:jwk:ey..."; its one method is "#0"."""
    return f"did:jwk:{base64url_encode(json.dumps(dict(jwk), separators=(',', ':')).encode())}"


def did_document(
    did: str, keys: Iterable[str], retired: Iterable[str] = (), jwks: Iterable[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """Build the DID document for an issuer's Multikeys ("z6Mk...", "zDn...") and JWKs (for RSA, say).

    Retired keys stay in `verificationMethod` and `assertionMethod` alike: badges they signed must go on
    verifying, and a verifier asks `assertionMethod` about every one. Take a key out only when it was stolen.
    A JWK's id is "<did>#<its thumbprint>".
    """
    methods: list[dict[str, Any]] = [
        {"id": f"{did}#{key}", "type": "Multikey", "controller": did, "publicKeyMultibase": key}
        for key in dict.fromkeys([*keys, *retired])
    ]
    by_jwk: list[dict[str, Any]] = [
        {"id": f"{did}#{thumbprint(jwk)}", "type": "JsonWebKey", "controller": did, "publicKeyJwk": dict(jwk)}
        for jwk in jwks
    ]
    methods += by_jwk
    return {
        "@context": [*DID_CONTEXTS, *([JWK_CONTEXT] if by_jwk else [])],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
