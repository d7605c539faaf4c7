# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall's part of the registry: rules and profile settings, local and of Group Policy.

Where they are: [MS-GPFAS] 2.2.3 for Group Policy, recorded stores for the local ones. An image
starts from recorded stores (`tests/samples/firewall_registry`), each parsed once and shared by
all machines; a change replaces the one key that it touches.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from winsim.firewall.rule import Rule, parse
from winsim.name_state import Names
from winsim.names import folded
from winsim.network_state import ConnectionProfile
from winsim.rows import Row

SAMPLES = Path(__file__).parents[2] / "samples" / "firewall_registry"
POLICY_ROOT = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall"
LOCAL_ROOT = (
    r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
)
#: The rules of each store.
RULES = {
    "local": rf"{LOCAL_ROOT}\FirewallRules",
    "policy": rf"{POLICY_ROOT}\FirewallRules",
    "mdm": rf"{LOCAL_ROOT}\Mdm\FirewallRules",
    "static": rf"{LOCAL_ROOT}\RestrictedServices\Static\System",
    "configurable": rf"{LOCAL_ROOT}\RestrictedServices\Configurable\System",
    "appiso": rf"{LOCAL_ROOT}\RestrictedServices\AppIso\FirewallRules",
}
#: Profiles: the local key of the private one is StandardProfile (recorded stores), in Group
#: Policy StandardProfile is what older Windows reads ([MS-GPFAS] 2.2.3).
PROFILES = {
    "local": {"domain": "DomainProfile", "private": "StandardProfile", "public": "PublicProfile"},
    "policy": {
        "domain": "DomainProfile",
        "private": "PrivateProfile",
        "public": "PublicProfile",
        "standard": "StandardProfile",
    },
}
_ROOTS = {"local": LOCAL_ROOT, "policy": POLICY_ROOT}
#: That of Windows 10 1903, for a store that doesn't say its version.
_VERSION = 0x21E
_HIVES = {"hklm": "HKEY_LOCAL_MACHINE", "hkey_local_machine": "HKEY_LOCAL_MACHINE"}


@dataclass(frozen=True)
class Value:
    """A value of the registry: its type as reg.exe names it, and a number for REG_DWORD."""

    kind: str
    data: str | int


@dataclass(frozen=True)
class Key:
    """A key of the registry. `values` is by name in lower case, and never changed in place."""

    path: str
    values: Mapping[str, tuple[str, Value]] = field(default_factory=dict)

    def with_value(self, name: str, value: Value) -> Key:
        """A name that is there keeps its spelling and its place."""
        spelled = self.values.get(folded(name), (name, value))[0]
        return Key(self.path, {**self.values, folded(name): (spelled, value)})

    def without(self, name: str) -> Key:
        return Key(self.path, {n: v for n, v in self.values.items() if n != folded(name)})


#: Where Windows is: whoever reads rules needs it, for paths in them begin with %SystemRoot%.
_WINDOWS = Key(
    r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion",
    {"systemroot": ("SystemRoot", Value("REG_SZ", r"C:\Windows"))},
)
#: Every Windows has keys of policies, whether there is any for the firewall or not.
_POLICIES = tuple(
    Key(rf"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft{below}")
    for below in ("", r"\SystemCertificates")
)
#: The networks that the machine has ever been connected to (values as published captures show
#: them), each under a GUID that isn't that of an adapter.
_NETWORKS = rf"{_WINDOWS.path}\NetworkList\Profiles"
#: The names of a machine and of its domain, and where its hosts file is.
TCPIP = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"


class FirewallState:
    """The keys of one machine below `LOCAL_ROOT` and `POLICY_ROOT`, and where Windows is.

    Whoever reads gets what stands at that moment, without a lock; whoever changes holds the
    machine's lock. `changed` is called after each change.
    """

    def __init__(self, keys: Mapping[str, Key] | None = None) -> None:
        """`keys`: by path in lower case, as `read_dump` returns them."""
        always = {folded(each.path): each for each in (_WINDOWS, *_POLICIES)}
        self._keys = {**always, **(keys or {})}
        #: Keys that accounts may see and not read.
        self.denied: set[str] = set()
        self.changed: Callable[[], None] = lambda: None
        #: May accounts only look, and not write? And does WMI not know the firewall's classes
        #: (0x80041010), as users report of hosts whose repository lost them?
        self.read_only = self.broken_classes = False
        #: Are rules refused that only the statuses of [MS-FASP] speak of (`check_statuses`)?
        self.strict = False

    def copy(self) -> FirewallState:
        """The same, to be changed on its own; nobody is told of these changes yet."""
        other = FirewallState(self._keys)
        other.denied = set(self.denied)
        other.read_only, other.broken_classes = self.read_only, self.broken_classes
        other.strict = self.strict
        return other

    def fields(self, text: str) -> list[tuple[str, str]]:
        """The fields of a rule's text, in their order and spelling. Raises ValueError."""
        return list(parse(text).fields)

    def values(self, key: str) -> dict[str, Value] | None:
        """The values of a registry key by their names; None where there is no such key. ``HKLM``
        may stand for HKEY_LOCAL_MACHINE."""
        found = self._keys.get(folded(_path(key)))
        return None if found is None else dict(found.values.values())

    def value(self, key: str, name: str) -> Value | None:
        """One value of a key, by its name in whatever case."""
        found = self._keys.get(folded(_path(key)))
        return None if found is None else found.values.get(folded(name), (name, None))[1]

    def path(self, key: str) -> str | None:
        """A key as it is spelled; None where there is none."""
        found = self._keys.get(folded(_path(key)))
        return None if found is None else found.path

    def is_denied(self, key: str) -> bool:
        return folded(_path(key)) in map(folded, self.denied)

    def subkeys(self, key: str) -> list[str]:
        """The paths of the keys directly below a key, in order of name."""
        above = folded(_path(key)) + "\\"
        return sorted(
            (
                found.path
                for path, found in self._keys.items()
                if path.startswith(above) and "\\" not in path[len(above) :]
            ),
            key=str.lower,
        )

    def rules(self, store: str = "local") -> dict[str, str]:
        """The texts of the rules in a store of `RULES` by their ids."""
        values = self.values(RULES[store]) or {}
        return {name: str(value.data) for name, value in values.items()}

    def rule(self, rule_id: str, store: str = "local") -> Rule | None:
        """The rule with that id, in whatever case; None where there is none that can be read."""
        value = self.value(RULES[store], rule_id)
        return None if value is None else _rule(str(value.data))

    def parsed_rules(self, store: str = "local") -> dict[str, Rule]:
        """The rules of a store that can be read."""
        parsed = {rule_id: _rule(text) for rule_id, text in self.rules(store).items()}
        return {rule_id: rule for rule_id, rule in parsed.items() if rule is not None}

    @property
    def version(self) -> str:
        """The schema version of the local store, which a new rule starts with (``v2.30``)."""
        value = self.value(LOCAL_ROOT, "PolicyVersion")
        number = value.data if value is not None and isinstance(value.data, int) else _VERSION
        return f"v{number >> 8}.{number & 0xFF}"

    def settings(self, profile: str, store: str = "local") -> dict[str, Value]:
        """The settings of a profile: ``domain``, ``private`` or ``public``."""
        return self.values(profile_key(profile, store)) or {}

    def set_rule(self, rule_id: str, text: str, store: str = "local") -> None:
        self.set_value(RULES[store], rule_id, text)

    def delete_rule(self, rule_id: str, store: str = "local") -> None:
        """Raises LookupError where there is no such rule."""
        self.delete_value(RULES[store], rule_id)

    def set_value(self, key: str, name: str, data: str | int) -> None:
        """Write a value, REG_DWORD for a number and REG_SZ for text, unless a text is there with
        another type; the key is made where it is missing."""
        before = self.value(key, name)
        kind = "REG_SZ" if before is None or isinstance(before.data, int) else before.kind
        self.put_value(key, name, Value("REG_DWORD" if isinstance(data, int) else kind, data))

    def put_value(self, key: str, name: str, value: Value) -> None:
        """Write a value of any type; the key is made where it is missing."""
        self.add_key(key)
        path = folded(_path(key))
        self._keys[path] = self._keys[path].with_value(name, value)
        self.changed()

    def set_texts(self, key: str, name: str, texts: Iterable[str]) -> None:
        """Write a REG_MULTI_SZ, whose texts reg.exe prints with ``\\0`` between them."""
        self.put_value(key, name, Value("REG_MULTI_SZ", "\\0".join(texts)))

    def texts(self, key: str, name: str) -> list[str]:
        """The texts of a REG_MULTI_SZ; none where it is missing."""
        value = self.value(key, name)
        return str(value.data).split("\\0") if value is not None and value.data else []

    def delete_value(self, key: str, name: str) -> None:
        """Raises LookupError where the key or the value is missing."""
        path = folded(_path(key))
        found = self._keys.get(path)
        if found is None or folded(name) not in found.values:
            raise LookupError(f"{key} has no value {name}")
        self._keys[path] = found.without(name)
        self.changed()

    def add_key(self, key: str) -> None:
        """Make a key and those above it, where they are missing."""
        path = _path(key)
        missing: dict[str, Key] = {}
        while path and folded(path) not in self._keys:
            missing[folded(path)] = Key(path)
            if path.lower() in (root.lower() for root in _ROOTS.values()):
                break
            path = path.rpartition("\\")[0]
        self._keys = {**self._keys, **missing}


def add_keys(state: FirewallState, keys: Mapping[str, Row]) -> None:
    """Write the section ``registry`` of an image: texts by the paths of their keys and their names.
    A name that ends in ``[]`` is that of a REG_MULTI_SZ."""
    for path, values in keys.items():
        for name in values.names():
            texts = values.texts(name)
            if name.endswith("[]"):
                state.set_texts(path, name.removesuffix("[]"), texts)
            elif len(texts) == 1:
                state.set_value(path, name, texts[0])
            else:
                raise ValueError(f"{values.where}: {name} has several texts, and no [] at its end")


def add_networks(state: FirewallState, profiles: Iterable[ConnectionProfile]) -> None:
    """Write the networks of a machine into its registry."""
    for profile in profiles:
        guid = str(uuid.uuid5(uuid.NAMESPACE_OID, profile.name)).upper()
        key = rf"{_NETWORKS}\{{{guid}}}"
        state.set_value(key, "ProfileName", profile.name)
        state.set_value(key, "Description", profile.name)
        state.set_value(key, "Category", profile.category)


def add_tcpip(state: FirewallState, computer_name: str, domain: str, names: Names) -> None:
    """Write what TCP/IP keeps in the registry, as published captures of the key show it."""
    for name, value in (
        ("DataBasePath", Value("REG_EXPAND_SZ", names.data_base_path)),
        ("Domain", domain),
        ("ForwardBroadcasts", 0),
        ("ICSDomain", "mshome.net"),
        ("IPEnableRouter", 0),
        ("NameServer", ""),
        ("SyncDomainWithMembership", 1),
        ("NV Hostname", computer_name),
        ("Hostname", computer_name),
        ("NV Domain", domain),
        ("SearchList", ",".join(names.search_list)),
        ("UseDomainNameDevolution", 1),
        *([("DhcpDomain", names.dhcp_domain)] if names.dhcp_domain else ()),
    ):
        state.put_value(TCPIP, name, _value(value))
    for below in ("Adapters", "DNSRegisteredAdapters", "Interfaces", "PersistentRoutes", "Winsock"):
        state.add_key(rf"{TCPIP}\{below}")


def _value(data: Value | str | int) -> Value:
    if isinstance(data, Value):
        return data
    return Value("REG_DWORD" if isinstance(data, int) else "REG_SZ", data)


def profile_key(profile: str, store: str = "local") -> str:
    """The registry key with the settings of a profile. Raises ValueError for an unknown one."""
    name = PROFILES[store].get(profile)
    if name is None:
        raise ValueError(f"no profile is called {profile}")
    return rf"{_ROOTS[store]}\{name}"


def firewall(row: Row) -> FirewallState | None:
    """The section ``firewall`` of an image: recorded stores to start from (``dump``; without, they
    start empty), rules to
    take out (``remove``), to ``enable`` or ``disable``, ``rules`` and settings of ``profiles`` to
    put in, values of other ``keys`` below the store's own, and these three for Group Policy under
    ``policy``; ``read_only``, ``strict`` and ``broken_classes``
    as `FirewallState` has them. None where the image has no such section. Raises ValueError.
    """
    if not row.names():
        return None
    dumps = row.texts("dump")
    keys: dict[str, Key] = {}
    for dump in dumps:
        keys |= read_dump(_sample(row, dump))
    state = FirewallState(keys)
    for rule_id in row.texts("remove"):
        try:
            state.delete_rule(rule_id)
        except LookupError:
            raise ValueError(f"{row.where}: no rule {rule_id} to remove") from None
    for key, active in (("enable", "TRUE"), ("disable", "FALSE")):
        for rule_id in row.texts(key):
            rule = state.rule(rule_id)
            if rule is None:
                raise ValueError(f"{row.where}: no rule {rule_id} to {key}")
            state.set_rule(rule_id, rule.replace({"Active": active}).text())
    state.read_only = row.take("read_only", bool, False)
    state.strict = row.take("strict", bool, False)
    state.broken_classes = row.take("broken_classes", bool, False)
    _fill(state, row, "local")
    policy = row.row("policy")
    _fill(state, policy, "policy")
    policy.done()
    row.done()
    return state


def _fill(state: FirewallState, row: Row, store: str) -> None:
    rules = row.row("rules")
    for rule_id in rules.names():
        state.set_rule(rule_id, rules.take(rule_id, str), store)
    rules.done()
    keys = row.row("keys")
    for key in keys.names():
        values = keys.row(key)
        for name in values.names():
            data = values.take(name, object)
            if not isinstance(data, int | str):
                raise ValueError(f"{values.where}: {name} is {data!r}, wanted a number or a text")
            state.set_value(rf"{_ROOTS[store]}\{key}", name, data)
        values.done()
    keys.done()
    for profile, settings in row.named_rows("profiles").items():
        key = profile_key(profile, store)
        for name in settings.names():
            state.set_value(key, name, settings.take(name, int))
        settings.done()


def _rule(text: str) -> Rule | None:
    try:
        return parse(text)
    except ValueError:
        return None


def _sample(row: Row, name: str) -> Path:
    paths = sorted(SAMPLES.glob(f"{name}_*.txt"))
    if len(paths) != 1:
        raise ValueError(f"{row.where}: no recorded store is called {name}")
    return paths[0]


@cache
def read_dump(path: Path) -> Mapping[str, Key]:
    """The keys in what ``reg.exe query KEY /s`` wrote, by path in lower case: a line for each
    key; name, type and data of a value apart by four blanks. Raises ValueError."""
    keys: dict[str, Key] = {}
    values: dict[str, tuple[str, Value]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("HKEY_"):
            values = {}
            keys[folded(line)] = Key(line, values)
        elif line:
            name, kind, data = _parts(path, line)
            number = int(data, 16) if kind == "REG_DWORD" else data
            values[folded(name)] = (name, Value(kind, number))
    return keys


def _parts(path: Path, line: str) -> tuple[str, str, str]:
    for kind in ("REG_SZ", "REG_DWORD", "REG_EXPAND_SZ"):
        name, found, data = line.partition(f"    {kind}    ")
        if found:
            return name.removeprefix("    "), kind, data
    raise ValueError(f"{path.name}: {line!r} is no value")


def _path(key: str) -> str:
    """A path with the hive's long name and without a backslash at its end."""
    hive, backslash, rest = key.strip("\\").partition("\\")
    return _HIVES.get(hive.lower(), hive) + backslash + rest
