# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a firewall rule that are texts: what Windows refuses in them, and why.

The limits are those of [MS-FASP] 2.2.37.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection

from ...ground.names import ascii_lower, name_key, same_name
from ...wsman.cim import classes
from ...wsman.cim.objects import CimValue
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from .option import (
    ANY,
    ANY_WORDS,
    NOTHING_SHARED,
    SHARED_UNKNOWN,
    TEXT,
    Option,
    OptionError,
    Shared,
    shown_value,
    single,
)

MAX_TEXT = 9_999
MAX_PATH = 259

#: The program under which http.sys, and so WinRM, listens.
_SYSTEM = "System"
_ANY_IN_CIM = "Any"


def text(option: str, value: object, *, limit: int = MAX_TEXT) -> str:
    """A text as it is, refused if the rule store could not hold it."""
    if not isinstance(value, str):
        raise OptionError(option, "option.no_text", value=shown_value(value))
    if len(value) > limit:
        raise OptionError(option, "option.too_long", count=len(value), limit=limit)
    if "|" in value:
        raise OptionError(option, "option.bar")
    for character in value:
        if character == "\ufffd":
            raise OptionError(option, "option.replacement")
        # XML can't carry the last two.
        if unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff":
            raise OptionError(option, "option.control", code=f"U+{ord(character):04X}")
    return value


def _name(option: str, value: object) -> str:
    found = text(option, value)
    if not found.strip():
        raise OptionError(option, "option.no_name")
    if ascii_lower(found) == "all":
        raise OptionError(option, "option.named_all")
    if found.startswith("@"):
        raise OptionError(option, "option.name_reference")
    return found


def _check_name(rule: FirewallRule) -> None:
    if not rule.name:
        raise OptionError("name", "option.new_without_name")


NAME = Option(
    name="name",
    argument=TEXT,
    attributes=("name",),
    read=single("name", _name),
    show=lambda rule, _environment: rule.name,
    cim_class=classes.NET_FIREWALL_RULE,
    cim={"ElementName": lambda rule, _environment: rule.name},
    check=_check_name,
    only_text=True,
)


def _rule_id(option: str, value: object) -> str:
    """The name of the rule's value in the registry."""
    found = text(option, value, limit=511)
    if not found.strip():
        raise OptionError(option, "option.no_id")
    if "    REG_" in found:
        raise OptionError(option, "option.id_like_type")
    return found


RULE_ID = Option(
    name="rule_id",
    argument=TEXT,
    attributes=("rule_id",),
    read=single("rule_id", _rule_id),
)


def _or_none(option: str, value: object) -> str | None:
    # An empty text removes the description; the rule store has no empty ones.
    return text(option, value) or None


DESCRIPTION = Option(
    name="description",
    argument=TEXT,
    attributes=("description",),
    read=single("description", _or_none),
    show=lambda rule, _environment: rule.description or "",
    blank="",
    cim_class=classes.NET_FIREWALL_RULE,
    cim={"Description": lambda rule, _environment: rule.description},
    only_text=True,
)

GROUP = Option(
    name="group",
    argument=TEXT,
    attributes=("group",),
    read=single("group", _or_none),
    show=lambda rule, _environment: rule.group or "",
    blank="",
    cim_class=classes.NET_FIREWALL_RULE,
    cim={"RuleGroup": lambda rule, _environment: rule.group},
    only_text=True,
)


def _program(option: str, value: object) -> str | None:
    """The path of an executable; None for any."""
    found = text(option, value, limit=MAX_PATH)
    if not found or ascii_lower(found) in ANY_WORDS - {"*"}:
        return None
    if "*" in found or "?" in found:
        raise OptionError(option, "option.wildcards")
    wrong = sorted(set('/"<>') & set(found))
    if wrong:
        key = "option.slash" if "/" in wrong else "option.character"
        raise OptionError(option, key, character=wrong[0])
    is_path = found[1:3] == ":\\" or found.startswith(("%", "\\\\"))
    if not is_path and ascii_lower(found) != "system":
        raise OptionError(option, "option.no_path", path=shown_value(found))
    return found


def _same_program(rule: FirewallRule, environment: Environment) -> object:
    return name_key(environment.expand(rule.program) or rule.program) if rule.program else None


def _shared_program(first: FirewallRule, second: FirewallRule, environment: Environment) -> Shared:
    if first.program is None or second.program is None:
        return Shared({"program": first.program or second.program})
    one, other = environment.expand(first.program), environment.expand(second.program)
    # A path with an unknown variable may be any file.
    return SHARED_UNKNOWN if one is None or other is None else NOTHING_SHARED


def _other_program(before: FirewallRule, after: FirewallRule, _ports: Collection[int]) -> bool:
    return after.program is not None and not any(
        program is not None and same_name(after.program, program)
        for program in (_SYSTEM, before.program)
    )


def _or_any(attribute: str) -> Callable[[FirewallRule, Environment], CimValue]:
    return lambda rule, _environment: getattr(rule, attribute) or _ANY_IN_CIM


PROGRAM = Option(
    name="program",
    argument=TEXT,
    attributes=("program",),
    read=single("program", _program),
    show=lambda rule, _environment: rule.program or ANY,
    compare=_same_program,
    blank=ANY,
    cim_class=classes.NET_APPLICATION_FILTER,
    cim={"AppPath": _or_any("program")},
    fact="rule_programs",
    shared=_shared_program,
    cuts=_other_program,
    enough=True,
)


def _service(option: str, value: object) -> str | None:
    """The short name of a service; None for any program, ``*`` for any service."""
    found = text(option, value, limit=MAX_PATH)
    if not found or ascii_lower(found) in ANY_WORDS - {"*"}:
        return None
    if "/" in found or "\\" in found:
        raise OptionError(option, "option.no_service", value=shown_value(found))
    return found


def _same_service(rule: FirewallRule, _environment: Environment) -> object:
    return name_key(rule.service) if rule.service else None


def _shared_service(first: FirewallRule, second: FirewallRule, _environment: Environment) -> Shared:
    for one, other in ((first, second), (second, first)):
        if one.service is None or (one.service == "*" and other.service is not None):
            return Shared({"service": other.service})
    # Two services may share a process.
    return SHARED_UNKNOWN


def _other_service(before: FirewallRule, after: FirewallRule, _ports: Collection[int]) -> bool:
    # Windows looks for the service's SID in the token of the process that listens, and that of
    # http.sys has none ([MS-FASP] 2.2.37, wszLocalService).
    return after.service is not None and not (
        before.service is not None and same_name(after.service, before.service)
    )


SERVICE = Option(
    name="service",
    argument=TEXT,
    attributes=("service",),
    read=single("service", _service),
    show=lambda rule, _environment: rule.service or ANY,
    compare=_same_service,
    blank=ANY,
    cim_class=classes.NET_SERVICE_FILTER,
    cim={"ServiceName": _or_any("service")},
    fact="rule_services",
    shared=_shared_service,
    cuts=_other_service,
    enough=True,
)

#: In the order of the table.
WHICH_RULE = (NAME, RULE_ID)
WHOSE_TRAFFIC = (PROGRAM, SERVICE)
FOR_PEOPLE = (DESCRIPTION, GROUP)
