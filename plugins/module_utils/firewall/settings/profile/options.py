# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of a profile that a task can change: a record of everything that the collection has
to know about each.

The names are those of MSFT_NetFirewallProfile, which Set-NetFirewallProfile has as well; its
documentation has the values, the defaults and the bounds. Which value is in force if several stores
have one: documentation of the Firewall CSP, in the words of [MS-FASP] 2.2.38.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeAlias

from ....asked.arguments import LANGUAGE, ArgumentSpec
from ....ground.names import name_key
from ....ground.text import escaped, for_display
from ....words.phrases import Joined, Phrase, Value
from ....wsman.cim.objects import CimValue
from ....wsman.cim.row_values import MAX_PATH
from ...parts.option import OptionError, shown_value
from ...policy.environment import Environment
from ...policy.profile_settings import Origin, ProfileSettings, Setting
from ...policy.vocabulary import Action, Profile

#: The value of a setting in one store; None if it is not configured there.
Local: TypeAlias = bool | str | int | None

NOT_CONFIGURED = "not_configured"
ALLOW, BLOCK = "allow", "block"

_TRUE = frozenset({"true", "yes", "on", "1", "enabled"})
_FALSE = frozenset({"false", "no", "off", "0", "disabled"})
_UNSET = frozenset({NOT_CONFIGURED, "notconfigured"})

# MSFT_NetFirewallProfile: 0 false, 1 true, 2 not configured; actions 0 not configured, 2 allow, 4
# block; MAXUINT64 for a size that is not configured (docs/fidelity.md, profile_settings).
_SWITCHES: Mapping[object, Local] = {0: False, 1: True, 2: None}
_ACTIONS: Mapping[object, Local] = {0: None, 2: ALLOW, 4: BLOCK}
_NO_SIZE = 2**64 - 1

MOST_KILOBYTES = 32_767
# MAX_PATH without the NUL at its end (documentation: Naming Files, Paths, and Namespaces).
_MOST_CHARACTERS = 259
_BEGINNING = re.compile(r"(?:[A-Za-z]:|%[^%\\/:]+%)\\")
# What no name of a file has (the same document), and the slash, which Windows takes for a
# separator in some places only.
_NOT_IN_NAMES = '<>:"/|?*'
# Names of devices, with any extension (the same document): no file of such a name is ever written.
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|com[1-9\u00b9\u00b2\u00b3]|lpt[1-9\u00b9\u00b2\u00b3])\s*(?:\.|\Z)", re.I
)

_POLICIES = (Origin.GROUP_POLICY, Origin.MDM)


class UnknownValueError(ValueError):
    """A host has a value that none of the documents knows."""


class Law(Enum):
    """Which value is in force if several stores have one."""

    POLICY_FIRST = 0
    #: The value that is on, wherever it comes from.
    ON_WINS = 1
    #: Only the value of a policy.
    POLICY_ONLY = 2


@dataclass(frozen=True, kw_only=True)
class ProfileOption:
    """One setting of a profile.

    Attributes:
        name: that of the option.
        cim_property: that of the CIM class.
        argument: its argument spec.
        read: parses what a task says (the name of the option, its value). Raises OptionError.
        of_cim, to_cim: the value in the class, both ways. Raises UnknownValueError. No value of the
            class says that the path of a file is not configured.
        attribute: where ProfileSettings has the value in force; behind ``beside.`` that of
            `BesideTraffic`.
        negated: that value means the opposite.
        law: which value is in force.
        is_path: it is the path of a file.
    """

    name: str
    cim_property: str
    argument: Mapping[str, Any]
    read: Callable[[str, object], Local]
    of_cim: Callable[[CimValue], Local]
    to_cim: Callable[[Local], CimValue]
    attribute: str
    negated: bool = False
    law: Law = Law.POLICY_FIRST
    is_path: bool = False

    def same(self, one: Local, other: Local, environment: Environment) -> bool:
        """Whether two values are the same to Windows."""
        if self.is_path and isinstance(one, str) and isinstance(other, str):
            return _folded(one, environment) == _folded(other, environment)
        return one == other

    def in_force(self, settings: ProfileSettings) -> Setting[Local]:
        """The value in force, as the option has it."""
        found = _setting(settings, self.attribute)
        value: Local = found.value
        if isinstance(found.value, Action):
            value = ALLOW if found.value is Action.ALLOW else BLOCK
        elif self.negated:
            value = not found.value
        return Setting(value, found.origin, found.path)

    @property
    def default(self) -> Local:
        """The value in force if no store has one."""
        return self.in_force(ProfileSettings()).value

    def set_locally(self, settings: ProfileSettings, value: Local) -> ProfileSettings:
        """The settings in force if the local store has a value."""
        now = _setting(settings, self.attribute)
        by_policy = now.origin in _POLICIES
        wanted: object = value
        if isinstance(value, str) and isinstance(now.value, Action):
            wanted = Action.ALLOW if value == ALLOW else Action.BLOCK
        elif self.negated and value is not None:
            wanted = not value
        if self.law is Law.POLICY_ONLY:
            return settings
        if by_policy and (self.law is Law.POLICY_FIRST or now.value is True or wanted is not True):
            return settings
        if value is None:
            return _with(settings, self.attribute, _setting(ProfileSettings(), self.attribute))
        path = now.path if now.origin is Origin.LOCAL else ""
        return _with(settings, self.attribute, Setting(wanted, Origin.LOCAL, path))


def shown(value: Local) -> str | bool | int:
    """A value in results."""
    return NOT_CONFIGURED if value is None else value


def worded(value: Local) -> Value:
    """A value in sentences, as a task writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(shown(value))


def _folded(path: str, environment: Environment) -> str:
    return name_key(environment.expand(path) or path)


def _setting(settings: ProfileSettings, attribute: str) -> Setting[Any]:
    holder, _dot, name = attribute.rpartition(".")
    found: Setting[Any] = getattr(getattr(settings, holder) if holder else settings, name)
    return found


def _with(settings: ProfileSettings, attribute: str, setting: Setting[Any]) -> ProfileSettings:
    holder, _dot, name = attribute.rpartition(".")
    values: dict[str, Any] = {name: setting}
    if holder:
        values = {holder: replace(getattr(settings, holder), **values)}
    return replace(settings, **values)


# -- what a task says --------------------------------------------------------------------------


def _read_switch(name: str, given: object) -> Local:
    word = name_key(str(given).strip())
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    if word in _UNSET:
        return None
    raise _no_word(name, given, ("true", "false", NOT_CONFIGURED))


def _read_action(name: str, given: object) -> Local:
    word = name_key(str(given).strip())
    if word in (ALLOW, BLOCK):
        return word
    if word in _UNSET:
        return None
    raise _no_word(name, given, (ALLOW, BLOCK, NOT_CONFIGURED))


def _no_word(name: str, given: object, allowed: tuple[str, ...]) -> OptionError:
    listed = Joined(allowed, "list.separator")
    return OptionError(name, "option.no_word", value=shown_value(given), allowed=listed)


def _read_path(name: str, given: object) -> Local:
    path = str(given)
    if not path.strip():
        raise OptionError(name, "option.log_file_empty")
    if len(path) > _MOST_CHARACTERS:
        raise OptionError(name, "option.too_long", count=len(path), limit=_MOST_CHARACTERS)
    begins = _BEGINNING.match(path)
    # The backslash behind the drive may have become one of the characters that are refused.
    rest = path[begins.end() if begins else 0 :]
    for character in rest:
        if (begins and character in _NOT_IN_NAMES) or not character.isprintable():
            shown_character = for_display(character) or escaped(character)
            problem = Phrase("option.log_file_character", {"character": shown_character})
            raise OptionError.of_character(name, problem, character)
    if not begins:
        raise OptionError(name, "option.log_file_not_absolute", value=for_display(path))
    if rest.count("%") % 2:
        raise OptionError(name, "option.log_file_percent", value=for_display(path))
    parts = rest.split("\\")
    if not all(part.strip(". ") for part in parts) or parts[-1] != parts[-1].strip():
        raise OptionError(name, "option.log_file_no_name", value=for_display(path))
    if any(map(_DEVICE.match, parts)):
        raise OptionError(name, "option.log_file_device", value=for_display(path))
    return path


def _read_size(name: str, given: object) -> Local:
    if not isinstance(given, int) or not 1 <= given <= MOST_KILOBYTES:
        raise OptionError(
            name, "option.log_size", value=for_display(str(given)), most=MOST_KILOBYTES
        )
    return given


# -- what a host says --------------------------------------------------------------------------


def _of_words(words: Mapping[object, Local]) -> Callable[[CimValue], Local]:
    def of_cim(value: CimValue) -> Local:
        if isinstance(value, bool) or value not in words:
            raise UnknownValueError(value)
        return words[value]

    return of_cim


def _to_words(words: Mapping[object, Local]) -> Callable[[Local], CimValue]:
    numbers = {value: number for number, value in words.items() if isinstance(number, int)}

    def to_cim(value: Local) -> CimValue:
        return numbers[value]

    return to_cim


def _path_of_cim(value: CimValue) -> Local:
    if value is None or (isinstance(value, str) and name_key(value) in ("", *_UNSET)):
        return None
    if not isinstance(value, str):
        raise UnknownValueError(value)
    return value[:MAX_PATH]


def _path_to_cim(value: Local) -> CimValue:
    if not isinstance(value, str):
        raise UnknownValueError(value)
    return value


def _size_of_cim(value: CimValue) -> Local:
    if value is None or value == _NO_SIZE:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnknownValueError(value)
    return value


def _size_to_cim(value: Local) -> CimValue:
    return _NO_SIZE if value is None else value


# -- the table ---------------------------------------------------------------------------------

_RAW: Mapping[str, Any] = {"type": "raw"}


def _switch(name: str, cim_property: str, attribute: str, **more: Any) -> ProfileOption:
    return ProfileOption(
        name=name,
        cim_property=cim_property,
        attribute=attribute,
        **{"argument": _RAW, **more},
        read=_read_switch,
        of_cim=_of_words(_SWITCHES),
        to_cim=_to_words(_SWITCHES),
    )


def _action(name: str, cim_property: str, attribute: str, alias: str) -> ProfileOption:
    return ProfileOption(
        name=name,
        cim_property=cim_property,
        attribute=attribute,
        argument={"type": "str", "aliases": [alias]},
        read=_read_action,
        of_cim=_of_words(_ACTIONS),
        to_cim=_to_words(_ACTIONS),
    )


OPTIONS: tuple[ProfileOption, ...] = (
    _switch("enabled", "Enabled", "enabled", argument={"type": "raw", "aliases": ["state"]}),
    _action("default_inbound_action", "DefaultInboundAction", "default_inbound", "inbound_action"),
    _action(
        "default_outbound_action", "DefaultOutboundAction", "default_outbound", "outbound_action"
    ),
    _switch(
        "allow_inbound_rules",
        "AllowInboundRules",
        "block_all_inbound",
        negated=True,
        law=Law.ON_WINS,
    ),
    _switch(
        "allow_local_firewall_rules",
        "AllowLocalFirewallRules",
        "local_rules",
        law=Law.POLICY_ONLY,
    ),
    _switch(
        "allow_local_ipsec_rules",
        "AllowLocalIPsecRules",
        "local_security_rules",
        law=Law.POLICY_ONLY,
    ),
    _switch("allow_user_apps", "AllowUserApps", "local_application_rules"),
    _switch("allow_user_ports", "AllowUserPorts", "local_port_rules", law=Law.POLICY_ONLY),
    _switch(
        "allow_unicast_response_to_multicast",
        "AllowUnicastResponseToMulticast",
        "beside.unicast_responses",
    ),
    _switch("notify_on_listen", "NotifyOnListen", "beside.notifications"),
    _switch(
        "enable_stealth_mode_for_ipsec", "EnableStealthModeForIPsec", "beside.stealth_for_ipsec"
    ),
    ProfileOption(
        name="log_file_name",
        cim_property="LogFileName",
        argument={"type": "str"},
        read=_read_path,
        of_cim=_path_of_cim,
        to_cim=_path_to_cim,
        attribute="beside.log_file",
        is_path=True,
    ),
    ProfileOption(
        name="log_max_size_kilobytes",
        cim_property="LogMaxSizeKilobytes",
        argument={"type": "int"},
        read=_read_size,
        of_cim=_size_of_cim,
        to_cim=_size_to_cim,
        attribute="beside.log_size",
    ),
    _switch("log_allowed", "LogAllowed", "beside.log_allowed", law=Law.ON_WINS),
    _switch("log_blocked", "LogBlocked", "beside.log_blocked", law=Law.ON_WINS),
    _switch("log_ignored", "LogIgnored", "beside.log_ignored", law=Law.ON_WINS),
)
BY_NAME: Mapping[str, ProfileOption] = {each.name: each for each in OPTIONS}

#: The arguments for the settings of one profile.
SETTINGS: ArgumentSpec = {each.name: dict(each.argument) for each in OPTIONS}

FIREWALL_PROFILE: ArgumentSpec = {
    **LANGUAGE,
    "profiles": {"type": "list", "elements": "str", "aliases": ["name", "profile"]},
    **SETTINGS,
    # Its entries are checked by `SETTINGS`.
    "by_profile": {"type": "dict"},
    "force": {"type": "bool", "default": False},
}

#: What a task wants: values by options, of each profile that it names.
Wish: TypeAlias = Mapping[Profile, Mapping[str, Local]]


def wish(given: Mapping[str, Any], own: Mapping[Profile, Mapping[str, Any]]) -> Wish:
    """What a task wants, from its arguments.

    Args:
        given: those of the task.
        own: those of single profiles.

    Raises:
        OptionError: a value is none that Windows has.
    """
    common = _read(given)
    names = given["profiles"]
    if names is None:
        # Settings of single profiles alone are for these; anything else is for all of them.
        named = [each for each in Profile if common or not own or each in own]
    else:
        named = [profile_named(each, "profiles") for each in names]
        if not named:
            raise OptionError("profiles", "option.no_profiles")
    wanted: dict[Profile, dict[str, Local]] = {}
    for profile in Profile:
        if profile in named or profile in own:
            of_all = common if profile in named else {}
            place = ("by_profile", profile.word.lower())
            wanted[profile] = of_all | _read(own.get(profile, {}), *place)
    return wanted


def profile_named(name: str, option: str) -> Profile:
    """The profile that a task names in an option. Raises OptionError."""
    for each in Profile:
        if name_key(each.word) == name_key(name.strip()):
            return each
    raise _no_word(option, name, tuple(each.word.lower() for each in Profile))


def _read(given: Mapping[str, Any], *place: str) -> dict[str, Local]:
    return {
        each.name: each.read(".".join((*place, each.name)), given[each.name])
        for each in OPTIONS
        if given.get(each.name) is not None
    }


def in_words(option: str, value: Local, path: str = "") -> Phrase:
    """``option = value``, and where it is set."""
    values: dict[str, Value] = {"option": option, "value": worded(value), "path": path}
    return Phrase("profile.value_at" if path else "profile.value", values)
