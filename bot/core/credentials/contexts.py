"""The JSON-LD contexts known here: vendored files only, nothing is ever fetched."""

import json
from importlib import resources
from typing import Any

CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

ISSUED_CONTEXTS = (CREDENTIALS_V2, OPEN_BADGES, EXTENSIONS)
"""What our own badges declare, in the standard's order; 3.0.1 and the unversioned one clash with v2."""

_FILES = {
    CREDENTIALS_V1: "credentials-v1.jsonld",
    CREDENTIALS_V2: "credentials-v2.jsonld",
    OPEN_BADGES: "ob-v3p0-context-3.0.3.json",
    EXTENSIONS: "ob-v3p0-extensions.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": "ob-v3p0-context-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": "ob-v3p0-context-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json": "ob-v3p0-context.json",
    "https://w3id.org/security/data-integrity/v1": "data-integrity-v1.jsonld",
    "https://w3id.org/security/data-integrity/v2": "data-integrity-v2.jsonld",
    "https://w3id.org/security/suites/ed25519-2020/v1": "ed25519-2020-v1.jsonld",
    "https://www.w3.org/ns/credentials/status/v1": "status-v1.jsonld",
}


def bundled_contexts() -> dict[str, dict[str, Any]]:
    """Read every vendored context: URL -> document."""
    folder = resources.files("bot.core.credentials") / "data" / "contexts"
    return {url: json.loads((folder / name).read_text(encoding="utf-8")) for url, name in _FILES.items()}
