# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task may say of a profile, what a host may, and what policies leave of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    ProfileSettings,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.profile import (
    options,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.profile.options import (
    BY_NAME,
    OPTIONS,
    Law,
    Local,
    UnknownValueError,
)
from unit.rows import each_row

DOMAIN, PRIVATE, PUBLIC = Profile
HOST = Environment()
LOCAL, GROUP_POLICY, MDM = Origin.LOCAL, Origin.GROUP_POLICY, Origin.MDM
DEFAULT_LOG = r"%systemroot%\system32\LogFiles\Firewall\pfirewall.log"


def read(name: str, value: object) -> Local:
    return BY_NAME[name].read(name, value)


@each_row(
    ("name", "given", "value"),
    [
        ("enabled", True, True),
        ("enabled", False, False),
        ("enabled", "yes", True),
        ("enabled", "No", False),
        ("enabled", " on ", True),
        ("enabled", "NotConfigured", None),
        ("enabled", "not_configured", None),
        # As community.windows.win_firewall has it under the name of state.
        ("enabled", "disabled", False),
        ("enabled", 1, True),
        ("default_inbound_action", "Block", "block"),
        ("default_outbound_action", "allow", "allow"),
        ("default_outbound_action", "not_configured", None),
        ("log_max_size_kilobytes", 1, 1),
        ("log_max_size_kilobytes", 32767, 32767),
        ("log_file_name", DEFAULT_LOG, DEFAULT_LOG),
        ("log_file_name", r"D:\ログ\fire wall.log", r"D:\ログ\fire wall.log"),
        ("log_file_name", r"%ProgramData%\%COMPUTERNAME%.log", r"%ProgramData%\%COMPUTERNAME%.log"),
    ],
)
def test_what_a_task_says(name: str, given: object, value: Local) -> None:
    assert read(name, given) == value


@each_row(
    ("name", "given", "why"),
    [
        ("enabled", "maybe", "is not one of true, false, not_configured"),
        ("enabled", "", "'' is not one of"),
        ("enabled", [True], "is not one of"),
        ("default_inbound_action", "bypass", "is not one of allow, block, not_configured"),
        ("default_inbound_action", "true", "is not one of"),
        ("log_max_size_kilobytes", 0, "from 1 to 32767"),
        ("log_max_size_kilobytes", 32768, "from 1 to 32767"),
        ("log_max_size_kilobytes", -1, "from 1 to 32767"),
        ("log_file_name", "", "the path of a file is needed"),
        ("log_file_name", "pfirewall.log", "must begin with a drive"),
        ("log_file_name", r"\\server\share\a.log", "must begin with a drive"),
        ("log_file_name", r"\a.log", "must begin with a drive"),
        ("log_file_name", "C:a.log", "must begin with a drive"),
        ("log_file_name", "%systemroot%a.log", "must begin with a drive"),
        ("log_file_name", "%%\\a.log", "must begin with a drive"),
        ("log_file_name", "C:\\logs/a.log", "/ is not allowed"),
        ("log_file_name", "C:\\a?.log", "? is not allowed"),
        ("log_file_name", "C:\\a:b.log", ": is not allowed"),
        ("log_file_name", 'C:\\"a".log', '" is not allowed'),
        ("log_file_name", "C:\\a\nb.log", "is not allowed"),
        ("log_file_name", "C:\\a\rb.log", "If \\r was meant: "),
        ("log_file_name", "C:\temp\\a.log", "\\u0009 is not allowed in the path"),
        ("log_file_name", "C:\new\\a.log", "write each backslash twice there."),
        ("log_file_name", "C:\\100%.log", "% in"),
        ("log_file_name", "C:\\logs\\", "does not end in the name of a file"),
        ("log_file_name", "C:\\a\n.log", "the character \\u000a is not allowed"),
        ("log_file_name", "C:\\..\\a.log", "a folder in it has no name"),
        ("log_file_name", "C:\\\\a.log", "a folder in it has no name"),
        ("log_file_name", "C:\\a.log ", "does not end in the name of a file"),
        ("log_file_name", "C:\\logs\\con", "reserves for a device"),
        ("log_file_name", "%windir%\\Nul.log", "reserves for a device"),
        ("log_file_name", "C:\\COM1\\a.log", "reserves for a device"),
        ("log_file_name", "C:\\" + "a" * 257, "260 characters are too many"),
    ],
)
def test_what_no_task_may_say(name: str, given: object, why: str) -> None:
    with pytest.raises(OptionError) as error:
        read(name, given)
    assert why in str(error.value)
    assert str(error.value).startswith(f"{name}: ")


@each_row(
    ("name", "number", "value"),
    [
        ("enabled", 0, False),
        ("enabled", 1, True),
        ("enabled", 2, None),
        ("default_inbound_action", 0, None),
        ("default_inbound_action", 2, "allow"),
        ("default_inbound_action", 4, "block"),
        ("log_max_size_kilobytes", 4096, 4096),
        ("log_max_size_kilobytes", 2**64 - 1, None),
        ("log_file_name", DEFAULT_LOG, DEFAULT_LOG),
    ],
)
def test_what_a_host_has_is_told_and_written_alike(name: str, number: Any, value: Local) -> None:
    assert BY_NAME[name].of_cim(number) == value
    assert BY_NAME[name].to_cim(value) == number


@each_row(
    ("name", "value"),
    [
        ("enabled", 3),
        ("enabled", None),
        ("enabled", True),
        ("enabled", "1"),
        ("default_inbound_action", 3),
        ("default_inbound_action", 1),
        ("log_max_size_kilobytes", "big"),
        ("log_file_name", 7),
    ],
)
def test_a_value_that_is_not_known_is_none(name: str, value: Any) -> None:
    with pytest.raises(UnknownValueError):
        BY_NAME[name].of_cim(value)


@each_row("value", [None, "", "NotConfigured"])
def test_a_host_without_a_log_file(value: Any) -> None:
    assert BY_NAME["log_file_name"].of_cim(value) is None


@each_row(
    ("one", "other", "same"),
    [
        (DEFAULT_LOG, r"%WINDIR%\System32\logfiles\firewall\PFIREWALL.LOG", True),
        (DEFAULT_LOG, r"C:\Windows\system32\LogFiles\Firewall\pfirewall.log", True),
        (DEFAULT_LOG, r"D:\Windows\system32\LogFiles\Firewall\pfirewall.log", False),
        (r"%OWN%\a.log", r"%own%\A.log", True),
        (DEFAULT_LOG, None, False),
    ],
)
def test_paths_are_compared_as_windows_does(one: Local, other: Local, same: bool) -> None:
    assert BY_NAME["log_file_name"].same(one, other, HOST) is same


def test_the_names_are_those_of_the_class() -> None:
    """Each is the property in Ansible's spelling."""
    for option in OPTIONS:
        words = option.cim_property.replace("IPsec", "Ipsec")
        spelled = "".join(f"_{each.lower()}" if each.isupper() else each for each in words)
        assert spelled == f"_{option.name}"


# -- which value is in force -----------------------------------------------------------------------


def in_force(name: str, settings: ProfileSettings) -> tuple[Local, Origin]:
    found = BY_NAME[name].in_force(settings)
    return found.value, found.origin


def by_policy(name: str, value: Local, origin: Origin = GROUP_POLICY) -> ProfileSettings:
    """The settings where a policy has a value."""
    option = BY_NAME[name]
    made = replace(option, law=Law.POLICY_FIRST).set_locally(ProfileSettings(), value)
    holder, _dot, attribute = option.attribute.rpartition(".")
    held = getattr(made, holder) if holder else made
    setting: Setting[Any] = replace(getattr(held, attribute), origin=origin)
    changed: dict[str, Any] = {attribute: setting}
    if holder:
        changed = {holder: replace(held, **changed)}
    return replace(made, **changed)


@each_row(
    ("name", "policy", "local", "value", "origin"),
    [
        ("enabled", True, False, True, GROUP_POLICY),
        ("enabled", False, True, False, GROUP_POLICY),
        ("enabled", False, None, False, GROUP_POLICY),
        ("default_inbound_action", "block", "allow", "block", GROUP_POLICY),
        # Blocking all inbound traffic wins, whoever says it.
        ("allow_inbound_rules", False, True, False, GROUP_POLICY),
        ("allow_inbound_rules", True, False, False, LOCAL),
        ("allow_inbound_rules", True, True, True, GROUP_POLICY),
        # What anyone logs is logged.
        ("log_blocked", True, False, True, GROUP_POLICY),
        ("log_blocked", False, True, True, LOCAL),
        ("log_blocked", False, False, False, GROUP_POLICY),
        ("log_file_name", r"C:\gpo.log", r"C:\own.log", r"C:\gpo.log", GROUP_POLICY),
        ("notify_on_listen", False, True, False, GROUP_POLICY),
        ("allow_local_firewall_rules", False, True, False, GROUP_POLICY),
    ],
)
def test_what_a_policy_leaves_of_a_local_value(
    name: str, policy: Local, local: Local, value: Local, origin: Origin
) -> None:
    settings = by_policy(name, policy)
    assert in_force(name, settings) == (policy, GROUP_POLICY)
    assert in_force(name, BY_NAME[name].set_locally(settings, local)) == (value, origin)


@each_row("option", OPTIONS)
def test_without_a_policy_the_local_value_is_in_force(option: options.ProfileOption) -> None:
    values: Mapping[str, Local] = {"log_file_name": r"C:\a.log", "log_max_size_kilobytes": 7}
    other = values.get(option.name, "allow" if option.default == "block" else "block")
    wanted: Local = (not option.default) if isinstance(option.default, bool) else other
    settings = option.set_locally(ProfileSettings(), wanted)
    if option.law is Law.POLICY_ONLY:
        # Windows heeds it in policies only.
        assert settings == ProfileSettings()
        return
    assert (option.in_force(settings).value, option.in_force(settings).origin) == (wanted, LOCAL)
    again = option.set_locally(settings, None)
    assert (option.in_force(again).value, option.in_force(again).origin) == (
        option.default,
        Origin.DEFAULT,
    )
    assert again == ProfileSettings()


# -- what a task is for ----------------------------------------------------------------------------


@each_row(
    ("given", "own", "wanted"),
    [
        ({}, {}, {DOMAIN: {}, PRIVATE: {}, PUBLIC: {}}),
        (
            {"enabled": True},
            {},
            {DOMAIN: {"enabled": True}, PRIVATE: {"enabled": True}, PUBLIC: {"enabled": True}},
        ),
        ({"profiles": ["Public"], "enabled": False}, {}, {PUBLIC: {"enabled": False}}),
        ({}, {PUBLIC: {"enabled": True}}, {PUBLIC: {"enabled": True}}),
        (
            {"enabled": True, "log_blocked": True},
            {PUBLIC: {"enabled": False}},
            {
                DOMAIN: {"enabled": True, "log_blocked": True},
                PRIVATE: {"enabled": True, "log_blocked": True},
                PUBLIC: {"enabled": False, "log_blocked": True},
            },
        ),
        (
            {"profiles": ["domain"], "enabled": True},
            {PUBLIC: {"log_blocked": True}},
            {DOMAIN: {"enabled": True}, PUBLIC: {"log_blocked": True}},
        ),
        ({"profiles": ["domain"]}, {}, {DOMAIN: {}}),
    ],
)
def test_which_profiles_a_task_is_for(
    given: dict[str, Any], own: dict[Profile, dict[str, Any]], wanted: dict[Profile, Any]
) -> None:
    assert options.wish({"profiles": None, **given}, own) == wanted


@each_row(
    ("given", "own", "why"),
    [
        ({"profiles": []}, {}, "profiles: the list is empty"),
        ({"profiles": ["guest"]}, {}, "profiles: 'guest' is not one of domain, private, public"),
        ({}, {PUBLIC: {"enabled": "x"}}, "by_profile.public.enabled: 'x' is not one of"),
    ],
)
def test_which_profiles_there_are_not(
    given: dict[str, Any], own: dict[Profile, dict[str, Any]], why: str
) -> None:
    with pytest.raises(OptionError) as error:
        options.wish({"profiles": None, **given}, own)
    assert why in str(error.value)


@given(st.text(max_size=300))
def test_a_path_is_taken_or_refused_whatever_it_is(text: str) -> None:
    try:
        path = read("log_file_name", text)
    except OptionError:
        return
    assert path == text
    assert len(text) < 260
    assert "/" not in text
    assert text.isprintable()
