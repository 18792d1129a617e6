"""What a Python program does without us: PyLD for the canonical text, `cryptography` for the signature."""

from hashlib import sha256
from typing import Any

from pyld import jsonld

from bot.core.credentials.contexts import bundled_contexts
from bot.core.credentials.multibase import multibase58_decode, multibase58_encode

CONTEXTS = bundled_contexts()


class PyldPeer:
    """PyLD with the contexts at hand, and told that they never change, so that it keeps them as it has read them."""

    def sign(self, document: dict[str, Any], proof: dict[str, Any], private: Any) -> dict[str, Any]:
        """Sign with eddsa-rdfc-2022."""
        value = multibase58_encode(private.sign(self._hashes(document, proof)))
        return {**document, "proof": [{**proof, "proofValue": value}]}

    def verify(self, document: dict[str, Any], public: Any) -> None:
        """Verify the first proof; raises when it doesn't hold."""
        proof = document["proof"]
        proof = proof[0] if isinstance(proof, list) else proof
        bare = {name: value for name, value in document.items() if name != "proof"}
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        public.verify(multibase58_decode(proof["proofValue"]), self._hashes(bare, options))

    def _hashes(self, document: dict[str, Any], proof: dict[str, Any]) -> bytes:
        options = {**proof, "@context": document["@context"]}
        return sha256(self._canonical(options)).digest() + sha256(self._canonical(document)).digest()

    def _canonical(self, document: dict[str, Any]) -> bytes:
        options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": self._load}
        text: str = jsonld.normalize(document, options)
        return text.encode()

    @staticmethod
    def _load(url: str, _options: Any) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": CONTEXTS[url], "tag": "static"}
