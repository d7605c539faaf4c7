# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service tells about itself: winrm/config, and Identify."""

from __future__ import annotations

from dataclasses import dataclass

from winsim.exchange import Exchange
from winsim.soap import Answer, S, attribute

CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
_IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
_UNLIMITED = 4294967295
_SDDL = "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"


@dataclass(frozen=True)
class Access:
    """How the service may be reached: authentication schemes, and whether plain SOAP may travel
    over HTTP (Service/Auth and Service/AllowUnencrypted)."""

    basic: bool = True
    negotiate: bool = True
    allow_unencrypted: bool = True


def get_config(exchange: Exchange, access: Access) -> Answer:
    """The configuration in the recorded form (pypsrp_winrm_config_get_500.yml)."""
    settings = exchange.machine.wsman
    ports: _Tree = {"HTTP": 5985, "HTTPS": 5986}
    tree: _Tree = {
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
                "Kerberos": False,
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
    body = f'<cfg:Config xmlns:cfg="{CONFIG}">{_write(tree)}</cfg:Config>'
    return Answer(
        "http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse", body, prefixes="s a x w p"
    )


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


def identify(language: str, version: str | None) -> str:
    """The envelope that answers Identify (DSP0226 11). `version` is that of Windows; a client
    that hasn't authenticated is told 0.0.0 (MS-WSMV 3.1.4.1.23, Microsoft's description of
    Session.Identify)."""
    return (
        f'<s:Envelope xml:lang="{attribute(language)}" xmlns:s="{S}"><s:Header/><s:Body>'
        f'<wsmid:IdentifyResponse xmlns:wsmid="{_IDENTITY}"><wsmid:ProtocolVersion>'
        "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>"
        "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
        f"<wsmid:ProductVersion>OS: {version or '0.0.0'} SP: 0.0 Stack: 3.0"
        "</wsmid:ProductVersion></wsmid:IdentifyResponse></s:Body></s:Envelope>"
    )
