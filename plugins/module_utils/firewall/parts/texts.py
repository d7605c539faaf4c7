# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a firewall rule that are texts: what Windows refuses in them, and why.

The limits are those of [MS-FASP] 2.2.37.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection

from ...asked import accounts, escapes
from ...asked.accounts import AccountsError, is_sid
from ...ground.names import ascii_lower, ascii_upper, name_key, same_name
from ...words.phrases import Phrase, said
from ...wsman.cim import classes
from ...wsman.cim.objects import CimValue
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from ..policy.vocabulary import Authentication, Direction
from .option import (
    ANY,
    ANY_WORDS,
    NOTHING_SHARED,
    SHARED_UNKNOWN,
    TEXT,
    TEXTS,
    Attributes,
    Option,
    OptionError,
    Plain,
    Shared,
    entries,
    is_any,
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
            problem = Phrase("option.control", {"code": escapes.code(character)})
            raise OptionError.of_character(option, problem, character)
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
        raise OptionError("rule_id", "option.new_without_name")


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
    # An empty text removes the description; the rule store has no empty ones, and blanks say no
    # more.
    found = text(option, value)
    return found if found.strip() else None


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
    compare=lambda rule, _environment: name_key(rule.service) if rule.service else None,
    blank=ANY,
    cim_class=classes.NET_SERVICE_FILTER,
    cim={"ServiceName": _or_any("service")},
    fact="rule_services",
    shared=_shared_service,
    cuts=_other_service,
    enough=True,
)


def _package(option: str, value: object) -> str | None:
    """The SID of an app package; None for any program."""
    found = text(option, value)
    if not found or ascii_lower(found) in ANY_WORDS:
        return None
    # Windows gives packages SIDs below this one ([MS-DTYP] 2.4.2.4, APP_PACKAGE_AUTHORITY).
    if not is_sid(found) or not ascii_upper(found).startswith("S-1-15-2-"):
        raise OptionError(option, "option.no_package", value=shown_value(found))
    return ascii_upper(found)


def _shared_package(first: FirewallRule, second: FirewallRule, _environment: Environment) -> Shared:
    one, other = first.package_sid, second.package_sid
    if one is None or other is None or same_name(one, other):
        return Shared({"package_sid": one or other})
    return NOTHING_SHARED


PACKAGE = Option(
    name="package",
    argument=TEXT,
    attributes=("package_sid",),
    read=single("package_sid", _package),
    show=lambda rule, _environment: rule.package_sid or ANY,
    compare=lambda rule, _environment: name_key(rule.package_sid or ""),
    blank=ANY,
    cim_class=classes.NET_APPLICATION_FILTER,
    cim={"Package": _or_any("package_sid")},
    fact="rule_packages",
    shared=_shared_package,
    cuts=lambda before, after, _ports: (
        bool(after.package_sid) and not same_name(after.package_sid or "", before.package_sid or "")
    ),
    enough=True,
    limit="package",
)


def _accounts(option: str, value: object) -> str | None:
    """A list of accounts in SDDL; None for any. SIDs alone make a list that allows them."""
    given = [each.strip() for each in entries(option, value)]
    if is_any(option, given):
        return None
    for each in given:
        text(option, each)
    try:
        if len(given) == 1 and ":" in given[0]:
            accounts.parse(given[0])
            return given[0]
    except AccountsError as error:
        raise OptionError(option, "option.as_told", problem=said(error)) from None
    for each in given:
        if not is_sid(each):
            raise OptionError(option, "option.no_account", value=shown_value(each))
    return text(option, accounts.listed(dict.fromkeys(given)))


def _of_accounts(
    name: str,
    attribute: str,
    *,
    check: Callable[[FirewallRule], None] | None = None,
    doubt: Callable[[FirewallRule], Phrase | None] | None = None,
    enough: bool = False,
) -> Option:
    """The option that is stored in this attribute, whose plural is the name of its property."""

    def meaning(rule: FirewallRule) -> object:
        return accounts.meaning(getattr(rule, attribute))

    def show(rule: FirewallRule, _environment: Environment) -> Plain:
        encoded = rule.local_users_encoded if attribute == "local_users" else None
        return getattr(rule, attribute) or encoded or ANY

    def shared(first: FirewallRule, second: FirewallRule, _environment: Environment) -> Shared:
        one, other = getattr(first, attribute), getattr(second, attribute)
        if one is None or other is None or meaning(first) == meaning(second):
            return Shared({attribute: one or other})
        return SHARED_UNKNOWN

    def cuts(before: FirewallRule, after: FirewallRule, _ports: Collection[int]) -> bool:
        return meaning(after) is not None and meaning(after) != meaning(before)

    return Option(
        name=name,
        argument=TEXTS,
        attributes=(attribute,),
        read=single(attribute, _accounts),
        show=show,
        compare=lambda rule, _environment: meaning(rule),
        blank=ANY,
        cim_class=classes.NET_NETWORK_LAYER_SECURITY_FILTER,
        cim={name.title().replace("_", "") + "s": _or_any(attribute)},
        fact="rule_accounts",
        shared=shared,
        cuts=cuts,
        check=check,
        doubt=doubt,
        enough=enough,
        limit="users" if attribute == "local_users" else "remote_accounts",
        set_in_windows_rules=True,
    )


def _users_beside_service(rule: FirewallRule) -> Phrase | None:
    # [MS-FASP] 2.2.24 has a status for it, and 2.2.37 no check.
    return Phrase("doubt.users_and_service") if rule.local_users and rule.service else None


def _authenticated(name: str, attribute: str) -> Callable[[FirewallRule], None]:
    """[MS-FASP] 2.2.37: only authenticated traffic has an account of the other side."""

    def check(rule: FirewallRule) -> None:
        if getattr(rule, attribute) is None:
            return
        if rule.authentication is Authentication.NOT_REQUIRED:
            raise OptionError(
                name, "option.accounts_unauthenticated", option="authentication", name=name
            )
        # [MS-FASP] 2.2.24, REMOTE_USER_LIST. 2.2.37 says so of machines instead, but policies that
        # Windows has written have outbound rules with these.
        if name == "remote_user" and rule.direction is Direction.OUT:
            raise OptionError(name, "option.edge_outbound")

    return check


REMOTE_MACHINE = _of_accounts(
    "remote_machine",
    "remote_machines",
    check=_authenticated("remote_machine", "remote_machines"),
)
REMOTE_USER = _of_accounts(
    "remote_user", "remote_users", check=_authenticated("remote_user", "remote_users")
)
LOCAL_USER = _of_accounts("local_user", "local_users", doubt=_users_beside_service, enough=True)

_VERSION = re.compile(r"([0-9]{1,3})\.([0-9]{1,3})(\+?)\Z")
_WINDOWS_NT = 2  # VER_PLATFORM_WIN32_NT
_AND_LATER = "GTEQ"


def _platform(option: str, value: object, _asked: Attributes) -> Attributes:
    """Versions of Windows; one of them may have a plus behind it, for it and all later ones."""
    if is_any(option, value):
        return {"platforms": (), "platform_operator": None}
    exact: set[tuple[int, int, int]] = set()
    later: set[tuple[int, int, int]] = set()
    for each in entries(option, value):
        match = _VERSION.match(each)
        if match is None or int(match[1]) > 255 or int(match[2]) > 255:
            raise OptionError(option, "option.no_version", value=shown_value(each))
        version = (_WINDOWS_NT, int(match[1]), int(match[2]))
        (later if match[3] else exact).add(version)
    if len(later) > 1:
        raise OptionError(option, "option.several_later", value="+")
    # [MS-FASP] 2.2.31: the operator belongs to the last one.
    return {
        "platforms": (*sorted(exact - later), *later),
        "platform_operator": _AND_LATER if later else None,
    }


def _versions(rule: FirewallRule, _environment: Environment) -> list[str]:
    last = rule.platforms[-1:] if rule.platform_operator else ()
    others = sorted(set(rule.platforms) - set(last))
    found = [f"{major}.{minor}" for _unused, major, minor in (*others, *last)]
    return [*found[:-1], found[-1] + "+"] if last else found


def _shared_platform(first: FirewallRule, second: FirewallRule, known: Environment) -> Shared:
    one, other = _versions(first, known), _versions(second, known)
    if not one or not other or one == other:
        of = first if one else second
        return Shared({"platforms": of.platforms, "platform_operator": of.platform_operator})
    return SHARED_UNKNOWN


PLATFORM = Option(
    name="platform",
    argument=TEXTS,
    attributes=("platforms", "platform_operator"),
    read=_platform,
    show=lambda rule, environment: _versions(rule, environment) or [ANY],
    compare=lambda rule, environment: frozenset(_versions(rule, environment)),
    blank=[ANY],
    cim_class=classes.NET_FIREWALL_RULE,
    cim={"Platforms": lambda rule, environment: tuple(_versions(rule, environment)) or None},
    fact="rule_platforms",
    shared=_shared_platform,
    cuts=lambda before, after, _ports: (
        bool(after.platforms)
        and (after.platforms, after.platform_operator)
        != (before.platforms, before.platform_operator)
    ),
    limit="platforms",
)

#: In the order of the table.
WHICH_RULE = (NAME, RULE_ID)
WHOSE_TRAFFIC = (PROGRAM, SERVICE, PACKAGE)
WHICH_ACCOUNTS = (REMOTE_MACHINE, REMOTE_USER, LOCAL_USER)
WHICH_WINDOWS = (PLATFORM,)
FOR_PEOPLE = (DESCRIPTION, GROUP)
