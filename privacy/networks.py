"""Where a request comes from, and a trace of it that leads nobody back to a person."""

from datetime import date
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from privacy.indexes import blind_index

Address = IPv4Address | IPv6Address

# A household or an office: what one subscriber is usually given (RIPE-690 for IPv6).
PREFIX = {4: 24, 6: 56}
# In TRUSTED_PROXIES: a proxy on this machine that speaks over a unix socket, where REMOTE_ADDR is empty.
UNIX = "unix"


def client_address(request: HttpRequest) -> str:
    """The address that the request came from, "" if there is none (a unix socket).

    X-Forwarded-For is believed only from a trusted proxy, and only its right-most entry that is not a proxy
    of ours: what stands further left was written by the client. A malformed entry on the way ends the belief.
    """
    remote = request.META.get("REMOTE_ADDR", "")
    if not _is_trusted(remote):
        return remote
    for entry in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        address = _parsed(entry.strip())
        if address is None:
            return remote
        if not _is_trusted(str(address)):
            return str(address)
    return remote


def client_network(request: HttpRequest, *, day: date) -> str:
    """32 hex digits for the /24 or /56 that the request came from; another value every day.

    Without INDEX_KEY nobody can try out all networks; who has it still learns no more than a neighbourhood.
    """
    address = _parsed(client_address(request))
    network = str(ip_network((address, PREFIX[address.version]), strict=False)) if address else UNIX
    return blind_index(network, purpose=f"client network, {day.isoformat()}").hex()[:32]


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A dual-stack socket shows IPv4 clients as ::ffff:192.0.2.1.
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(remote: str) -> bool:
    proxies = tuple(settings.TRUSTED_PROXIES)
    if not proxies:
        return False
    if not remote:
        return UNIX in proxies
    address = _parsed(remote)
    return address is not None and any(address in network for network in _networks(proxies))


@lru_cache(maxsize=4)
def _networks(proxies: tuple[str, ...]) -> tuple:
    try:
        return tuple(ip_network(proxy.strip()) for proxy in proxies if proxy != UNIX)
    except ValueError as error:
        raise ImproperlyConfigured(f"TRUSTED_PROXIES takes networks as CIDR, or unix: {error}.") from None
