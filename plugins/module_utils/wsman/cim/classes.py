# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The CIM classes that this collection uses, with the properties that matter to it.

Types are those of Microsoft's reference (learn.microsoft.com: "CIMWin32 WMI Providers", and under
"Windows Filtering Platform / WMI" the pages nettcpipprov and wfascimprov). The properties of
FirewallProduct and MSFT_NetConnectionProfile have no page there, and OwningProcess and CreationTime
of MSFT_NetUDPEndpoint are missing on its page: they are those that public programs read.
"""

from __future__ import annotations

from typing import Final

from .objects import CimClass, CimType, Property

_CIMV2: Final = "root/cimv2"
_STANDARD: Final = "root/StandardCimv2"
_SECURITY_CENTER: Final = "root/SecurityCenter2"


def _class(namespace: str, name: str, *declarations: str) -> CimClass:
    """A class from declarations in the form of MOF: `[key] string Name`, `string LocalPort[]`."""
    properties = []
    for declaration in declarations:
        *qualifier, type_name, property_name = declaration.split()
        properties.append(
            Property(
                property_name.removesuffix("[]"),
                CimType(type_name),
                array=property_name.endswith("[]"),
                key=qualifier == ["[key]"],
            )
        )
    return CimClass(name, namespace, tuple(properties))


NET_TCP_CONNECTION: Final = _class(
    _STANDARD,
    "MSFT_NetTCPConnection",
    "string LocalAddress",
    "uint16 LocalPort",
    "string RemoteAddress",
    "uint16 RemotePort",
    "uint8 State",
    "uint32 OwningProcess",
    "datetime CreationTime",
)

NET_UDP_ENDPOINT: Final = _class(
    _STANDARD,
    "MSFT_NetUDPEndpoint",
    "string LocalAddress",
    "uint16 LocalPort",
    "uint32 OwningProcess",
    "datetime CreationTime",
)

#: The range of the ports of outgoing connections. A setting that selects one of the others has no
#: values of its own.
NET_TCP_SETTING: Final = _class(
    _STANDARD,
    "MSFT_NetTCPSetting",
    "[key] string InstanceID",
    "string SettingName",
    "uint16 DynamicPortRangeStartPort",
    "uint16 DynamicPortRangeNumberOfPorts",
)

NET_UDP_SETTING: Final = _class(
    _STANDARD,
    "MSFT_NetUDPSetting",
    "[key] string InstanceID",
    "uint16 DynamicPortRangeStartPort",
    "uint16 DynamicPortRangeNumberOfPorts",
)

PROCESS: Final = _class(
    _CIMV2,
    "Win32_Process",
    "[key] string Handle",
    "uint32 ProcessId",
    "uint32 ParentProcessId",
    "uint32 SessionId",
    "string Name",
    "string ExecutablePath",
    "string CommandLine",
    "datetime CreationDate",
)

SERVICE: Final = _class(
    _CIMV2,
    "Win32_Service",
    "[key] string Name",
    "string DisplayName",
    "uint32 ProcessId",
    "string State",
    "string StartMode",
    "string StartName",
    "string PathName",
    "boolean AcceptStop",
    "uint32 ExitCode",
    "uint32 ServiceSpecificExitCode",
)

#: It has what a service has: drivers are services of another type.
SYSTEM_DRIVER: Final = _class(
    _CIMV2,
    "Win32_SystemDriver",
    "[key] string Name",
    "string State",
    "string StartMode",
)

#: Files on local fixed disks; `Name` is the whole path.
DATA_FILE: Final = _class(
    _CIMV2,
    "CIM_DataFile",
    "[key] string Name",
)

DEPENDENT_SERVICE: Final = _class(
    _CIMV2,
    "Win32_DependentService",
    "[key] reference Antecedent",
    "[key] reference Dependent",
)

OPERATING_SYSTEM: Final = _class(
    _CIMV2,
    "Win32_OperatingSystem",
    "string Caption",
    "string Version",
    "string BuildNumber",
    "string CSName",
    "string WindowsDirectory",
    "string SystemDirectory",
    "string OSArchitecture",
    "uint32 OSLanguage",
    "uint32 ProductType",
    "string MUILanguages[]",
    "datetime LastBootUpTime",
    "datetime LocalDateTime",
    "sint16 CurrentTimeZone",
)

NET_CONNECTION_PROFILE: Final = _class(
    _STANDARD,
    "MSFT_NetConnectionProfile",
    "[key] string InstanceID",
    "string Name",
    "string InterfaceAlias",
    "uint32 InterfaceIndex",
    "uint32 NetworkCategory",
    "uint32 IPv4Connectivity",
    "uint32 IPv6Connectivity",
)

#: The addresses that the host has itself, loopback included. IPAddress has the zone of a link-local
#: address behind %. AddressFamily: 2 IPv4, 23 IPv6. AddressState: 3 deprecated and 4 preferred are
#: in use, the others (0 invalid, 1 tentative, 2 duplicate) are not. SuffixOrigin: 5 random.
NET_IP_ADDRESS: Final = _class(
    _STANDARD,
    "MSFT_NetIPAddress",
    "[key] string CreationClassName",
    "[key] string Name",
    "[key] string SystemCreationClassName",
    "[key] string SystemName",
    "string IPAddress",
    "uint8 PrefixLength",
    "uint16 AddressFamily",
    "uint32 InterfaceIndex",
    "string InterfaceAlias",
    "uint16 AddressState",
    "boolean SkipAsSource",
    "uint16 SuffixOrigin",
)

#: NextHop is 0.0.0.0 or :: if the destination is directly connected. Store: 0 persistent, 1 active.
NET_ROUTE: Final = _class(
    _STANDARD,
    "MSFT_NetRoute",
    "[key] string InstanceID",
    "string DestinationPrefix",
    "string NextHop",
    "uint32 InterfaceIndex",
    "uint16 RouteMetric",
    "uint8 Store",
)

#: An interface as one family of IP uses it: AddressFamily as above. Its metric counts for all its
#: routes; MSFT_NetRoute has none in Microsoft's documentation. ConnectionState: 0 disconnected, 1
#: connected. Store as above.
NET_IP_INTERFACE: Final = _class(
    _STANDARD,
    "MSFT_NetIPInterface",
    "uint16 AddressFamily",
    "uint32 InterfaceIndex",
    "uint32 InterfaceMetric",
    "uint8 ConnectionState",
    "uint8 Store",
    "[key] string CreationClassName",
    "[key] string Name",
    "[key] string SystemCreationClassName",
    "[key] string SystemName",
)

#: By which addresses of a name are sorted, and sources chosen (RFC 6724). Store as above.
NET_PREFIX_POLICY: Final = _class(
    _STANDARD,
    "MSFT_NetPrefixPolicy",
    "[key] string Prefix",
    "uint32 Precedence",
    "uint32 Label",
    "[key] uint8 Store",
)

#: Entry is the name that was asked for, Name that of the record, which differs behind an alias.
#: Type: 1 A, 5 CNAME, 28 AAAA. Status: 0, or 9003 and 9701 for a name that does not exist, or not
#: with this type. Section: 1 answer. The hosts file is part of the cache (documentation of ipconfig
#: /displaydns).
DNS_CLIENT_CACHE: Final = _class(
    _STANDARD,
    "MSFT_DNSClientCache",
    "[key] string Entry",
    "[key] string Name",
    "uint16 Type",
    "uint32 Status",
    "uint8 Section",
    "uint32 TimeToLive",
    "string Data",
)

#: Name is the adapter's name in Windows: the InterfaceAlias of other classes. InterfaceType is
#: IANA's number, NdisPhysicalMedium that of NDIS_PHYSICAL_MEDIUM.
NET_ADAPTER: Final = _class(
    _STANDARD,
    "MSFT_NetAdapter",
    "string Name",
    "string InterfaceGuid",
    "uint32 InterfaceIndex",
    "uint32 InterfaceType",
    "uint32 NdisPhysicalMedium",
    "boolean Virtual",
    "[key] string CreationClassName",
    "[key] string DeviceID",
    "[key] string SystemCreationClassName",
    "[key] string SystemName",
)

#: Protocol is the number of IP. WinNAT's mappings of ports of the host to containers and virtual
#: machines, for which nothing listens.
NET_NAT_STATIC_MAPPING: Final = _class(
    _STANDARD,
    "MSFT_NetNatStaticMapping",
    "[key] string NatName",
    "[key] uint32 StaticMappingID",
    "uint32 Protocol",
    "string ExternalIPAddress",
    "uint16 ExternalPort",
    "string InternalIPAddress",
    "uint16 InternalPort",
    "uint8 Active",
)

#: IPSubnet has a mask for each IPv4 address of IPAddress, and the length of a prefix for each IPv6
#: address. SettingID is the GUID of the adapter.
NETWORK_ADAPTER_CONFIGURATION: Final = _class(
    _CIMV2,
    "Win32_NetworkAdapterConfiguration",
    "[key] uint32 Index",
    "uint32 InterfaceIndex",
    "string SettingID",
    "boolean IPEnabled",
    "string IPAddress[]",
    "string IPSubnet[]",
    "string DefaultIPGateway[]",
)

#: Selectors of a rule are CreationClassName (which holds the id) and three empty strings; the
#: filters below share the rule's InstanceID.
NET_FIREWALL_RULE: Final = _class(
    _STANDARD,
    "MSFT_NetFirewallRule",
    "string InstanceID",
    "string ElementName",
    "string DisplayName",
    "string Description",
    "string RuleGroup",
    "string DisplayGroup",
    "uint16 Enabled",
    "uint16 Profiles",
    "uint16 Direction",
    "uint16 Action",
    "uint16 EdgeTraversalPolicy",
    "boolean LooseSourceMapping",
    "boolean LocalOnlyMapping",
    "string Owner",
    "string Platforms[]",
    "uint16 PrimaryStatus",
    "uint32 StatusCode",
    "string Status",
    "uint16 EnforcementStatus[]",
    "uint16 PolicyStoreSourceType",
    "string PolicyStoreSource",
    "[key] string CreationClassName",
    "[key] string PolicyRuleName",
    "[key] string SystemCreationClassName",
    "[key] string SystemName",
)

#: The keys that all filters have (CIM_FilterEntryBase).
_FILTER_KEYS: Final = (
    "string InstanceID",
    "[key] string CreationClassName",
    "[key] string Name",
    "[key] string SystemCreationClassName",
    "[key] string SystemName",
)

#: The base of all filters: as the result of an association with `NET_FIREWALL_RULE_FILTERS`, all
#: filters of a rule come at once, each as an instance of its own class.
FILTER_ENTRY_BASE: Final = _class(_STANDARD, "CIM_FilterEntryBase", *_FILTER_KEYS)

NET_PROTOCOL_PORT_FILTER: Final = _class(
    _STANDARD,
    "MSFT_NetProtocolPortFilter",
    *_FILTER_KEYS,
    "string Protocol",
    "string LocalPort[]",
    "string RemotePort[]",
    "string IcmpType[]",
    "uint32 DynamicTransport",
)

NET_ADDRESS_FILTER: Final = _class(
    _STANDARD,
    "MSFT_NetAddressFilter",
    *_FILTER_KEYS,
    "string LocalAddress[]",
    "string RemoteAddress[]",
)

NET_APPLICATION_FILTER: Final = _class(
    _STANDARD,
    "MSFT_NetApplicationFilter",
    *_FILTER_KEYS,
    "string AppPath",
    "string Package",
)

NET_SERVICE_FILTER: Final = _class(
    _STANDARD,
    "MSFT_NetServiceFilter",
    *_FILTER_KEYS,
    "string ServiceName",
)

NET_INTERFACE_FILTER: Final = _class(
    _STANDARD,
    "MSFT_NetInterfaceFilter",
    *_FILTER_KEYS,
    "string InterfaceAlias[]",
)

NET_INTERFACE_TYPE_FILTER: Final = _class(
    _STANDARD,
    "MSFT_NetInterfaceTypeFilter",
    *_FILTER_KEYS,
    "uint32 InterfaceType",
)

NET_NETWORK_LAYER_SECURITY_FILTER: Final = _class(
    _STANDARD,
    "MSFT_NetNetworkLayerSecurityFilter",
    *_FILTER_KEYS,
    "uint16 Authentication",
    "uint16 Encryption",
    "string LocalUsers",
    "string RemoteMachines",
    "string RemoteUsers",
)

#: What links a rule to all of its filters; associations with filters of one kind derive from it.
NET_FIREWALL_RULE_FILTERS: Final = _class(
    _STANDARD,
    "MSFT_NetFirewallRuleFilters",
    "[key] reference GroupComponent",
    "[key] reference PartComponent",
)

#: The settings of a profile in the local store.
NET_FIREWALL_PROFILE: Final = _class(
    _STANDARD,
    "MSFT_NetFirewallProfile",
    "[key] string InstanceID",
    "string Name",
    "uint16 Enabled",
    "uint16 DefaultInboundAction",
    "uint16 DefaultOutboundAction",
    "uint16 AllowInboundRules",
    "uint16 AllowLocalFirewallRules",
    "uint16 AllowLocalIPsecRules",
    "uint16 AllowUserApps",
    "uint16 AllowUserPorts",
    "uint16 AllowUnicastResponseToMulticast",
    "uint16 NotifyOnListen",
    "uint16 EnableStealthModeForIPsec",
    "string LogFileName",
    "uint64 LogMaxSizeKilobytes",
    "uint16 LogAllowed",
    "uint16 LogBlocked",
    "uint16 LogIgnored",
)

FIREWALL_PRODUCT: Final = _class(
    _SECURITY_CENTER,
    "FirewallProduct",
    "[key] string instanceGuid",
    "string displayName",
    "uint32 productState",
    "string pathToSignedProductExe",
    "string pathToSignedReportingExe",
    "string timestamp",
)
