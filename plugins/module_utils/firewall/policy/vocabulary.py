# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The words of Windows Defender Firewall: profiles, actions, directions, keywords.

Each has up to three spellings: the one of the rule store ([MS-GPFAS] 2.2.2), the one of the CIM
classes of ``root/StandardCimv2`` (documentation of MSFT_NetFirewallRule and its filters), and the
one a user writes. This module is the only place where they meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

TCP = 6
UDP = 17
ICMPV4 = 1
ICMPV6 = 58

# Protocols that Windows knows by name (documentation of MSFT_NetProtocolPortFilter.Protocol), and
# other names that the Windows Firewall wizard offers.
PROTOCOL_NUMBERS: Mapping[str, int] = {
    "hopopt": 0,
    "icmp": ICMPV4,
    "icmpv4": ICMPV4,
    "igmp": 2,
    "tcp": TCP,
    "udp": UDP,
    "ipv6": 41,
    "ipv6-route": 43,
    "ipv6-frag": 44,
    "gre": 47,
    "icmpv6": ICMPV6,
    "ipv6-nonxt": 59,
    "ipv6-opts": 60,
    "vrrp": 112,
    "pgm": 113,
    "l2tp": 115,
}
_PROTOCOL_NAMES: Mapping[int, str] = {
    TCP: "TCP",
    UDP: "UDP",
    ICMPV4: "ICMPv4",
    ICMPV6: "ICMPv6",
}


def protocol_name(number: int | None) -> str:
    """The CIM spelling of a protocol: ``TCP``, ``ICMPv4``, ``47``, and ``Any`` for None."""
    return "Any" if number is None else _PROTOCOL_NAMES.get(number, str(number))


class Profile(Enum):
    """A firewall profile; the value is its bit in MSFT_NetFirewallRule.Profiles and in
    [MS-FASP] 2.2.2 FW_PROFILE_TYPE."""

    DOMAIN = 1
    PRIVATE = 2
    PUBLIC = 4

    @property
    def word(self) -> str:
        """The word of [MS-GPFAS] 2.2.2.1: ``Domain``, ``Private``, ``Public``."""
        return self.name.capitalize()


ALL_PROFILES: frozenset[Profile] = frozenset(Profile)


class Action(Enum):
    """What a rule does; the value is the word of [MS-GPFAS] 2.2.2.5."""

    ALLOW = "Allow"
    BLOCK = "Block"
    BYPASS = "ByPass"

    @property
    def cim_value(self) -> int:
        """MSFT_NetFirewallRule.Action (documentation of the class)."""
        return {"Allow": 2, "ByPass": 3, "Block": 4}[self.value]


class Direction(Enum):
    """The direction of traffic; the value is the word of [MS-GPFAS] 2.2.2.4."""

    IN = "In"
    OUT = "Out"

    @property
    def cim_value(self) -> int:
        """MSFT_NetFirewallRule.Direction (documentation of the class)."""
        return 1 if self is Direction.IN else 2


class InterfaceType(Enum):
    """A kind of network adapter; the value is the word of [MS-GPFAS] 2.2.2.8.

    ``MobileBBand`` has no word in that section; [MS-FASP] 2.2.20 has the bit.
    """

    LAN = "Lan"
    WIRELESS = "Wireless"
    REMOTE_ACCESS = "RemoteAccess"

    @property
    def cim_value(self) -> int:
        """The bit in MSFT_NetInterfaceTypeFilter.InterfaceType (documentation of the class)."""
        return {"Lan": 1, "Wireless": 2, "RemoteAccess": 4}[self.value]


class EdgeTraversal(Enum):
    """How a rule treats traffic from a NAT edge; the value is
    MSFT_NetFirewallRule.EdgeTraversalPolicy (documentation of the class)."""

    BLOCK = 0
    ALLOW = 1
    DEFER_TO_USER = 2
    DEFER_TO_APP = 3


class Authentication(Enum):
    """Whether IPsec has to authenticate traffic; the value is
    MSFT_NetNetworkLayerSecurityFilter.Authentication (documentation of the class)."""

    NOT_REQUIRED = 0
    REQUIRED = 1
    NO_ENCAPSULATION = 2


class Encryption(Enum):
    """Whether IPsec has to encrypt traffic; the value is
    MSFT_NetNetworkLayerSecurityFilter.Encryption (documentation of the class)."""

    NOT_REQUIRED = 0
    REQUIRED = 1
    DYNAMIC = 2


_AUTHENTICATE, _ENCRYPT = ("Security", "Authenticate"), ("Security", "AuthenticateEncrypt")
_NO_ENCAPSULATION, _NEGOTIATE = ("Security2_9", "An-NoEncap"), ("Security2", "AnE-Nego")
#: The fields of a rule that demands IPsec ([MS-GPFAS] 2.2.2.6 and 2.2.2.19). By [MS-FASP] 2.2.35,
#: encryption goes with encapsulation only; the last two are read all the same.
SECURITY_FIELDS: Mapping[tuple[Authentication, Encryption], tuple[tuple[str, str], ...]] = {
    (Authentication.NOT_REQUIRED, Encryption.NOT_REQUIRED): (),
    (Authentication.REQUIRED, Encryption.NOT_REQUIRED): (_AUTHENTICATE,),
    (Authentication.NO_ENCAPSULATION, Encryption.NOT_REQUIRED): (_AUTHENTICATE, _NO_ENCAPSULATION),
    (Authentication.REQUIRED, Encryption.REQUIRED): (_ENCRYPT,),
    (Authentication.REQUIRED, Encryption.DYNAMIC): (_ENCRYPT, _NEGOTIATE),
    (Authentication.NO_ENCAPSULATION, Encryption.REQUIRED): (_ENCRYPT, _NO_ENCAPSULATION),
    (Authentication.NO_ENCAPSULATION, Encryption.DYNAMIC): (
        _ENCRYPT,
        _NO_ENCAPSULATION,
        _NEGOTIATE,
    ),
}


@dataclass(frozen=True, slots=True)
class PortKeyword:
    """A port that Windows resolves itself.

    `word` is that of [MS-GPFAS] 2.2.2.3, `cim` the spelling of MSFT_NetProtocolPortFilter, `local`
    says on which side it is used, `protocol` is the number that [MS-FASP] 2.2.37 requires (None if
    it requires none).
    """

    word: str
    cim: str
    local: bool = True
    protocol: int | None = None


# RPC-EPMap: the class documentation writes RPC-EPMap, the one of New-NetFirewallRule RPCEPMap.
_PORT_KEYWORDS = (
    PortKeyword("RPC", "RPC", protocol=TCP),
    PortKeyword("RPC-EPMap", "RPCEPMap", protocol=TCP),
    PortKeyword("Teredo", "Teredo", protocol=UDP),
    PortKeyword("IPTLSIn", "IPHTTPSIn"),
    PortKeyword("IPHTTPSIn", "IPHTTPSIn"),
    PortKeyword("DHCP", "DHCP"),
    PortKeyword("Ply2Disc", "PlayToDiscovery"),
    PortKeyword("mDNS", "mDNS"),
    PortKeyword("TcpCDPSvc", "TcpCDPSvc"),
    PortKeyword("IPTLSOut", "IPHTTPSOut", local=False),
    PortKeyword("IPHTTPSOut", "IPHTTPSOut", local=False),
    PortKeyword("CortanaOut", "CortanaOut", local=False),
)
PORT_KEYWORDS: Mapping[str, PortKeyword] = {k.word.lower(): k for k in _PORT_KEYWORDS}


@dataclass(frozen=True, slots=True)
class AddressKeyword:
    """A set of addresses that Windows resolves itself ([MS-GPFAS] 2.2.2.13, [MS-FASP] 2.2.21).

    `cim` is the spelling of MSFT_NetAddressFilter.RemoteAddress.
    """

    word: str
    cim: str


_ADDRESS_KEYWORDS = (
    AddressKeyword("LocalSubnet", "LocalSubnet"),
    AddressKeyword("DNS", "DNS"),
    AddressKeyword("DHCP", "DHCP"),
    AddressKeyword("WINS", "WINS"),
    AddressKeyword("DefaultGateway", "DefaultGateway"),
    AddressKeyword("IntrAnet", "Intranet"),
    AddressKeyword("IntErnet", "Internet"),
    AddressKeyword("RmtIntrAnet", "IntranetRemoteAccess"),
    AddressKeyword("Ply2Renders", "PlayToDevice"),
    AddressKeyword("CaptivePortal", "CaptivePortal"),
)
ADDRESS_KEYWORDS: Mapping[str, AddressKeyword] = {k.word.lower(): k for k in _ADDRESS_KEYWORDS}


def means_port(word: str, port: int, *, blocks: bool) -> bool | None:
    """Whether a keyword for ports means this port: True, False, or None if only Windows knows.

    [MS-FASP] 2.2.14 and 3.1.1: each stands for the ports in use by one part of Windows. They are
    documented only if the part has a registered port. For the others, a rule that allows is assumed
    not to match a port that its part of Windows does not use by default.
    """
    if word == "RPC-EPMap":
        return True if port == 135 else None if port == 593 else False
    if word == "DHCP":
        return port in (68, 546)
    if word == "RPC":
        # Chosen at random from the dynamic range, which never begins below 1025.
        return None if port > 1024 else False
    if blocks:
        return None
    if word == "mDNS":
        return None if port == 5353 else False
    if word in ("IPTLSIn", "IPHTTPSIn", "IPTLSOut", "IPHTTPSOut"):
        return None if port == 443 else False
    return None
