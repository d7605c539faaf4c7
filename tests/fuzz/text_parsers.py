# SPDX-License-Identifier: GPL-3.0-or-later
"""The parsers of text: what programs print, what the registry holds, single values."""

from __future__ import annotations

import requests
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import accounts
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.naming import shown
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts import (
    compare,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import (
    addresses,
    registry_text,
    rule_text,
    stores,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.category import (
    policies,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground import model
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.text import for_display
from ansible_collections.portkeeper.windows.plugins.module_utils.host import transport
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import (
    commands,
    curl,
    forwarding,
    hosts_file,
    netsh,
    netstat,
    tasklist,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.resolving import (
    reading as resolving,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    in_turn,
    render,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import cim_text
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import CimType
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections import transports
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange import (
    failures,
    guard,
    kerberos,
    statuses,
)
from fuzz import localized
from fuzz.parser import Grow, Parser
from fuzz.texts import mutated, values
from unit.firewall import rule_writer
from unit.firewall.rule_strategies import rules


def _read_values(value: str) -> None:
    for cim_type in CimType:
        try:
            cim_text.to_text(cim_text.READERS[cim_type](value))
        except ValueError:
            continue


def _read_addresses(value: str) -> None:
    addresses.keyword(value)
    for read in (addresses.parse_number, addresses.parse_interval, model.parse_address):
        try:
            read(value)
        except ValueError:
            continue


def _read_rule(value: str) -> None:
    rule = rule_text.parse("{id}", value)
    assert rule_writer.format_rule(rule) == value
    compare.properties(rule)


def _read_reference(value: str) -> None:
    known = shown.ShownNames({}, {shown.canonical(value): "Shown"})
    shown.of_rule(value)
    assert known.is_group(value, value) or not value
    assert known.is_group("shown", value) == shown.is_reference(value)


def _read_split(value: str) -> None:
    programs = (netstat.NETSTAT, netsh.HTTP_SERVICE_STATE)
    assert set(commands.split(value, programs)) == set(programs)


def _read_network_policies(value: str) -> None:
    found = policies.parse(value)
    assert all(each.locked or each.category is not None for each in found)
    render(in_turn(*(each.phrase for each in found)), "ja")


def _read_attempts(value: str) -> None:
    targets = (("127.0.0.1", 7001), ("fe80::7%12", 445))
    found = curl.parse(value, value, targets)
    assert [(each.address, each.port) for each in found] == list(targets)
    assert all(each.detail.isprintable() for each in found)
    curl.version(value)


def _read_names(value: str) -> None:
    facts = resolving.from_texts(dict.fromkeys(resolving.PROGRAMS, value), ["srv-1", value])
    assert len(facts.hosts.entries) <= hosts_file.MAX_ENTRIES
    assert (facts.hosts.other_path or "").isprintable()
    assert all(each.isascii() for each in (*facts.suffixes, *facts.own))


def _read_connection_text(value: str) -> None:
    for error in (Exception(value), OSError(5, value), requests.ConnectionError(value)):
        said = str(failures.failure_from(error))
        assert said.isprintable(), said
    # An answer comes as octets, and what is no UTF-8 in it is kept so.
    answer = value.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    statuses.soap_or_failure(500, answer)


def _read_negotiation(value: str) -> None:
    found = transports._NEGOTIATE.search(value)
    assert found is None or value[found.start() :].lower().startswith("negotiate")


def _read_kerberos(value: str) -> None:
    for user in ("admin@EXAMPLE.TEST", "admin@example.test", "TEST\\admin"):
        kerberos.failure_of_kinit(value, kerberos.Asking(user))


def _read_headers(value: str) -> None:
    answer = requests.Response()
    answer.status_code = 200
    answer.headers["content-type"] = value
    guard.Guard(1, 1.0, 1.0).check(answer)


_NETWORK_POLICIES = (
    "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList"
    "\\Signatures\\FirstNetwork\r\n"
    "    Category    REG_DWORD    0x1\r\n    CategoryReadOnly    REG_DWORD    0x1\r\n"
)
_NETWORK_POLICY_WORDS = (
    *("0x0", "0xffffffff", "REG_SZ", "\\", "category", "HKEY_LOCAL_MACHINE", "\r\n", "    "),
    *("010103000F0000F0010000000F0000F0", "FirstNetwork", "Signatures"),
)
_RULE_WORDS = (
    *("v2.30", "Action=Allow", "Dir=In", "Protocol=6", "LPort=80", "LPort2_10=1-5,8", "LPort=RPC"),
    *("RA4=LocalSubnet", "RA6=fe80::/64", "LA4=1.2.3.4/255.0.255.0", "ICMP4=8:*", "Platform=2:6:1"),
    *("Profile=Public", "Name={{ 6*7 }}", "IF={00000000-0000-0000-0000-000000000000}", "Defer=App"),
)
_REFERENCE_WORDS = (
    *("%SystemRoot%\\system32\\", ",-", "@{App?ms-resource://App/Name}", ";", "-1", "@", "\n"),
)
_KINIT_WORDS = (
    *("kinit: ", "Client ", "Server ", " not found in Kerberos database", "\n", "@", "(", "'"),
)
_REGISTRY_WORDS = (
    *(
        "    Name    REG_SZ    data",
        "    N    REG_DWORD    0x1",
        "    (x)    REG_MULTI_SZ    a\\0b",
        "      blanks    REG_SZ    v2.30|Name=n|",
        "    a    REG_SZ    b    REG_SZ    c",
    ),
    *("no value", f"{commands.FAILED} ", "\ufffd"),
    *("HKEY_LOCAL_MACHINE\\SYSTEM", stores.LOCAL_POLICY_KEY + "\\FirewallRules", "    ", "REG_SZ"),
    *(stores.GROUP_POLICY_KEY + "\\PublicProfile", "    EnableFirewall    REG_DWORD    0x0"),
    *(
        stores.LOCAL_POLICY_KEY + "\\ConSecRules",
        "    s    REG_SZ    v2.31|Action=Secure|Active=TRUE|EP1_4=DNS|EP2Port=80|",
        stores.GROUP_POLICY_KEY + "\\DomainProfile\\GloballyOpenPorts\\List",
        "    80:TCP    REG_SZ    80:TCP:*:enabled:Web",
        stores.GROUP_POLICY_KEY + "\\DomainProfile\\AuthorizedApplications\\List",
        "    p    REG_SZ    C:\\a.exe:localsubnet,:disabled:A",
    ),
)
_MARKERS = ("portkeeper-end-of-output-1", "portkeeper-end-of-output-2 \r")


def _reg(name: str, data: str) -> str:
    return f"    {name}    REG_SZ    {data}\r\n"


_PORT_PROXIES = (
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PortProxy\\v4tov4\\tcp\r\n"
    + _reg("0.0.0.0/8081", "172.20.0.2/80")
    + _reg("*/8082", "web-1.example/8082")
)
_PORT_PROXY_WORDS = (
    *(
        "*/1",
        "::/65535",
        "[::1]/80",
        "a/0",
        "a/65536",
        "/80",
        "    ListenOnlyList    REG_MULTI_SZ    ",
    ),
    *("127.0.0.1\\0::1", "\\0", "HKEY_LOCAL_MACHINE\\SYSTEM", "v6tov6", "REG_SZ"),
)
_HOSTS = (
    "\ufeff# hosts\r\n10.0.0.5 srv-1 other # the server\r\nfe80::7%12\tsrv-1.a\r\n\r\n"
    "    DataBasePath    REG_EXPAND_SZ    %SystemRoot%\\System32\\drivers\\etc\r\n"
    "    SearchList    REG_SZ    a.example,b\r\n    Hostname    REG_SZ    pc-1\r\n"
)
_HOSTS_WORDS = (
    *("srv-1", "10.0.0.5", "::1%", "#", "\t", "    Domain    REG_SZ    ", "    DataBasePath    "),
    *("REG_SZ", "C:\\", "a.b", ",", "curl 8.4.0"),
)
_ATTEMPTS = (
    "*   Trying 127.0.0.1:7001...\r\n* connect to 127.0.0.1 port 7001 failed: Connection refused\r\n"
    "\r\nportkeeper-curl|pop3://127.0.0.1:7001/|0||7|Failed to connect\r\n< SSH-2.0-x\r\n"
    "\r\nportkeeper-curl|pop3://[fe80::7%2512]:445/|50000|fe80::1|28|Operation timed out\r\n"
)
_ATTEMPT_WORDS = (
    *(
        "portkeeper-curl|pop3://",
        "|0|",
        "|",
        "* connect to ",
        " failed: ",
        "* Immediate connect fail",
    ),
    *(
        " for ",
        "* Connection timed out after ",
        "curl 8.4.0\nProtocols: pop3 ",
        "%25",
        "[::1]",
        "< ",
    ),
)
_LOCAL_RULES = stores.LOCAL_POLICY_KEY + "\\FirewallRules\r\n"
_EXCEPTIONS = stores.GROUP_POLICY_KEY + "\\DomainProfile\\AuthorizedApplications\\List\r\n"
_REGISTRY_GROWS: dict[str, Grow] = {
    "exceptions": lambda size: (
        _EXCEPTIONS + "".join(_reg(f"v{n}", f"C:\\{n}.exe:{n},*:enabled:n") for n in range(size))
    ),
    "colons of an exception": lambda size: _EXCEPTIONS + _reg("v", ":" * size),
    "addresses of an exception": lambda size: _EXCEPTIONS + _reg("v", f"a:{'b,' * size}:enabled:n"),
    "values": lambda size: _LOCAL_RULES + "".join(_reg(f"v{n}", "x") for n in range(size)),
    "keys": lambda size: "".join(f"{_LOCAL_RULES.strip()}\\k{n}\r\n" for n in range(size)),
    "lines of one value": lambda size: _LOCAL_RULES + _reg("v", "x") + "continued\r\n" * size,
    "blank lines": lambda size: _LOCAL_RULES + _reg("v", "x") + "\r\n" * size,
    "lines that are none": lambda size: _LOCAL_RULES + "x\r\n" * size,
    "names that come again": lambda size: _LOCAL_RULES + _reg("v", "x") + _reg("V", "y") * size,
    "types in one line": lambda size: _LOCAL_RULES + _reg("v", "x    REG_SZ    " * size),
    "the same key": lambda size: (_LOCAL_RULES + _reg("v", "x")) * size,
}


def _distinct_rules(size: int) -> str:
    return _LOCAL_RULES + "".join(
        _reg(f"v{n}", f"v2.30|Action=Allow|Dir=In|Protocol=6|LPort={n % 60_000 + 1}|Name=n{n}|")
        for n in range(size)
    )


TEXT = (
    Parser(
        "netstat",
        (
            "module_utils/pc/programs/netstat",
            "module_utils/pc/programs/lines",
            "module_utils/ground/model",
        ),
        lambda value: (netstat.parse(value), netstat.unread(value)),
        mutated(localized.netstat()),
        grows={
            "rows": lambda size: (
                "  TCP    0.0.0.0:80    0.0.0.0:0    LISTENING    4\r\n" * size
            ),
            "lines": lambda size: "TCP \r\n" * size,
        },
    ),
    Parser(
        "lists of accounts", ("module_utils/asked/accounts",),
        lambda value: (accounts.meaning(value), accounts.is_sid(value)),
        mutated(st.just("O:LSG:SYD:PAI(D;;CC;;;S-1-15-3-4)(A;;0x1;;;BA)")),
        grows={
            "entries": lambda size: "D:" + "(A;;CC;;;S-1-5-32-544)" * size,
            "flags": lambda size: "D:" + "PAI" * size + "(",
            "numbers": lambda size: "D:(A;;CC;;;S-1-5" + "-1" * size + ")",
            "rights": lambda size: "D:(A;;" + "CC" * size + ";;;BA)",
        },
    ),
    Parser(
        "netsh: excluded ranges", ("module_utils/pc/programs/netsh",),
        lambda value: (
            netsh.EXCLUDED_PORT_RANGES[0].parse(value),
            netsh.unread_ranges(value),
        ),
        mutated(localized.excluded_ranges()),
        grows={
            "rows": lambda size: "-----\r\n" + "   50000   50059   *\r\n" * size,
            "rows that are none": lambda size: "-----\r\n" + "   50000   x\r\n" * size,
        },
    ),
    Parser(
        "netsh: dynamic ports", ("module_utils/pc/programs/netsh",),
        netsh.DYNAMIC_PORTS[0].parse,
        mutated(localized.dynamic_ports()),
        grows={"rows": lambda size: "Start Port : 1024\r\n" * size},
    ),
    Parser(
        "netsh: http servicestate", ("module_utils/pc/programs/netsh",),
        lambda value: (netsh.http_urls(value), netsh.unread_urls(value)),
        mutated(localized.service_state()),
        grows={
            "queues": lambda size: "-----\r\n" + (
                "Name: x\r\nVersion: 1.0\r\nIDs:\r\n8\r\nURLs:\r\nHTTP://+:80/A/\r\n" * size
            ),
            "urls": lambda size: (
                "-----\r\nName: x\r\nVersion: 1.0\r\nIDs:\r\n8\r\nURLs:\r\n"
                + "".join(f"HTTP://+:80/{n}/\r\n" for n in range(size))
            ),
            "processes": lambda size: (
                "-----\r\nName: x\r\nVersion: 1.0\r\nIDs:\r\n" + "8\r\n" * size
            ),
        },
    ),
    Parser(
        "reg.exe: port proxies", ("module_utils/pc/programs/forwarding",),
        lambda value: (forwarding.port_proxies(value), forwarding.listen_list(value)),
        mutated(st.just(_PORT_PROXIES), _PORT_PROXY_WORDS),
        grows={
            "mappings": lambda size: _PORT_PROXIES + "".join(
                _reg(f"10.0.0.1/{n % 60_000 + 1}", "10.0.0.2/80") for n in range(size)
            ),
            "addresses": lambda size: (
                "    ListenOnlyList    REG_MULTI_SZ    " + "127.0.0.1\\0" * size + "\r\n"
            ),
            "keys": lambda size: _PORT_PROXIES * size,
        },
    ),
    Parser(
        "reg.exe: policies for networks", ("module_utils/firewall/settings/category/policies",),
        _read_network_policies,
        mutated(st.just(_NETWORK_POLICIES), _NETWORK_POLICY_WORDS),
        grows={
            "values": lambda size: _NETWORK_POLICIES + "".join(
                f"    v{n}    REG_DWORD    0x1\r\n" for n in range(size)
            ),
            "keys": lambda size: "".join(
                _NETWORK_POLICIES.replace("FirstNetwork", str(n)) for n in range(size)
            ),
        },
    ),
    Parser(
        "curl.exe", ("module_utils/pc/programs/curl",),
        _read_attempts,
        mutated(st.just(_ATTEMPTS), _ATTEMPT_WORDS),
        grows={
            "results": lambda size: _ATTEMPTS * size,
            "targets": lambda size: "".join(
                f"portkeeper-curl|pop3://10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}:1/|0|\n"
                for n in range(size)
            ),
            "blanks": lambda size: "* connect to 127.0.0.1 port 1 failed: " + " " * size,
            "words": lambda size: "Protocols: " + "a " * size,
        },
    ),
    Parser(
        "hosts file and settings of TCP/IP",
        (
            "module_utils/pc/programs/hosts_file",
            "module_utils/pc/resolving/model",
            "module_utils/pc/resolving/reading",
            "module_utils/pc/programs/tcpip",
        ),
        _read_names,
        mutated(st.just(_HOSTS), _HOSTS_WORDS),
        grows={
            "lines": lambda size: "".join(
                f"0.0.0.0 a{n}.example\r\n10.0.0.5 srv-1\r\n" for n in range(size)
            ),
            "names": lambda size: "10.0.0.5 " + "srv-1 " * size,
            "blanks": lambda size: "10.0.0.5" + " " * size + "srv-1" + "\t" * size,
            "settings": lambda size: "".join(f"    v{n}    REG_SZ    x\r\n" for n in range(size)),
            "suffixes": lambda size: "    SearchList    REG_SZ    " + "a, " * size,
        },
    ),
    Parser(
        "tasklist", ("module_utils/pc/programs/tasklist",),
        lambda value: (tasklist.parse(value), tasklist.unread(value)),
        mutated(localized.tasklist()),
        grows={
            "rows": lambda size: "".join(f'"a.exe","{n}","A,B"\r\n' for n in range(size)),
            "services": lambda size: '"a.exe","4","' + "A," * size + '"\r\n',
        },
    ),
    Parser(
        "outputs of one command line", ("module_utils/pc/programs/commands",), _read_split,
        mutated(localized.netstat().map(lambda each: each + "\r\n".join(_MARKERS)), _MARKERS),
        (commands.OutputError,),
        grows={"lines": lambda size: "x\r\n" * size + "\r\n".join(_MARKERS)},
    ),
    Parser(
        "reg.exe query", ("module_utils/firewall/policy/registry_text",), registry_text.parse,
        mutated(localized.firewall_stores(), _REGISTRY_WORDS), grows=_REGISTRY_GROWS,
    ),
    Parser(
        "firewall stores",
        (
            "module_utils/firewall/policy/stores",
            "module_utils/firewall/policy/profile_settings",
            "module_utils/firewall/policy/besides_rules",
        ),
        stores.read,
        mutated(localized.firewall_stores(), _REGISTRY_WORDS),
        grows={**_REGISTRY_GROWS, "rules": _distinct_rules},
    ),
    Parser(
        "references of names",
        ("module_utils/firewall/naming/shown",),
        _read_reference, mutated(st.just("@FirewallAPI.dll,-28511"), _REFERENCE_WORDS),
        (),
        grows={
            "folders": lambda size: "@" + "a\\" * size,
            "commas": lambda size: "@a" + ",-1" * size,
            "blanks": lambda size: "@a," + " " * size + "-1" + " " * size + "x",
            "numbers": lambda size: "@a,-" + "1" * size + ";",
        },
    ),
    Parser(
        "rule grammar",
        (
            "module_utils/firewall/policy/rule_text",
            "module_utils/firewall/parts/compare",
        ),
        _read_rule, mutated(rules().map(rule_writer.format_rule), _RULE_WORDS),
        (rule_text.RuleSyntaxError,),
        # The rule is read once more when it is written, which costs nothing up to the length that is
        # kept: these stay below it.
        grows={
            "ports": lambda size: "v2.30|Protocol=6|" + "".join(
                f"LPort={n + 1}|" for n in range(size // 4)
            ),
            "addresses": lambda size: "v2.30|" + "".join(
                f"RA4=10.{n >> 8}.{n & 255}.1|" for n in range(size // 4)
            ),
            "unknown fields": lambda size: "v2.30|" + "X=1|" * (size // 4),
            "malformed fields": lambda size: "v2.30|" + "Dir=Sideways|" * (size // 4),
            "security": lambda size: "v2.30|" + "Security=Authenticate|" * (size // 4),
        },
    ),
    Parser(
        "addresses", ("module_utils/firewall/policy/addresses", "module_utils/ground/model"), _read_addresses,
        st.one_of(values, st.ip_addresses().map(str), mutated(st.just("10.0.0.0/8-fe80::1%4"))),
    ),
    Parser("CIM values", ("module_utils/wsman/cim/cim_text",), _read_values, values),
    Parser(
        "what a connection says of a failure",
        (
            "plugin_utils/exchange/failures", "plugin_utils/exchange/statuses",
            "module_utils/host/transport",
        ),
        _read_connection_text,
        st.one_of(values, mutated(st.just("Bad HTTP response from server. Code 500 <a/>"))),
        (transport.TransportError,),
        grows={
            "characters": lambda size: "a," * size + ":",
            "names of code": lambda size: "a.Error: " * size,
        },
    ),
    Parser(
        "an offer to negotiate", ("plugin_utils/connections/transports",), _read_negotiation,
        st.one_of(values, mutated(st.just("Negotiate YIIB, Basic realm"))),
        grows={"blanks": lambda size: "Negotiate" + " " * size},
    ),
    Parser(
        "words of kinit", ("plugin_utils/exchange/kerberos",), _read_kerberos,
        st.one_of(
            values,
            mutated(
                st.just("kinit: Password incorrect while getting initial credentials"), _KINIT_WORDS
            ),
        ),
        grows={
            "ways": lambda size: "kinit: " + " while getting a" * size + "!",
            "clients": lambda size: "kinit: Client " + "not found " * size,
            "lines": lambda size: "kinit: a\n" * size,
        },
    ),
    Parser(
        "the type of an answer", ("plugin_utils/exchange/guard",), _read_headers,
        st.one_of(values, mutated(st.just('multipart/encrypted;boundary="Encrypted Boundary"'))),
        (transport.TransportError,),
        grows={"boundaries": lambda size: 'boundary="' * size},
    ),
    Parser(
        "text for display", ("module_utils/ground/text",), lambda value: for_display(value, 50),
        values,
    ),
)  # fmt: skip
