"""Which awards of an issuer are revoked or suspended: Bitstring Status List 1.0, and 1EdTech's list of ids."""

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.core.credentials.contexts import CREDENTIALS_V2
from bot.core.credentials.faults import Fault
from bot.core.credentials.multibase import NotMultibase, multibase64url_decode, multibase64url_encode
from bot.core.credentials.times import timestamp

MINIMUM_BITS = 131_072
"""So that looking a badge up hides it in a crowd (section 3.4's 16 KB)."""

MAX_BYTES = 4 * 1024 * 1024
"""Largest list unpacked: 33 million badges. A few kilobytes of gzip could otherwise fill the memory."""


MAX_REASON = 200


class NotAStatusList(Fault):
    """The document or text holds no readable status list; `reason` is a code."""


class IndexBeyondList(Fault):
    """The index points past the end of the list (RANGE_ERROR in section 3.5)."""


def status_list_credential(
    url: str,
    issuer_id: str,
    revoked: Iterable[int],
    valid_from: datetime,
    *,
    size: int = MINIMUM_BITS,
    valid_until: datetime | None = None,
    purpose: str = "revocation",
) -> dict[str, Any]:
    """Build the unsigned `BitstringStatusListCredential` served at `url` (section 2.2).

    `purpose` is "revocation", which is for good, or "suspension", undone by leaving the index out again; each
    needs a list of its own. `size` is the number of bits, at least 131,072 and a multiple of 8. Raises
    `IndexBeyondList` for an index outside and `ValueError` for a size that is too small.
    """
    encoded = encode_bits(revoked, size)
    return status_list_document(url, issuer_id, encoded, valid_from, valid_until=valid_until, purpose=purpose)


def status_list_document(
    url: str,
    issuer_id: str,
    encoded: str,
    valid_from: datetime,
    *,
    valid_until: datetime | None = None,
    purpose: str = "revocation",
) -> dict[str, Any]:
    """Do the same for bits that are packed already; `encoded` is as `pack_bits` makes it."""
    document: dict[str, Any] = {
        "@context": [CREDENTIALS_V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_id,
        "validFrom": timestamp(valid_from),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded,
        },
    }
    if valid_until is not None:
        document["validUntil"] = timestamp(valid_until)
    return document


def encode_bits(indices: Iterable[int], size: int = MINIMUM_BITS) -> str:
    """Return the `encodedList` with these bits set. Raises as `set_bits`."""
    return pack_bits(set_bits(indices, size))


def set_bits(indices: Iterable[int], size: int = MINIMUM_BITS) -> bytes:
    """Return so many bits, these of them set. Raises `IndexBeyondList`, and `ValueError` for a size too small."""
    if size < MINIMUM_BITS or size % 8:
        raise ValueError(size)
    return flip_bits(bytes(size // 8), indices, on=True)


def flip_bits(bits: bytes, indices: Iterable[int], *, on: bool) -> bytes:
    """Return the bits with these set, or (`on` is false) cleared. Raises `IndexBeyondList`."""
    flipped = bytearray(bits)
    for index in indices:
        if not 0 <= index < len(flipped) * 8:
            raise IndexBeyondList(str(index))
        bit = 0x80 >> (index % 8)  # bit 0 is the most significant of byte 0
        flipped[index // 8] = flipped[index // 8] | bit if on else flipped[index // 8] & ~bit
    return bytes(flipped)


def pack_bits(bits: bytes) -> str:
    """Return the `encodedList` of these bits: "u" + base64url of gzip (section 3.3)."""
    # Runs alone are looked for: searching a sparse list for more takes a hundred times as long and saves nothing.
    # zlib writes no time into its gzip header, so that the same revocations make the same bytes.
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16, strategy=zlib.Z_RLE)
    return multibase64url_encode(packer.compress(bits) + packer.flush())


def decode_bits(encoded: str) -> bytes:
    """Unpack an `encodedList`.

    Raises `NotAStatusList`: "encoding", "compression", "too-large" or "too-short".
    """
    try:
        packed = multibase64url_decode(encoded)
    except NotMultibase as error:
        raise NotAStatusList("encoding") from error
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # gzip only
    try:
        bits = unpacker.decompress(packed, MAX_BYTES)
    except zlib.error as error:
        raise NotAStatusList("compression") from error
    if not unpacker.eof:
        raise NotAStatusList("too-large" if unpacker.unconsumed_tail else "compression")
    if unpacker.unused_data:
        raise NotAStatusList("compression")
    if len(bits) * 8 < MINIMUM_BITS:
        raise NotAStatusList("too-short")
    return bits


def bit_is_set(document: Mapping[str, Any], index: int, purpose: str = "revocation") -> bool:
    """Read one bit of a status list credential, whose proof the caller has checked.

    Raises `NotAStatusList` ("shape", "purpose" or what `decode_bits` says) and `IndexBeyondList`.
    """
    subject = document.get("credentialSubject")
    if not isinstance(subject, Mapping) or subject.get("type") not in (
        "BitstringStatusList",
        ["BitstringStatusList"],
    ):
        raise NotAStatusList("shape")
    purposes = subject.get("statusPurpose")
    if purpose != purposes and not (isinstance(purposes, list) and purpose in purposes):
        raise NotAStatusList("purpose")
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        raise NotAStatusList("shape")
    bits = decode_bits(encoded)
    if not 0 <= index < len(bits) * 8:
        raise IndexBeyondList(str(index))
    return bool(bits[index // 8] & (0x80 >> (index % 8)))


def revocation_list(url: str, issuer_id: str, revoked: Mapping[str, str]) -> dict[str, Any]:
    """Build the document of a `1EdTechRevocationList` served at `url` (1EdTech Revocation List 1.0).

    `revoked` maps credential ids to reasons, which may be empty. It is not signed, and it is public: the ids and
    reasons in it are for everyone to read.
    """
    listed = [
        {"id": one, "revoked": True, **({"revocationReason": why} if why else {})} for one, why in revoked.items()
    ]
    return {"id": url, "issuer": issuer_id, "revokedCredentials": listed}


def revocation_of(document: Mapping[str, Any], credential_id: Any) -> str | None:
    """Look a credential up in a `1EdTechRevocationList`: None when not revoked, else the reason, or "".

    Raises `NotAStatusList` ("shape").
    """
    listed = document.get("revokedCredentials", document.get("revokedCredential"))
    listed = [listed] if isinstance(listed, dict) else listed
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise NotAStatusList("shape")
    for one in listed:
        # Left out, `revoked` counts as true.
        if isinstance(credential_id, str) and one.get("id") == credential_id and one.get("revoked", True):
            why = one.get("revocationReason")
            return why[:MAX_REASON] if isinstance(why, str) else ""
    return None
