"""Issuers' Ed25519 keys: making them, naming them as Multikey and did:key, and sealing them for storage."""

import os
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_sign, crypto_sign_BYTES, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

from bot.core.credentials.faults import Fault
from bot.core.credentials.multibase import NotMultibase, base64url_encode, multibase58_decode, multibase58_encode

KEY_LENGTH = 32
_ED25519_PUBLIC = b"\xed\x01"  # multicodec ed25519-pub, as a varint
_NONCE_LENGTH = 12
_SEAL_VERSION = b"\x01"


class NotAKey(Fault):
    """The text or bytes are no key of a kind that is used here."""


class WrongMasterKey(Fault):
    """The sealed key doesn't open: another master key or context sealed it, or its bytes were changed."""


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """An Ed25519 key pair; its repr shows the public half only."""

    _pair: bytes
    """The 32 private bytes, then the 32 public ones."""

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the system's randomness."""
        return cls.from_private_bytes(os.urandom(KEY_LENGTH))

    @classmethod
    def from_private_bytes(cls, private: bytes) -> Self:
        """Load a key from its 32 private bytes; raises `NotAKey`."""
        if len(private) != KEY_LENGTH:
            raise NotAKey
        return cls(crypto_sign_seed_keypair(private)[1])

    @property
    def private_bytes(self) -> bytes:
        """The 32 private bytes, for `seal` alone."""
        return self._pair[:KEY_LENGTH]

    @property
    def public_bytes(self) -> bytes:
        """The 32 public bytes."""
        return self._pair[KEY_LENGTH:]

    @property
    def multikey(self) -> str:
        """The public key as Multikey text: "z6Mk..." (Controlled Identifiers 1.0, section 2.2.2)."""
        return multikey(self.public_bytes)

    @property
    def algorithm(self) -> str:
        """The JOSE algorithm that it signs with."""
        return "EdDSA"

    @property
    def jwk(self) -> dict[str, str]:
        """The public key as a JWK (RFC 8037)."""
        return {"crv": "Ed25519", "kty": "OKP", "x": base64url_encode(self.public_bytes)}

    @property
    def did_key(self) -> str:
        """The key as a DID of its own: "did:key:z6Mk..."."""
        return f"did:key:{self.multikey}"

    def verification_method(self, controller: str) -> str:
        """Return the key's id under the DID that controls it: "<controller>#z6Mk..."."""
        return f"{controller}#{self.multikey}"

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of `data`."""
        return crypto_sign(data, self._pair)[:crypto_sign_BYTES]

    def __repr__(self) -> str:
        return f"SigningKey({self.multikey})"


def multikey(public: bytes) -> str:
    """Spell 32 public bytes as Multikey text: "z6Mk..."."""
    return multibase58_encode(_ED25519_PUBLIC + public)


def public_key_from_multikey(text: str) -> bytes:
    """Return the 32 public bytes in "z6Mk..."; raises `NotAKey` for anything else, other kinds included."""
    try:
        data = multibase58_decode(text)
    except NotMultibase as error:
        raise NotAKey from error
    if len(data) != len(_ED25519_PUBLIC) + KEY_LENGTH or not data.startswith(_ED25519_PUBLIC):
        raise NotAKey
    return data[len(_ED25519_PUBLIC) :]


def signature_holds(public: bytes, signature: bytes, data: bytes) -> bool:
    """Say whether `signature` is this public key's over `data`; misshapen bytes are a plain no."""
    if len(public) != KEY_LENGTH or len(signature) != crypto_sign_BYTES:
        return False
    try:
        crypto_sign_open(signature + data, public)
    except BadSignatureError:
        return False
    return True


def seal(private: bytes, master: bytes, context: bytes) -> bytes:
    """Encrypt private bytes for storage with AES-256-GCM under a 32-byte master key.

    `context` (say, the issuer's id) must be given again to `unseal`, so that a stolen row can't be passed off
    as another issuer's. Shape: version byte 1, 12-byte nonce, ciphertext with its tag. Raises `NotAKey` when
    the master key is not 32 bytes.
    """
    nonce = os.urandom(_NONCE_LENGTH)
    return _SEAL_VERSION + nonce + _cipher(master).encrypt(nonce, private, context)


def unseal(sealed: bytes, master: bytes, context: bytes) -> bytes:
    """Open what `seal` made; raises `WrongMasterKey` when it doesn't open, `NotAKey` as `seal` does."""
    cipher = _cipher(master)
    if not sealed.startswith(_SEAL_VERSION):
        raise WrongMasterKey
    nonce, ciphertext = sealed[1 : 1 + _NONCE_LENGTH], sealed[1 + _NONCE_LENGTH :]
    try:
        return cipher.decrypt(nonce, ciphertext, context)
    except (InvalidTag, ValueError) as error:
        raise WrongMasterKey from error


def _cipher(master: bytes) -> AESGCM:
    if len(master) != KEY_LENGTH:
        raise NotAKey
    return AESGCM(master)
