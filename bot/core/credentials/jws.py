"""Compact JSON Web Signatures (RFC 7515), strictly: three algorithms, each bound to its kind of key.

Own code, since it is shorter than the guards a general library would need around it: no repeated JSON keys, one
spelling per signature, and no algorithm that the header alone decides.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.credentials.faults import Fault
from bot.core.credentials.jose_keys import JwtSigner
from bot.core.credentials.multibase import NotMultibase, base64url_decode, base64url_encode
from bot.core.credentials.public_keys import PublicKey, algorithm_of, signed_by
from bot.core.credentials.strict_json import NotJson, parse_json

ALGORITHMS = {"EdDSA": "EdDSA", "Ed25519": "EdDSA", "ES256": "ES256", "RS256": "RS256"}
"""What may stand in a header (RFC 9864's new name for EdDSA included): which kind of key it needs."""


class NotAJws(Fault):
    """The text is no compact JWS with a JSON object inside; `reason` is "not-a-jwt" or what `NotJson` says."""


@dataclass(frozen=True, slots=True)
class Jws:
    """A JWS taken apart; nothing about it is proven yet."""

    header: dict[str, Any]
    payload: dict[str, Any]
    signing_input: bytes
    signature: bytes

    @property
    def algorithm(self) -> str | None:
        """The kind of key its header asks for; None when it is not one of ours, or has critical extensions."""
        name = self.header.get("alg")
        return ALGORITHMS.get(name) if isinstance(name, str) and "crit" not in self.header else None

    def holds(self, key: PublicKey) -> bool:
        """Say whether the holder of this key signed it, by the algorithm that both key and header name."""
        return self.algorithm == algorithm_of(key) and signed_by(key, self.signature, self.signing_input)


def make_jws(payload: Mapping[str, Any], key: JwtSigner, header: Mapping[str, Any]) -> str:
    """Sign a JSON object; `header` is what stands beside "alg"."""
    parts = [{"alg": key.algorithm, **header}, dict(payload)]
    texts = [json.dumps(part, ensure_ascii=False, separators=(",", ":"), allow_nan=False) for part in parts]
    signing_input = ".".join(base64url_encode(text.encode()) for text in texts)
    return f"{signing_input}.{base64url_encode(key.sign(signing_input.encode()))}"


def read_jws(text: str) -> Jws:
    """Take a compact JWS apart. Raises `NotAJws`."""
    parts = text.split(".")
    if len(parts) != 3:
        raise NotAJws("not-a-jwt")
    try:
        header, payload, signature = (base64url_decode(part) for part in parts)
        # The last character has unused bits; another spelling of the same signature is not the same badge.
        if base64url_encode(signature) != parts[2]:
            raise NotAJws("not-a-jwt")
        read = parse_json(header), parse_json(payload)
    except NotMultibase as error:
        raise NotAJws("not-a-jwt") from error
    except NotJson as error:
        raise NotAJws(error.reason) from error
    if not all(isinstance(one, dict) for one in read):
        raise NotAJws("not-json")
    return Jws(*read, ".".join(parts[:2]).encode(), signature)
