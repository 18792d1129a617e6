"""Numbers for a monitor, in Prometheus's text format; for this machine alone."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.core.credentials import COMPILED, Path
from bot.core.issuing import SIGNER
from bot.core.listing import STATUS_CONTEXTS

PATHS = {"badges": SIGNER.counts, "checks": COMPILED.counts, "status_lists": STATUS_CONTEXTS.counts}
"""What is signed and checked, by the name of its counter's label."""


class _Canonical(Collector):
    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily(
            "laurel_canonical_forms",
            "Documents by how their canonical form was had: by a compiled shape, or by the general path. "
            "Many on the general path mean slow signing; any that differed mean a bug.",
            labels=["of", "path"],
        )
        for of, counts in PATHS.items():
            for path in Path:
                family.add_metric([of, path.value], counts[path.value])
        yield family


REGISTRY = CollectorRegistry()
REGISTRY.register(_Canonical())


async def metrics(request: Request) -> Response:
    """Answer a monitor on this machine; from elsewhere there is nothing to see."""
    if request.client is None or not _is_here(request) or "x-forwarded-for" in request.headers:
        raise HTTPException(404)
    return Response(generate_latest(REGISTRY), media_type="text/plain; version=0.0.4; charset=utf-8")


def _is_here(request: Request) -> bool:
    assert request.client is not None  # noqa: S101 - asked before
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
