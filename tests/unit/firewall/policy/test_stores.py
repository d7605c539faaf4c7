# SPDX-License-Identifier: GPL-3.0-or-later
"""The stores of real hosts, and what Group Policy does to them."""

from __future__ import annotations

import re

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import stores
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    ProfileSettings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    GROUP_POLICY_KEY,
    LOCAL_POLICY_KEY,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Action,
    Direction,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.firewall import firewall_samples as samples
from unit.rows import each_row


def counted(rules: tuple[FirewallRule, ...]) -> tuple[int, int, int]:
    """How many rules, how many of them inbound, how many inbound and enabled."""
    inbound = [rule for rule in rules if rule.direction is Direction.IN]
    return len(rules), len(inbound), sum(rule.enabled for rule in inbound)


# The stores of which hosts have rules, in the order of the counts below.
FILLED = (
    Store.LOCAL,
    Store.STATIC_SERVICE,
    Store.CONFIGURABLE_SERVICE,
    Store.APP_ISOLATION,
)


@each_row(
    ("name", "version", "windows", "expected"),
    [
        (samples.WIN7, (2, 10), (6, 1), ((323, 188, 69), (109, 54, 0), (2, 1, 0))),
        (samples.WIN81, (2, 22), (6, 3), ((400, 219, 66), (151, 77, 1), (210, 90, 90))),
        (
            samples.WIN10_1709, (2, 27), (10, 0),
            ((443, 244, 97), (186, 91, 5), (5, 2, 1), (277, 115, 115)),
        ),
        (
            samples.WIN10_1903, (2, 30), (10, 0),
            ((480, 258, 104), (203, 98, 5), (5, 2, 1), (376, 159, 159)),
        ),
    ],
)  # fmt: skip
def test_real_hosts(
    name: str,
    version: tuple[int, int],
    windows: tuple[int, int],
    expected: tuple[tuple[int, int, int], ...],
) -> None:
    host = samples.read(name)
    assert host.readable
    assert problems(host) == []
    assert (host.policy_version, host.windows_version) == (version, windows)
    assert {store: counted(host.of(store)) for store in Store if host.of(store)} == dict(
        zip(FILLED, expected, strict=False)
    )
    # Nobody has blocked a port by hand on these hosts.
    assert all(rule.action is Action.ALLOW for rule in host.of(Store.LOCAL))
    for settings in host.profiles.values():
        assert (settings.enabled.value, settings.enabled.origin) == (True, Origin.LOCAL)
        assert settings.default_inbound == ProfileSettings().default_inbound
        assert settings.local_rules.value


def test_a_firewall_that_netsh_has_exported() -> None:
    host = samples.read(samples.WIN10_EXPORT)
    assert problems(host) == []
    assert (host.policy_version, len(host.of(Store.LOCAL))) == ((2, 30), 412)
    # The key beside it has a rule for connection security, which is no rule of the firewall.
    assert "ConSecRules" in samples.text(samples.WIN10_EXPORT)
    assert sum(len(rules) for rules in host.rules.values()) == 412


def test_windows_11() -> None:
    """What came after Windows 10: packages by their name, keys of Hyper-V, of dynamic keywords and
    of tenants, and a PrivateProfile beside the StandardProfile, which is not the private profile."""
    host = samples.read(samples.WIN11)
    assert host.readable
    assert problems(host) == []
    assert (host.policy_version, host.windows_version) == ((2, 33), (10, 0))
    assert [len(host.of(store)) for store in Store] == [19, 0, 0, 2, 0, 2]
    assert all(settings.enabled.value for settings in host.profiles.values())
    assert host.profiles[Profile.PRIVATE].enabled.path == (
        LOCAL_POLICY_KEY + r"\StandardProfile\EnableFirewall"
    )
    by_name = {rule.name: rule for rule in host.of(Store.LOCAL)}
    assert by_name["scan.exe"].package_family == "Example.Scanner_8wekyb3d8bbwe"
    assert by_name["No internet"].remote_addresses.texts() == ("Internet",)
    assert by_name["Kamera im Netz"].trust_tuples == {
        ("TTK2_27", "WFDCDPSvc"),
        ("TTK2_28", "WFDKmDriver"),
    }
    assert "Etikettendruck über Netz" in by_name


@pytest.mark.parametrize("name", [samples.WIN11, samples.GROUP_POLICY])
def test_the_key_that_was_asked_for_is_not_named_if_it_has_no_values(name: str) -> None:
    """reg.exe names the keys below it only (Wine's tests, checked on Windows)."""
    asked = {samples.WIN11: LOCAL_POLICY_KEY, samples.GROUP_POLICY: GROUP_POLICY_KEY}[name]
    text = samples.text(name)
    begin = text.index(asked + "\r\n")
    end = text.index("\r\n\r\n", begin) + 4
    unnamed = text[:begin] + text[end:]
    assert asked + "\r\n" not in unnamed
    other = samples.text(samples.WIN10_1903) if name == samples.GROUP_POLICY else ""
    whole, found = stores.read(text, other), stores.read(unnamed, other)
    assert (found.rules, found.profiles) == (whole.rules, whole.profiles)
    assert (found.readable, found.problems) == (True, ())
    assert (name == samples.WIN11) == (found.policy_version is None)


def test_a_group_policy_store() -> None:
    host = samples.read(samples.WIN10_1903, samples.GROUP_POLICY)
    assert counted(host.of(Store.GROUP_POLICY)) == (5, 4, 4)
    portal = host.of(Store.GROUP_POLICY)[0]
    assert portal.name == "社内ポータル"
    assert portal.remote_addresses.texts() == ("10.20.0.0/16",)
    domain = host.profiles[Profile.DOMAIN]
    assert (domain.local_rules.value, domain.local_rules.origin) == (False, Origin.GROUP_POLICY)
    assert domain.local_rules.path == GROUP_POLICY_KEY + r"\DomainProfile\AllowLocalPolicyMerge"
    assert host.profiles[Profile.PRIVATE].local_rules.value
    assert host.profiles[Profile.PUBLIC].block_all_inbound.value


def policy(*lines: str) -> dict[Profile, ProfileSettings]:
    """The settings of a host whose keys hold these lines: ``KEY below`` or ``NAME=NUMBER``."""
    text = [LOCAL_POLICY_KEY, "", LOCAL_POLICY_KEY + r"\FirewallRules", ""]
    for line in lines:
        name, equals, number = line.partition("=")
        if equals:
            text.append(f"    {name}    REG_DWORD    0x{number}")
        else:
            root, _unused, rest = line.partition(" ")
            key = {"local": LOCAL_POLICY_KEY, "gpo": GROUP_POLICY_KEY}[root]
            text += ["", f"{key}\\{rest}"]
    return dict(stores.read("\r\n".join(text)).profiles)


def test_group_policy_goes_before_local_settings() -> None:
    found = policy(
        "local PublicProfile", "EnableFirewall=1", "DefaultInboundAction=0",
        "gpo PublicProfile", "EnableFirewall=0",
    )[Profile.PUBLIC]  # fmt: skip
    assert (found.enabled.value, found.enabled.origin) == (False, Origin.GROUP_POLICY)
    assert (found.default_inbound.value, found.default_inbound.origin) == (
        Action.ALLOW,
        Origin.LOCAL,
    )


def test_blocking_everything_wins_wherever_it_is_set() -> None:
    for local, group_policy in ((1, 0), (0, 1)):
        found = policy(
            "local DomainProfile", f"DoNotAllowExceptions={local}",
            "gpo DomainProfile", f"DoNotAllowExceptions={group_policy}",
        )[Profile.DOMAIN]  # fmt: skip
        assert found.block_all_inbound.value


def test_the_standard_profile_of_a_policy_stands_for_private_and_public() -> None:
    found = policy("gpo StandardProfile", "EnableFirewall=0")
    assert [found[each].enabled.value for each in Profile] == [True, False, False]


@each_row("other", ["gpo PublicProfile", "gpo PrivateProfile", r"gpo PublicProfile\Logging"])
def test_unless_one_of_theirs_exists(other: str) -> None:
    found = policy("gpo StandardProfile", "EnableFirewall=0", other, "LogFileSize=1")
    assert [found[each].enabled.value for each in Profile] == [True, True, True]


def test_local_policy_can_not_forbid_local_rules() -> None:
    found = policy(
        "local PublicProfile", "AllowLocalPolicyMerge=0",
        r"local PublicProfile\GloballyOpenPorts", "AllowUserPrefMerge=0",
        r"local PublicProfile\AuthorizedApplications", "AllowUserPrefMerge=0",
    )[Profile.PUBLIC]  # fmt: skip
    assert found.local_rules.value
    assert found.local_port_rules.value
    assert not found.local_application_rules.value


def test_user_preferences_are_merged_as_the_policy_says() -> None:
    found = policy(
        r"gpo PrivateProfile\GloballyOpenPorts", "AllowUserPrefMerge=0",
        r"gpo PrivateProfile\AuthorizedApplications", "AllowUserPrefMerge=1",
        r"local StandardProfile\AuthorizedApplications", "AllowUserPrefMerge=0",
    )[Profile.PRIVATE]  # fmt: skip
    assert not found.local_port_rules.value
    assert found.local_application_rules.value


def test_the_local_private_profile_is_called_standard() -> None:
    found = policy("local StandardProfile", "EnableFirewall=0")
    assert [found[each].enabled.value for each in Profile] == [True, False, True]


def test_mobile_device_management_forbids_local_rules_too() -> None:
    found = policy(r"local Mdm\PublicProfile", "AllowLocalPolicyMerge=0", "gpo PublicProfile",
                   "AllowLocalPolicyMerge=1")[Profile.PUBLIC]  # fmt: skip
    assert (found.local_rules.value, found.local_rules.origin) == (False, Origin.MDM)


def contested(*lines: str) -> dict[Profile, ProfileSettings]:
    """The settings that other sources read from the same keys, where they differ."""
    text = [LOCAL_POLICY_KEY, "", LOCAL_POLICY_KEY + r"\FirewallRules", ""]
    for line in lines:
        name, equals, number = line.partition("=")
        key = f"    {name}    REG_DWORD    0x{number}"
        text += [key] if equals else ["", f"{LOCAL_POLICY_KEY}\\{line}"]
    return dict(stores.read("\r\n".join(text)).contested)


def test_keys_of_mdm_that_sources_assign_to_different_profiles() -> None:
    found = contested(r"Mdm\PublicProfile", "EnableFirewall=0")
    assert found[Profile.PRIVATE].enabled.value is False
    assert found[Profile.PUBLIC].enabled.value is True
    assert Profile.DOMAIN not in found


def test_keys_of_mdm_whose_meaning_makes_no_difference() -> None:
    both = (r"Mdm\PublicProfile", "EnableFirewall=0", r"Mdm\StandardProfile", "EnableFirewall=0")
    assert contested(*both) == {}
    assert contested(r"Mdm\DomainProfile", "EnableFirewall=0") == {}
    assert contested(r"Mdm\PublicProfile", "EnableFirewall=1") == {}
    # Group Policy decides.
    assert contested() == {}


def test_adapters_without_firewall() -> None:
    text = (
        f"{LOCAL_POLICY_KEY}\\FirewallRules\n\n{LOCAL_POLICY_KEY}\\PublicProfile\n"
        "    DisabledInterfaces    REG_SZ    {aaaaaaaa-0000-0000-0000-000000000001},"
        "{BBBBBBBB-0000-0000-0000-000000000002}\n"
    )
    found = stores.read(text).profiles[Profile.PUBLIC].disabled_interfaces
    assert found.value == {
        "{AAAAAAAA-0000-0000-0000-000000000001}",
        "{BBBBBBBB-0000-0000-0000-000000000002}",
    }
    assert found.origin is Origin.LOCAL


def problems(host: stores.FirewallStores) -> list[str]:
    return [render(each, "en") for each in host.problems]


def test_without_the_local_store_nothing_is_known() -> None:
    for text in ("", "Access is denied.", samples.text(samples.GROUP_POLICY)):
        host = stores.read(text)
        assert not host.readable
        (problem,) = problems(host)
        assert problem.startswith("The local firewall rules could not be read from the registry. ")
        assert f'run `reg.exe query "{LOCAL_POLICY_KEY}\\FirewallRules"` on the host' in problem


def test_what_is_no_rule_is_told_and_a_default_value_is_not() -> None:
    host = stores.read(
        f"{LOCAL_POLICY_KEY}\\FirewallRules\n"
        "    (既定)    REG_SZ    (値の設定なし)\n"
        "    junk    REG_SZ    hello\n"
        "    good    REG_SZ    v2.30|Action=Allow|Dir=In|Name=n|\n"
    )
    assert [rule.rule_id for rule in host.of(Store.LOCAL)] == ["good"]
    (problem,) = problems(host)
    assert problem.startswith("'junk' in the local store is not a rule")
    assert "remove the value" in problem


def test_the_command_line_is_a_constant_that_cmd_can_not_misread() -> None:
    queries = stores.COMMAND_LINE.split(" & ")
    assert len(queries) == 4
    for query in queries:
        assert re.fullmatch(
            r'%SystemRoot%\\System32\\reg\.exe query "[A-Za-z_ \\]+"( /(s|v SystemRoot))?'
            r"( \|\| echo [a-z-]+)?",
            query,
        )
    for key in stores.KEYS:
        assert f'"{key}" /s' in stores.COMMAND_LINE


def test_where_windows_is() -> None:
    def host(directory: str) -> stores.FirewallStores:
        line = f"    SystemRoot    REG_SZ    {directory}"
        return stores.read(f"{stores.WINDOWS_KEY}\r\n{line}\r\n\r\n")

    assert host(r"D:\WinNT").windows_directory == r"D:\WinNT"
    assert host("odd").windows_directory is None
    assert stores.read("").windows_directory is None


def test_output_that_comes_twice_is_read_once() -> None:
    text = samples.text(samples.WIN10_1903)
    assert stores.read(text, text).of(Store.LOCAL) == stores.read(text).of(Store.LOCAL)


def test_a_store_that_is_too_large_is_not_half_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "MAX_RULES", 400)
    host = stores.read(samples.text(samples.WIN10_1903))
    assert not host.readable
    (problem,) = problems(host)
    assert problem.startswith(
        "The firewall's stores are too large to read completely; rules are missing. "
    )
    assert "Remove rules" in problem


def test_a_hostile_store_costs_no_more_than_its_size() -> None:
    long = "LPort=" + "1-65535," * 20_000 + "|RA4=" + "9" * 50_000 + "|Name=" + "x" * 50_000
    host = stores.read(
        f"{LOCAL_POLICY_KEY}\\FirewallRules\n    a    REG_SZ    v2.30|Protocol=6|{long}|\n"
    )
    assert host.of(Store.LOCAL) == ()
    assert "longer than any can be" in problems(host)[0]
    short = long[:150_000]
    host = stores.read(
        f"{LOCAL_POLICY_KEY}\\FirewallRules\n    a    REG_SZ    v2.30|Protocol=6|{short}|\n"
    )
    (rule,) = host.of(Store.LOCAL)
    assert [key for key, _unused in rule.malformed] == ["LPort"]


def local(*lines: str) -> stores.FirewallStores:
    return stores.read("\r\n".join(["", f"{LOCAL_POLICY_KEY}\\FirewallRules", *lines, "", ""]))


BLOCK = "v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=b|"


@each_row("name", [" a", "   a b", " ", "\u3000", "\ta"])
def test_a_rule_whose_id_begins_with_blanks_is_a_rule(name: str) -> None:
    host = local(f"    web    REG_SZ    {BLOCK}", f"    {name}    REG_SZ    {BLOCK}")
    assert [rule.rule_id for rule in host.of(Store.LOCAL)] == ["web", name]
    assert [rule.action for rule in host.of(Store.LOCAL)] == [Action.BLOCK] * 2
    assert (host.readable, problems(host)) == (True, [])


@each_row("name", ["ß", "\u212a", "ſ", "ı", "ﬁ", "İ"])
def test_no_rule_is_dropped_for_a_name_that_is_like_its_own(name: str) -> None:
    folded = name.upper().casefold()
    host = local(f"    {folded}    REG_SZ    {BLOCK}", f"    {name}    REG_SZ    {BLOCK}")
    assert [rule.rule_id for rule in host.of(Store.LOCAL)] == [folded, name]
    assert host.readable


def test_a_second_rule_of_an_id_makes_the_store_unreadable() -> None:
    host = local(f"    web    REG_SZ    {BLOCK}", f"    WEB    REG_SZ    {BLOCK}")
    assert not host.readable
    assert "Line 4 of what reg.exe printed has the name of another value" in problems(host)[0]
    assert "'WEB REG_SZ v2.30" in problems(host)[0]


@each_row(
    ("lines", "told"),
    [
        (("    a    REG_SZ    b    REG_SZ    " + BLOCK,), "Line 4 of what reg.exe printed can be"),
        (
            ("    a    REG_DWORD    0x1", "what is this"),
            "Line 5 of what reg.exe printed is neither",
        ),
        (("    a    0x30    " + BLOCK,), "the rule 'web' of the"),
        # A name with a line break, behind a rule and behind a value that is none.
        (
            ("    a    REG_SZ    " + BLOCK, "    b", "c    REG_SZ    " + BLOCK),
            "the rule 'a' of the",
        ),
        (("    a    REG_SZ    hello", "b", "c    REG_SZ    " + BLOCK), "the rule 'a' of the"),
        # A text that ends in the middle, with what may be its rest behind it.
        (("    a    REG_SZ    v2.30|Desc=x", "    b    REG_SZ    " + BLOCK), "the rule 'a' of the"),
    ],
)
def test_what_can_not_be_told_apart_makes_the_store_unreadable(
    lines: tuple[str, ...], told: str
) -> None:
    host = local(f"    web    REG_SZ    {BLOCK}", *lines)
    assert not host.readable
    assert told in problems(host)[0]
    assert "Check it on the host" in problems(host)[0]


def test_a_policy_that_is_not_read_whole_leaves_the_store_unreadable() -> None:
    host = stores.read(
        f"{LOCAL_POLICY_KEY}\\FirewallRules\n    a    REG_SZ    {BLOCK}\n\n"
        f"{GROUP_POLICY_KEY}\\PublicProfile\n    EnableFirewall    REG_DWORD    0x0\n    oops\n"
    )
    assert not host.readable
    assert GROUP_POLICY_KEY in problems(host)[0]


def test_line_breaks_in_the_text_of_a_rule_belong_to_it() -> None:
    host = local(
        "    a    REG_SZ    v2.30|Desc=one", "", "  two|Active=TRUE|", f"    b    REG_SZ    {BLOCK}"
    )
    first, second = host.of(Store.LOCAL)
    assert (first.description, first.enabled) == ("one\n\n  two", True)
    assert second.rule_id == "b"
    assert host.readable


def test_characters_that_were_lost_are_told() -> None:
    host = local(f"    Gro\ufffd    REG_SZ    {BLOCK}", "    b    REG_SZ    v2.30|Name=Gro\ufffd|")
    assert host.readable
    assert [each.split(" has ")[0] for each in problems(host)] == [
        "'Gro\ufffd' in the local store", "'b' in the local store",
    ]  # fmt: skip
    assert all(stores.is_damaged(rule) for rule in host.of(Store.LOCAL))


@each_row(
    "behind",
    [
        "HKEY_LOCAL_MACHINE\\X",
        "HKEY_LOCAL_MACHINE",
        f"{stores.GROUP_POLICY_KEY}\\FirewallRules",
        f"{LOCAL_POLICY_KEY}\\Other",
        "\nHKEY_LOCAL_MACHINE\\X",
        f"\n{LOCAL_POLICY_KEY}\\FirewallRules\\Other",
    ],
)
def test_a_rule_with_the_line_of_a_key_in_it_hides_no_other_rule(behind: str) -> None:
    """The text of a rule may hold line breaks, for the registry takes any text."""
    rule = "v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=n|"
    host = stores.read(
        f"\n{LOCAL_POLICY_KEY}\\FirewallRules\n"
        f"    a    REG_SZ    {rule}\n{behind}\n"
        f"    z    REG_SZ    {rule}\n\n"
    )
    assert not host.readable
    assert "reg.exe printed" in problems(host)[0]
