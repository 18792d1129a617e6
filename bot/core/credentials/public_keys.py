"""Public keys in every spelling that verifying meets: Multikey, JWK and PEM; and what they signed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from bot.core.credentials.keys import NotAKey, public_key_from_multikey, signature_holds
from bot.core.credentials.multibase import (
    NotMultibase,
    base64url_decode,
    base64url_encode,
    multibase58_decode,
    multibase58_encode,
)

PublicKey = Ed25519PublicKey | ec.EllipticCurvePublicKey | RSAPublicKey
"""A key that badges are signed with; of elliptic curves, P-256 alone."""

_P256_PUBLIC = b"\x80\x24"  # multicodec p256-pub, as a varint
_P256_LENGTH = 32
_RSA_BITS = range(2048, 8193)  # shorter ones can be broken, longer ones keep us busy
_RSA_EXPONENT = 2**32


def key_from_multikey(text: str) -> PublicKey:
    """Read "z6Mk..." (Ed25519) or "zDn..." (P-256); raises `NotAKey`."""
    try:
        data = multibase58_decode(text)
    except NotMultibase as error:
        raise NotAKey from error
    if not data.startswith(_P256_PUBLIC):
        return Ed25519PublicKey.from_public_bytes(public_key_from_multikey(text))
    point = data[len(_P256_PUBLIC) :]
    if len(point) != _P256_LENGTH + 1:
        raise NotAKey
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise NotAKey from error


def p256_multikey(key: ec.EllipticCurvePublicKey) -> str:
    """Spell a P-256 key as Multikey text: "zDn..." (Controlled Identifiers 1.0, section 2.2.2)."""
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    return multibase58_encode(_P256_PUBLIC + point)


def key_from_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    """Read a public JSON Web Key (RFC 7517, 8037); raises `NotAKey`, for one with its private half too."""
    if "d" in jwk:
        raise NotAKey("private")
    try:
        match jwk:
            case {"kty": "OKP", "crv": "Ed25519", "x": str(x)}:
                return Ed25519PublicKey.from_public_bytes(base64url_decode(x))
            case {"kty": "EC", "crv": "P-256", "x": str(x), "y": str(y)}:
                return ec.EllipticCurvePublicNumbers(_number(x), _number(y), ec.SECP256R1()).public_key()
            case {"kty": "RSA", "n": str(n), "e": str(e)} if len(n) < 2000 and len(e) < 20:
                return _of_fair_size(RSAPublicNumbers(_number(e), _number(n)).public_key())
    except (ValueError, NotMultibase) as error:
        raise NotAKey from error
    raise NotAKey


def key_from_pem(text: str) -> PublicKey:
    """Read a PEM public key, as OB 2.0's `CryptographicKey` holds it; raises `NotAKey`."""
    try:
        key = serialization.load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm, UnicodeEncodeError) as error:
        raise NotAKey from error
    if isinstance(key, RSAPublicKey):
        return _of_fair_size(key)
    if isinstance(key, Ed25519PublicKey) or (
        isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    ):
        return key
    raise NotAKey


def jwk_of(key: PublicKey) -> dict[str, str]:
    """Spell a public key as a JWK with the required members only, in the order of RFC 7638."""
    match key:
        case Ed25519PublicKey():
            return {"crv": "Ed25519", "kty": "OKP", "x": base64url_encode(key.public_bytes_raw())}
        case ec.EllipticCurvePublicKey():
            point = key.public_numbers()
            x, y = (base64url_encode(part.to_bytes(_P256_LENGTH)) for part in (point.x, point.y))
            return {"crv": "P-256", "kty": "EC", "x": x, "y": y}
    numbers = key.public_numbers()
    e, n = (base64url_encode(part.to_bytes((part.bit_length() + 7) // 8)) for part in (numbers.e, numbers.n))
    return {"e": e, "kty": "RSA", "n": n}


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Name a JWK by its own bytes (RFC 7638, SHA-256); `jwk` is as `jwk_of` makes it."""
    text = json.dumps(dict(jwk), separators=(",", ":"), sort_keys=True)
    return base64url_encode(hashlib.sha256(text.encode()).digest())


def algorithm_of(key: PublicKey) -> str:
    """Say which JOSE algorithm a key is used with: "EdDSA", "ES256" or "RS256"."""
    match key:
        case Ed25519PublicKey():
            return "EdDSA"
        case ec.EllipticCurvePublicKey():
            return "ES256"
    return "RS256"


def signed_by(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Say whether `signature` is this key's over `data`, by the key's one algorithm; misshapen bytes are a no.

    The algorithm follows from the key and never from the document, so that none can be talked into a weaker one.
    """
    try:
        match key:
            case Ed25519PublicKey():
                return signature_holds(key.public_bytes_raw(), signature, data)
            case ec.EllipticCurvePublicKey():
                if len(signature) != 2 * _P256_LENGTH:
                    return False
                r, s = int.from_bytes(signature[:_P256_LENGTH]), int.from_bytes(signature[_P256_LENGTH:])
                key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
            case _:
                key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _number(text: str) -> int:
    return int.from_bytes(base64url_decode(text))


def _of_fair_size(key: RSAPublicKey) -> RSAPublicKey:
    if key.key_size not in _RSA_BITS or key.public_numbers().e >= _RSA_EXPONENT:
        raise NotAKey
    return key
