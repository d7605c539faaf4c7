# SPDX-License-Identifier: GPL-3.0-or-later
"""Identify: what the service tells of itself (DSP0226 11, MS-WSMV 3.1.4.1.23)."""

from __future__ import annotations

from winsim.config import Access
from winsim.machine import Machine
from winsim.soap import S, attribute

_IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
_PROFILE = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/"
#: Windows 8 and Server 2012, the first with security profiles (note 73). Before it was version
#: 2.0 of the stack (note 72); that it is 3.0 since then: published answers.
_FIRST_BUILD_WITH_PROFILES = 9200


def identify(machine: Machine, language: str, access: Access, *, authenticated: bool) -> str:
    """The envelope that answers Identify, in `language` (``en-US``). Whoever hasn't authenticated
    is told neither the version of Windows (note 72) nor the security profiles."""
    modern = int(machine.operating_system.build) >= _FIRST_BUILD_WITH_PROFILES
    system = machine.operating_system
    version, pack = (system.version, system.service_pack) if authenticated else ("0.0.0", 0)
    stack = "3.0" if modern else "2.0"
    profiles = _profiles(access) if authenticated and modern else ""
    return (
        f'<s:Envelope xml:lang="{attribute(language)}" xmlns:s="{S}"><s:Header/><s:Body>'
        f'<wsmid:IdentifyResponse xmlns:wsmid="{_IDENTITY}"><wsmid:ProtocolVersion>'
        "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>"
        "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
        f"<wsmid:ProductVersion>OS: {version} SP: {pack}.0 Stack: {stack}</wsmid:ProductVersion>"
        f"{profiles}</wsmid:IdentifyResponse></s:Body></s:Envelope>"
    )


def _profiles(access: Access) -> str:
    """The authentication schemes that are enabled, each for both transports."""
    schemes = [
        scheme
        for scheme, enabled in (("basic", access.basic), ("spnego-kerberos", access.negotiate))
        if enabled
    ]
    names = "".join(
        f"<wsmid:SecurityProfileName>{_PROFILE}{transport}/{scheme}</wsmid:SecurityProfileName>"
        for scheme in schemes
        for transport in ("http", "https")
    )
    return f"<wsmid:SecurityProfiles>{names}</wsmid:SecurityProfiles>"
