"""Where a call goes, however its address is written: scheme, resolved host, port."""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
LOOPBACK = "loopback"


def destination(url: str) -> str:
    """The same text for every address of the same place.

    This machine is one place under all its addresses, including those of its network cards. A name that cannot be
    resolved, as behind a proxy, represents itself.
    """
    return spellings(url)[-1]


def spellings(url: str) -> tuple[str, ...]:
    """Every form of an address's place: its name, and every network address that the name currently has.

    `destination` is the last of them.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = parts.port or PORTS.get(scheme, 0)
    hosts = dict.fromkeys(_hosts(parts.hostname or "", port))
    return tuple(f"{scheme}://{host}:{port}" for host in hosts)


def _hosts(host: str, port: int) -> Iterable[str]:
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, 6.3
        return (LOOPBACK,)
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return (name,)
    addresses = {_address(str(entry[4][0])) for entry in found}
    if any(address.is_unspecified or _is_of_this_machine(address) for address in addresses):
        return (LOOPBACK,)
    in_order = sorted(addresses, key=lambda address: (address.version, int(address)), reverse=True)
    return (name, *map(str, in_order))


def _is_of_this_machine(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Only the machine that has an address can bind to it, so nothing needs to be sent to find out."""
    if address.is_loopback:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
