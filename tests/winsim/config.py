# SPDX-License-Identifier: GPL-3.0-or-later
"""winrm/config and what is below it (MS-WSMV 3.1.4.1.29)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from winsim.exchange import Exchange, invalid_resource_uri
from winsim.faults import FaultError
from winsim.soap import XSI, Answer, attribute
from winsim.values import write_epr

CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
_LISTENER = f"{CONFIG}/listener"
#: Where WinRM listens for programs of the same computer, without a listener of its own.
_COMPATIBILITY_PORT = "47001"
_UNLIMITED = 4294967295
_SDDL = "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"


@dataclass(frozen=True)
class Access:
    """How the service may be reached: authentication schemes, and whether plain SOAP may travel
    over HTTP (Service/Auth and Service/AllowUnencrypted). `negotiate` is NTLM."""

    basic: bool = True
    negotiate: bool = True
    kerberos: bool = False
    allow_unencrypted: bool = True


def get(exchange: Exchange, access: Access) -> Answer:
    """The whole configuration in the recorded form (pypsrp_winrm_config_get_500.yml), or the part
    that the resource URI names, or one listener. Raises FaultError.

    That a part is named after its type's element, in a namespace that is its URI: published output
    of Get-WSManInstance for winrm/config/service and winrm/config/listener.
    """
    request = exchange.request
    if request.fragment is not None:
        raise FaultError("a:ActionNotSupported", 2150858771)  # MS-WSMV note 68
    path = request.resource_uri.lower()[len(CONFIG) :].strip("/")
    if path == "listener":
        return _answer(_listener(exchange))
    if request.selectors:
        raise FaultError("w:InvalidSelectors", 2150858843, fault_detail="UnexpectedSelectors")
    name = _PARTS.get(path)
    if name is None:
        raise invalid_resource_uri()
    part: _Tree = _configuration(exchange, access)
    for step in name[1:]:
        inner = part[step]
        assert isinstance(inner, dict)
        part = inner
    uri = f"{CONFIG}/{path}" if path else CONFIG
    return _answer(f'<cfg:{name[-1]} xmlns:cfg="{uri}">{_write(part)}</cfg:{name[-1]}>')


def listed(exchange: Exchange) -> list[tuple[str, str]]:
    """What an enumeration of the configuration finds, each with its endpoint reference: listeners,
    and mappings of certificates, of which there are none. Raises FaultError for what can't be
    enumerated (MS-WSMV 3.1.4.8)."""
    request = exchange.request
    if request.selectors:
        raise FaultError("w:InvalidSelectors", 2150858843, fault_detail="UnexpectedSelectors")
    path = request.resource_uri.lower()[len(CONFIG) :].strip("/")
    if path == "service/certmapping":
        return []
    if path == "listener":
        return [(_write_listener(exchange, each), each.reference) for each in _listeners(exchange)]
    if path in _PARTS:
        raise FaultError("a:ActionNotSupported", 2150858771)
    raise invalid_resource_uri()


#: Resources below that of the whole (MS-WSMV 3.1.4.2): where they stand in it.
_PARTS = {
    "": ("Config",),
    "client": ("Config", "Client"),
    "client/auth": ("Config", "Client", "Auth"),
    "client/defaultports": ("Config", "Client", "DefaultPorts"),
    "service": ("Config", "Service"),
    "service/auth": ("Config", "Service", "Auth"),
    "service/defaultports": ("Config", "Service", "DefaultPorts"),
    "winrs": ("Config", "Winrs"),
}


@dataclass(frozen=True)
class _Listener:
    """One listener of WinRM, on all addresses."""

    transport: str
    port: int

    @property
    def selectors(self) -> dict[str, str]:
        return {"Address": "*", "Transport": self.transport}

    @property
    def reference(self) -> str:
        return f"<a:EndpointReference>{write_epr(_LISTENER, self.selectors)}</a:EndpointReference>"


def _listeners(exchange: Exchange) -> list[_Listener]:
    """Those whose URLs WinRM has at http.sys, without that of the local computer at port 47001; on
    a machine without such URLs the one that was called."""
    queues = exchange.machine.request_queues()
    urls = [urlsplit(url) for queue in queues if queue.winrm for url in queue.urls]
    found = {
        _Listener(url.scheme.upper(), int(url.netloc.rpartition(":")[2])): None
        for url in urls
        if url.netloc.rpartition(":")[2] != _COMPATIBILITY_PORT
    }
    if not found:
        called = urlsplit(exchange.url)
        ports = {"http": 5985, "https": 5986}
        found = {_Listener(called.scheme.upper(), called.port or ports[called.scheme]): None}
    return list(found)


def _listener(exchange: Exchange) -> str:
    """The listener that the selectors name (MS-WSMV 3.1.4.1.29.5)."""
    given = {name.lower(): value.lower() for name, value in exchange.request.selectors.items()}
    if given.keys() - {"address", "transport"}:
        raise FaultError("w:InvalidSelectors", 2150858843, fault_detail="UnexpectedSelectors")
    if len(given) < 2:
        raise FaultError("w:InvalidSelectors", 2150858842, fault_detail="InsufficientSelectors")
    for each in _listeners(exchange):
        if given == {"address": "*", "transport": each.transport.lower()}:
            return _write_listener(exchange, each)
    raise FaultError("a:DestinationUnreachable", 2150858752)


def _write_listener(exchange: Exchange, listener: _Listener) -> str:
    """Elements: cfg:ListenerType (MS-WSMV 2.2.4.19), without the thumbprint of a certificate, which
    may be absent. ListeningOn: note 83, in the published order: IPv4, IPv6."""
    network = exchange.machine.network
    *others, ipv4_loopback, ipv6_loopback = (each.text for each in network.addresses)
    addresses = [
        *(ipv4_loopback, *(each for each in others if ":" not in each)),
        *(ipv6_loopback, *(each for each in others if ":" in each)),
    ]
    tree: _Tree = {
        "Address": "*",
        "Transport": listener.transport,
        "Port": listener.port,
        "Hostname": "",
        "Enabled": True,
        "URLPrefix": "wsman",
    }
    if listener.transport == "HTTP":
        tree["CertificateThumbprint"] = ""
    on = "".join(f"<cfg:ListeningOn>{each}</cfg:ListeningOn>" for each in addresses)
    return (
        f'<cfg:Listener xmlns:xsi="{XSI}" xmlns:cfg="{_LISTENER}" '
        f'xml:lang="{attribute(exchange.language)}">{_write(tree)}{on}</cfg:Listener>'
    )


def _answer(body: str) -> Answer:
    return Answer(
        "http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse", body, prefixes="s a x w p"
    )


def _configuration(exchange: Exchange, access: Access) -> _Tree:
    settings = exchange.machine.wsman
    ports: _Tree = {"HTTP": 5985, "HTTPS": 5986}
    return {
        "MaxEnvelopeSizekb": settings.max_envelope_size // 1024,
        "MaxTimeoutms": settings.max_timeout_ms,
        "MaxBatchItems": settings.max_batch_items,
        "MaxProviderRequests": _UNLIMITED,
        "Client": {
            "NetworkDelayms": 5000,
            "URLPrefix": "wsman",
            "AllowUnencrypted": False,
            "Auth": {
                "Basic": True,
                "Digest": True,
                "Kerberos": True,
                "Negotiate": True,
                "Certificate": True,
                "CredSSP": False,
            },
            "DefaultPorts": ports,
            "TrustedHosts": "",
        },
        "Service": {
            "RootSDDL": _SDDL,
            "MaxConcurrentOperations": _UNLIMITED,
            "MaxConcurrentOperationsPerUser": settings.max_concurrent_operations,
            "EnumerationTimeoutms": settings.enumeration_timeout_ms,
            "MaxConnections": 300,
            "MaxPacketRetrievalTimeSeconds": 120,
            "AllowUnencrypted": access.allow_unencrypted,
            "Auth": {
                "Basic": access.basic,
                "Kerberos": access.kerberos,
                "Negotiate": access.negotiate,
                "Certificate": False,
                "CredSSP": False,
                "CbtHardeningLevel": "Relaxed",
            },
            "DefaultPorts": ports,
            "IPv4Filter": "*",
            "IPv6Filter": "*",
            "EnableCompatibilityHttpListener": False,
            "EnableCompatibilityHttpsListener": False,
            "CertificateThumbprint": "",
            "AllowRemoteAccess": True,
        },
        "Winrs": {
            "AllowRemoteShellAccess": True,
            "IdleTimeout": 7200000,
            "MaxConcurrentUsers": 2147483647,
            "MaxShellRunTime": 2147483647,
            "MaxProcessesPerShell": 2147483647,
            "MaxMemoryPerShellMB": 2147483647,
            "MaxShellsPerUser": settings.max_shells_per_user,
        },
    }


_Tree = dict[str, "bool | int | str | _Tree"]


def _write(tree: _Tree) -> str:
    parts = []
    for name, value in tree.items():
        if isinstance(value, dict):
            text = _write(value)
        elif isinstance(value, bool):
            text = str(value).lower()
        else:
            text = str(value)
        parts.append(f"<cfg:{name}>{text}</cfg:{name}>")
    return "".join(parts)
