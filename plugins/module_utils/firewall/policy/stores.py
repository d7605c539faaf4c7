# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stores of Windows Defender Firewall, read from the registry.

Local policy, Group Policy, the policy of a device management service (MDM), and the built-in
restrictions of services and app containers each have their own store; `profile_settings` merges
their settings for the three profiles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ...ground.names import REPLACEMENT, name_key
from ...ground.text import for_display
from ...pc.programs import commands
from ...words.phrases import Phrase, Value, Verbatim
from . import besides_rules, profile_settings, registry_text, rule_text
from .besides_rules import SecurityRule
from .profile_settings import Origin, ProfileSettings
from .registry_text import Doubt, RegistryTree, RegistryValue
from .rule import FirewallRule
from .vocabulary import Profile

# Seen in tests/samples/firewall_registry.
LOCAL_POLICY_KEY = (
    r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
)
_MDM = LOCAL_POLICY_KEY + r"\Mdm"
# [MS-GPFAS] 1.9.
GROUP_POLICY_KEY = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall"
KEYS = (LOCAL_POLICY_KEY, GROUP_POLICY_KEY)
WINDOWS_KEY = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion"

# A host without Group Policy for the firewall lacks its key. reg.exe ends with the same error for a
# key that it may not read, and its message is in the host's language. The keys below the parent,
# which exists on every Windows (it contains SystemCertificates), show which of the two it is.
_POLICIES_KEY = GROUP_POLICY_KEY.rpartition("\\")[0]
_NO_POLICY = "portkeeper-group-policy-not-printed"
_NO_POLICIES = "portkeeper-policies-not-printed"

# One command line that reads them all. It is a constant: nothing is ever inserted into it.
COMMAND_LINE = " & ".join(
    rf"%SystemRoot%\System32\reg.exe query {arguments}"
    for arguments in (
        f'"{LOCAL_POLICY_KEY}" /s || echo {commands.FAILED}',
        f'"{GROUP_POLICY_KEY}" /s || echo {_NO_POLICY}',
        f'"{_POLICIES_KEY}" || echo {_NO_POLICIES}',
        f'"{WINDOWS_KEY}" /v SystemRoot',
    )
)
# Such a mark ends a line: cmd.exe keeps the blank before the ampersand.
_MARKS = re.compile(rf"({commands.FAILED}|{_NO_POLICY}|{_NO_POLICIES})[ \t\r]*(?:\n|\Z)")

_SHOWN = 100

# In one store. A full one has 500; with very many, a verdict would take too long.
MAX_RULES = 20_000


class Store(StrEnum):
    """Where a rule is kept."""

    LOCAL = "local"
    GROUP_POLICY = "group_policy"
    MDM = "mdm"
    STATIC_SERVICE = "static_service"
    CONFIGURABLE_SERVICE = "configurable_service"
    APP_ISOLATION = "app_isolation"


# The stores whose rules restrict services and app containers before any other rule is evaluated
# (TechNet cc755191, "Order of Windows Firewall with Advanced Security Rules Evaluation").
RESTRICTING = (Store.STATIC_SERVICE, Store.CONFIGURABLE_SERVICE, Store.APP_ISOLATION)
# Policies before local rules: if several rules say the same, this decides which one is named.
ORDINARY = (Store.GROUP_POLICY, Store.MDM, Store.LOCAL)

# The key of the MDM store is in the samples (empty there); that its rules are under FirewallRules
# is what several public write-ups of managed hosts show.
_RULE_KEYS: Mapping[Store, str] = {
    Store.LOCAL: LOCAL_POLICY_KEY + r"\FirewallRules",
    Store.GROUP_POLICY: GROUP_POLICY_KEY + r"\FirewallRules",
    Store.MDM: _MDM + r"\FirewallRules",
    Store.STATIC_SERVICE: LOCAL_POLICY_KEY + r"\RestrictedServices\Static\System",
    Store.CONFIGURABLE_SERVICE: LOCAL_POLICY_KEY + r"\RestrictedServices\Configurable\System",
    Store.APP_ISOLATION: LOCAL_POLICY_KEY + r"\RestrictedServices\AppIso\FirewallRules",
}

_SECURITY_KEYS: Mapping[Store, str] = {
    Store.LOCAL: f"{LOCAL_POLICY_KEY}\\{besides_rules.SECURITY_KEY}",
    Store.GROUP_POLICY: f"{GROUP_POLICY_KEY}\\{besides_rules.SECURITY_KEY}",
}

# Versions of the policy schema and the versions of Windows that brought them ([MS-GPFAS] product
# behaviour note 1; [MS-FASP] 2.2.42).
_WINDOWS_VERSIONS = ((0x0218, (10, 0)), (0x0216, (6, 3)), (0x0214, (6, 2)), (0x020A, (6, 1)))


@dataclass(frozen=True)
class FirewallStores:
    """All rules of a host by store, and the settings of its profiles.

    `policy_version` is the highest version of rules that the host understands, as
    (major, minor), and `windows_directory` the folder of Windows; both are None if they were not
    reported. `problems` says in whole sentences what could not be read, and what to do; `readable`
    is False if the local store itself or some rules are missing, so nothing is certain: the first
    of the problems says why.

    `contested` has the settings of a profile if the keys of MDM mean what other sources say, for
    profiles where that makes a difference. `security` has the connection security rules. Exceptions
    of the old administrative templates are among the rules of Group Policy.
    """

    rules: Mapping[Store, tuple[FirewallRule, ...]] = field(default_factory=dict)
    profiles: Mapping[Profile, ProfileSettings] = field(
        default_factory=lambda: {each: ProfileSettings() for each in Profile}
    )
    policy_version: tuple[int, int] | None = None
    windows_directory: str | None = None
    problems: tuple[Value, ...] = ()
    readable: bool = True
    contested: Mapping[Profile, ProfileSettings] = field(default_factory=dict)
    security: Mapping[Store, tuple[SecurityRule, ...]] = field(default_factory=dict)

    def of(self, store: Store) -> tuple[FirewallRule, ...]:
        """The rules of one store."""
        return self.rules.get(store, ())

    @property
    def size(self) -> int:
        """How many rules of all kinds there are: so much work is one verdict at most."""
        return sum(len(rules) for kind in (self.rules, self.security) for rules in kind.values())

    @property
    def windows_version(self) -> tuple[int, int] | None:
        """The version of Windows, (6, 1) to (10, 0), as far as the policy version shows it."""
        if self.policy_version is None:
            return None
        number = self.policy_version[0] << 8 | self.policy_version[1]
        return next((version for since, version in _WINDOWS_VERSIONS if number >= since), None)


def read(*texts: str) -> FirewallStores:
    """The stores from the output of `COMMAND_LINE` (or several outputs of ``reg.exe query KEY
    /s``).

    Never raises: `problems` reports what can't be understood.
    """
    marks = {mark for text in texts for mark in _MARKS.findall(text)}
    tree = registry_text.parse(*(_MARKS.sub("", text) for text in texts))
    unread: list[Value] = []
    if commands.FAILED in marks:
        unread.append(Phrase("stores.rules_cut_off", {"key": LOCAL_POLICY_KEY}))
    if _NO_POLICY in marks and (_NO_POLICIES in marks or tree.key(GROUP_POLICY_KEY) is not None):
        unread.append(Phrase("stores.policy_cut_off", {"key": GROUP_POLICY_KEY}))
    found = from_tree(tree, unread)
    if any(REPLACEMENT in text for text in texts) and not found.problems:
        found = replace(found, problems=(Phrase("stores.characters_lost"),))
    return found


def from_tree(tree: RegistryTree, unread: list[Value]) -> FirewallStores:
    """The stores from a registry tree with the keys of `KEYS`. `unread` says what is already known
    to be missing."""
    problems: list[Value] = []
    rules = {store: _rules(tree, store, problems, unread) for store in Store}
    rules[Store.GROUP_POLICY] += tuple(_exceptions(tree, problems))
    security = {
        store: tuple(_security_rules(tree, store, problems, unread)) for store in _SECURITY_KEYS
    }
    unread += (_doubtful(each) for key in KEYS for each in tree.doubts_below(key))
    unread += (
        _to_check(Phrase("stores.out_of_place", {"key": each})) for each in _out_of_place(tree)
    )
    if tree.truncated or any(len(each) > MAX_RULES for each in rules.values()):
        unread.append(Phrase("stores.too_large"))
    local = tree.key(LOCAL_POLICY_KEY)
    if tree.key(_RULE_KEYS[Store.LOCAL]) is None:
        unread.append(Phrase("stores.no_local", {"key": _RULE_KEYS[Store.LOCAL]}))
    version = local.number("PolicyVersion") if local else None
    profiles = _profiles(tree)
    return FirewallStores(
        rules=rules,
        profiles=profiles,
        policy_version=None if version is None else (version >> 8, version & 0xFF),
        windows_directory=_windows_directory(tree),
        problems=(*dict.fromkeys(unread), *problems),
        readable=not unread,
        contested=_contested(tree, profiles),
        security=security,
    )


def _out_of_place(tree: RegistryTree) -> Iterator[str]:
    """The keys that `COMMAND_LINE` does not read, and keys below a key of rules, which has no
    subkeys: a line of a value may look like a key, and hide the values after it."""
    asked = (*KEYS, WINDOWS_KEY, _POLICIES_KEY)
    known = {id(each) for key in asked for each in tree.below(key)}
    known -= {
        id(each)
        for path in _RULE_KEYS.values()
        for each in tree.below(path)
        if each is not tree.key(path)
    }
    return (key.path for key in tree.keys.values() if id(key) not in known)


def _windows_directory(tree: RegistryTree) -> str | None:
    key = tree.key(WINDOWS_KEY)
    value = key.value("SystemRoot") if key else None
    return value.data if value is not None and value.data[1:3] == ":\\" else None


def _rules(
    tree: RegistryTree, store: Store, problems: list[Value], unread: list[Value]
) -> tuple[FirewallRule, ...]:
    """The rules of a store. Problems that may hide rules are added to `unread`, others to
    `problems`."""
    key = tree.key(_RULE_KEYS[store])
    rules: dict[str, FirewallRule] = {}
    for value in key.values if key else ():
        if len(rules) > MAX_RULES:
            break
        text = value.data
        try:
            rule = rule_text.parse(value.name, text)
        except rule_text.RuleSyntaxError as error:
            name = for_display(value.name, _SHOWN)
            if "\n" in text:
                unread.append(_runs_on(name, store))
            elif not _is_default(value):
                told: dict[str, Value] = {**_called(name, store), "error": error.phrase}
                problems.append(Phrase("stores.not_a_rule", told))
            continue
        if ("\n" in text or text[-1:] != "|") and _runs_on_or_ends_early(text):
            unread.append(_runs_on(for_display(value.name, _SHOWN), store))
        if is_damaged(rule):
            name = for_display(value.name, _SHOWN)
            problems.append(Phrase("stores.damaged", _called(name, store)))
        # A value that is printed twice, identically, exists only once.
        rules.setdefault(name_key(rule.rule_id), rule)
    return tuple(rules.values())


def _security_rules(
    tree: RegistryTree, store: Store, problems: list[Value], unread: list[Value]
) -> Iterator[SecurityRule]:
    """The connection security rules of a store, with problems as in `_rules`."""
    key = tree.key(_SECURITY_KEYS[store])
    for value in (key.values if key else [])[:MAX_RULES]:
        name = for_display(value.name, _SHOWN)
        if "\n" in value.data:
            unread.append(_runs_on(name, store))
        try:
            yield besides_rules.security_rule(value.name, value.data)
        except rule_text.RuleSyntaxError as error:
            if not _is_default(value):
                told: dict[str, Value] = {**_called(name, store), "error": error.phrase}
                problems.append(Phrase("stores.not_a_rule", told))


def _exceptions(tree: RegistryTree, problems: list[Value]) -> Iterator[FirewallRule]:
    """What the old administrative templates allow. They know the profiles Domain and Standard; the
    latter counts as in [MS-GPFAS] 2.2.3."""
    keys: dict[str, tuple[Profile, ...]] = {"DomainProfile": (Profile.DOMAIN,)}
    if _standard_counts(tree):
        keys["StandardProfile"] = (Profile.PRIVATE, Profile.PUBLIC)
    for name, profiles in keys.items():
        words = [each.word for each in profiles]
        found, invalid = besides_rules.exceptions(tree, f"{GROUP_POLICY_KEY}\\{name}", words)
        yield from found[:MAX_RULES]
        for value in invalid:
            shown: dict[str, Value] = _called(
                for_display(value.name, _SHOWN), Store.GROUP_POLICY
            ) | {"text": Verbatim(for_display(value.data, _SHOWN))}
            problems.append(Phrase("stores.not_an_exception", shown))


def _standard_counts(tree: RegistryTree) -> bool:
    """Whether the key StandardProfile of Group Policy applies to private and public networks
    ([MS-GPFAS] 2.2.3): only if neither has a key of its own."""
    return not any(
        _exists(tree, f"{GROUP_POLICY_KEY}\\{profile.word}Profile")
        for profile in (Profile.PRIVATE, Profile.PUBLIC)
    )


def is_damaged(rule: FirewallRule) -> bool:
    """Whether characters of a rule's id or text were lost on the way: output that is not UTF-8, or
    half a character in the registry itself."""
    return REPLACEMENT in rule.rule_id or REPLACEMENT in (rule.source or "")


def _runs_on_or_ends_early(text: str) -> bool:
    """Whether some of the lines of a value are not of its rule, or its last field is cut."""
    *before, end = text.split("\n")
    return not _is_whole(end) or any(map(_is_whole, before))


def _is_whole(line: str) -> bool:
    # [MS-GPFAS] 2.2.2.19: a | ends each field of a rule, the last one too, and no field has one.
    return line.rstrip(" \r").endswith("|")


def _called(name: str, store: Store) -> dict[str, Value]:
    return {"name": Verbatim(name), "store": Phrase(f"store_name.{store}")}


def _runs_on(name: str, store: Store) -> Phrase:
    return _to_check(Phrase("stores.runs_on", _called(name, store)))


def _to_check(what: Phrase) -> Phrase:
    """A problem that may hide rules, and what to do about it."""
    return Phrase("stores.check", {"what": what})


def _is_default(value: RegistryValue) -> bool:
    """Whether it is the unset default value of a key: reg.exe prints its name, and a note that it
    is not set, in parentheses and in the host's language."""
    texts = (value.name, value.data or "()")
    return all(text.startswith("(") and text.endswith(")") for text in texts)


def _doubtful(doubt: Doubt) -> Phrase:
    values: dict[str, Value] = {
        "line": doubt.line,
        "why": doubt.why,
        "text": Verbatim(for_display(doubt.text, _SHOWN)),
        "key": doubt.key or Phrase("stores.unknown_key"),
    }
    return _to_check(Phrase("stores.doubt", values))


def _contested(
    tree: RegistryTree, profiles: Mapping[Profile, ProfileSettings]
) -> dict[Profile, ProfileSettings]:
    """The profiles with other settings where the keys of MDM are taken the other way round."""
    keys = (f"{_MDM}\\{name}Profile" for name in ("Standard", "Private", "Public"))
    if not any(any(tree.below(key)) for key in keys):
        return {}
    return {
        profile: settings
        for profile, settings in _profiles(tree, mdm_reversed=True).items()
        if settings.values != profiles[profile].values
    }


def _profiles(tree: RegistryTree, *, mdm_reversed: bool = False) -> dict[Profile, ProfileSettings]:
    # The local key of the private profile is StandardProfile in all samples.
    local = {
        Profile.DOMAIN: (LOCAL_POLICY_KEY + r"\DomainProfile",),
        Profile.PRIVATE: (
            LOCAL_POLICY_KEY + r"\StandardProfile",
            LOCAL_POLICY_KEY + r"\PrivateProfile",
        ),
        Profile.PUBLIC: (LOCAL_POLICY_KEY + r"\PublicProfile",),
    }
    group_policy = {
        profile: (GROUP_POLICY_KEY + f"\\{profile.word}Profile",) for profile in Profile
    }
    if _standard_counts(tree):
        standard = (GROUP_POLICY_KEY + r"\StandardProfile",)
        group_policy |= {Profile.PRIVATE: standard, Profile.PUBLIC: standard}
    managed = {
        Profile.DOMAIN: (_MDM + r"\DomainProfile",),
        Profile.PRIVATE: (_MDM + r"\StandardProfile", _MDM + r"\PrivateProfile"),
        Profile.PUBLIC: (_MDM + r"\PublicProfile",),
    }
    if mdm_reversed:
        # So say benchmarks of the Center for Internet Security.
        managed[Profile.PRIVATE] = (_MDM + r"\PublicProfile",)
        managed[Profile.PUBLIC] = (_MDM + r"\StandardProfile",)
    return {
        profile: profile_settings.merge(
            tree,
            {
                Origin.LOCAL: local[profile],
                Origin.GROUP_POLICY: group_policy[profile],
                Origin.MDM: managed[profile],
            },
        )
        for profile in Profile
    }


def _exists(tree: RegistryTree, path: str) -> bool:
    # reg.exe also prints a key that has only subkeys, but a subkey by itself proves that its parent
    # exists.
    return any(True for _unused in tree.below(path))


def all_rules(stores: FirewallStores, which: Iterable[Store]) -> Iterable[FirewallRule]:
    """The rules of several stores, in their order."""
    for store in which:
        yield from stores.of(store)
