"""Multibase: the base58btc and base64url spellings that keys, proofs and status lists use."""

import base64
import binascii
import string

import gmpy2

from bot.core.credentials.faults import Fault

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
"""What GMP writes numbers with, above base 36."""
_SPELLED = bytes.maketrans(_DIGITS[:58].encode(), _ALPHABET.encode())
"""Of bytes, since a str looks each of its characters up."""
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}

MAX_BASE58 = 256
"""Longest base58 text read: decoding is quadratic, and an Ed25519 signature needs 88 characters."""


class NotMultibase(Fault):
    """The text is no multibase value of the kind asked for."""


def base58_encode(data: bytes) -> str:
    """Spell bytes in base58btc, without the multibase prefix."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number = int.from_bytes(data)
    digits = gmpy2.digits(number, 58).encode().translate(_SPELLED).decode() if number else ""
    return "1" * zeros + digits


def base58_decode(text: str) -> bytes:
    """Read base58btc without the multibase prefix; raises `NotMultibase`."""
    if len(text) > MAX_BASE58:
        raise NotMultibase
    zeros = len(text) - len(text.lstrip("1"))
    number = 0
    for character in text:
        if character not in _VALUES:
            raise NotMultibase
        number = number * 58 + _VALUES[character]
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def multibase58_encode(data: bytes) -> str:
    """Spell bytes as multibase base58btc: "z...", as keys and proof values are."""
    return "z" + base58_encode(data)


def multibase58_decode(text: str) -> bytes:
    """Read "z..."; raises `NotMultibase` for another base or a foreign character."""
    if not text.startswith("z"):
        raise NotMultibase
    return base58_decode(text[1:])


def multibase64url_encode(data: bytes) -> str:
    """Spell bytes as multibase base64url without padding: "u...", as status lists are."""
    return "u" + base64url_encode(data)


def multibase64url_decode(text: str) -> bytes:
    """Read "u..."; raises `NotMultibase` for another base, padding or a foreign character."""
    if not text.startswith("u"):
        raise NotMultibase
    return base64url_decode(text[1:])


def base64url_encode(data: bytes) -> str:
    """Spell bytes in base64url without padding, as JOSE does (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def base64url_decode(text: str) -> bytes:
    """Read base64url without padding; raises `NotMultibase`."""
    # b64decode with validate=True would still take "+" and "/" once altchars are translated.
    if not text.isascii() or not set("+/=").isdisjoint(text):
        raise NotMultibase
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise NotMultibase from error
