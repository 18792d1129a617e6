"""Judges an Open Badges 2.0 assertion with 1EdTech's validator; runs in an environment of its own.

JSON in ({url, web}), a line of JSON out: the validator's report. `web` is all of the web there is, as in judge.mjs.
"""

import collections
import collections.abc
import json
import sys
from base64 import b64decode
from io import BytesIO

for name in collections.abc.__all__:  # where Python 3.9 and older had them, and the validator looks
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))

import requests  # noqa: E402
from openbadges import verifier  # noqa: E402

asked = json.load(sys.stdin)


class Web(requests.adapters.BaseAdapter):
    """Answers from what is given, and from nowhere else."""

    def send(self, request, **_):
        """Give the answer to a request."""
        found = asked["web"].get(request.url.split("#")[0])
        if found is None:
            raise requests.ConnectionError(request.url)
        response = requests.Response()
        response.status_code, response.request, response.url = found["status"], request, request.url
        response.headers["Content-Type"] = found["type"]
        response.raw = BytesIO(b64decode(found["body"]))
        return response

    def close(self):
        """Leave nothing behind."""


requests.Session.get_adapter = lambda *_, **__: Web()
found = verifier.verify(asked["url"], recipient_profile=asked.get("recipient"), use_cache=False)
sys.stdout.write(json.dumps(found["report"]) + "\n")
