"""Where a request comes from, told the same way for the log and for the limits on signing in."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the right-most address in X-Forwarded-For that is not one of our proxies, or "" if there is none.

    Each proxy appends whom it saw, so the list is believed from the right and only as far as `TRUSTED_PROXIES` go;
    what the client wrote itself stands further left. Where nothing else is left the address is that of the last hop
    that can be trusted.
    """
    nearest = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return _first_untrusted([*forwarded, nearest], proxies=settings.TRUSTED_PROXIES)


def _first_untrusted(hops: Sequence[str], *, proxies: Sequence[str]) -> str:
    networks = [ipaddress.ip_network(proxy) for proxy in proxies]
    trusted = ""
    for hop in reversed(hops):
        address = _parsed(hop)
        if address is None:
            break
        trusted = str(address)
        if not any(address in network for network in networks):
            break
    return trusted


def _parsed(hop: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address, also in the spellings of proxies: `[2001:db8::1]:443`, `192.0.2.1:5000`, `::ffff:192.0.2.1`."""
    text = hop.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
