# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that Windows shows for its own rules and groups."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.naming import shown
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.naming.shown import (
    Names,
    ShownNames,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Direction,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from tools import rule_names
from unit.firewall import firewall_samples as samples
from unit.rows import each_row

SMB = "@FirewallAPI.dll,-28511"
DESKTOP = "@FirewallAPI.dll,-28752"


def test_references_are_known_in_any_form() -> None:
    assert {
        text: shown.canonical(text)
        for text in (
            SMB,
            r"@%SystemRoot%\System32\FIREWALLAPI.DLL, -28511",
            "@firewallapi.dll,-28511;File and Printer Sharing",
            "@{Microsoft.App?ms-resource://App/Name}",
        )
    } == {
        SMB: "firewallapi.dll,-28511",
        r"@%SystemRoot%\System32\FIREWALLAPI.DLL, -28511": "firewallapi.dll,-28511",
        "@firewallapi.dll,-28511;File and Printer Sharing": "firewallapi.dll,-28511",
        "@{Microsoft.App?ms-resource://App/Name}": "@{microsoft.app?ms-resource://app/name}",
    }
    assert shown.of_rule(SMB) == Names(
        "File and Printer Sharing (SMB-In)", "ファイルとプリンターの共有 (SMB 受信)"
    )
    assert shown.of_group(DESKTOP) == Names("Remote Desktop", "リモート デスクトップ")
    # A rule is not called like the number of a group, nor by a text that only looks like one.
    assert [shown.of_rule(text) for text in (DESKTOP, "Web", "FirewallAPI.dll,-28511", None)] == [
        None, None, None, None,
    ]  # fmt: skip


OF_WINDOWS = (
    SMB,
    "@wbengine.exe,-104",
    r"@%SystemRoot%\system32\icsvc.dll,-700",
    r"@%windir%\system32\inetsrv\iisres.dll,-30500",
    r"@C:\Windows\System32\provsvc.dll,-202",
    r"@{C:\Windows\WinStore\resources.pri?ms-resource://WinStore/resources/DisplayName}",
    "@{Microsoft.AAD.BrokerPlugin_1000.16299.15.0_neutral_neutral_cw5n1h2txyewy"
    "?ms-resource://Microsoft.AAD.BrokerPlugin/resources/PackageDisplayName}",
)
OF_OTHERS = (
    r"@C:\Program Files\Acme\acme.dll,-101",
    r"@%ProgramFiles%\Acme\FirewallAPI.dll,-28511",
    r"@\\server\share\FirewallAPI.dll,-28511",
    r"@%SystemRoot%\Temp\acme.dll,-1",
    r"@%SystemRoot%\system32\..\..\Acme\acme.dll,-1",
    r"@%SystemRoot%/../Acme\acme.dll,-1",
    r"@C:\WindowsAcme\acme.dll,-1",
    r"@C:\Acme\C:\Windows\System32\FirewallAPI.dll,-1",
    "@acme,-1",
    "@{A278AB0D.MarchofEmpires_4.7.1.1_x86__h6adky7gbf63m"
    "?ms-resource://A278AB0D.MarchofEmpires/Resources/MarchOfEmpires}",
    r"@{C:\Acme\resources.pri?ms-resource://Acme/_8wekyb3d8bbwe}",
)
NO_REFERENCES = ("@Home", "@", "@FirewallAPI.dll", "@a,b", "@{Acme}", "Web", "", None)


def test_a_text_is_of_windows_by_the_file_it_is_in() -> None:
    for text in OF_WINDOWS:
        assert (shown.is_reference(text), shown.is_of_windows(text)) == (True, True), text
    for text in OF_OTHERS:
        assert (shown.is_reference(text), shown.is_of_windows(text)) == (True, False), text
    for each in NO_REFERENCES:
        assert (shown.is_reference(each), shown.is_of_windows(each)) == (False, False), each


def test_every_name_in_the_dumps_that_begins_so_is_a_reference() -> None:
    names = {
        text
        for dump in (*samples.HIVES, samples.WIN11)
        for rule in samples.read(dump).of(Store.LOCAL)
        for text in (rule.name, rule.group)
        if text is not None and text.startswith("@")
    }
    assert len(names) > 200
    assert [each for each in sorted(names) if not shown.is_reference(each)] == []
    others = [each for each in sorted(names) if not shown.is_of_windows(each)]
    assert all(each.startswith("@{") for each in others)


def test_a_rule_of_another_maker_has_its_name_though_it_looks_like_a_reference() -> None:
    def rule(name: str, group: str | None = None) -> FirewallRule:
        return FirewallRule("{1}", name=name, group=group)

    assert rule("@Home").label == "@Home"
    assert not rule("@Home").is_windows_own
    acme = r"@C:\Program Files\Acme\acme.dll,-101"
    # Which text that is, only the host knows.
    assert (rule(acme).label, rule(acme).is_windows_own) == ("{1}", False)
    assert rule("Acme", DESKTOP).is_windows_own


def test_a_rule_goes_by_each_of_its_names_and_by_what_the_host_told() -> None:
    told = ShownNames({"fps-smb-in-tcp": "Datei- und Druckerfreigabe (SMB eingehend)"}, {})
    names = (
        SMB,
        "FILE and printer sharing (SMB-In)",
        "ファイルとプリンターの共有 (SMB 受信)",
        "datei- und druckerfreigabe (SMB eingehend)",
        "File and Printer Sharing",
        "FPS-SMB-In-TCP",
    )
    assert [told.is_name(each, "FPS-SMB-In-TCP", SMB) for each in names] == [
        True, True, True, True, False, False,
    ]  # fmt: skip
    assert not told.is_name(names[3], "another", SMB)
    # What somebody called it meanwhile is its name.
    assert not told.is_name(names[3], "FPS-SMB-In-TCP", "Mine")
    assert not told.is_name("", "FPS-SMB-In-TCP", None)
    earlier = shown.of_rule("@FirewallAPI.dll,-30003")
    assert earlier is not None
    assert list(earlier) == [
        "Windows Defender Firewall Remote Management (RPC)",
        "Windows Firewall Remote Management (RPC)",
    ]


def test_a_group_goes_by_its_names_and_by_its_reference_in_any_form() -> None:
    told = ShownNames({}, {"firewallapi.dll,-28752": "Remotedesktop"})
    names = ("remote desktop", "リモート デスクトップ", "REMOTEDESKTOP", DESKTOP.upper(),
             r"@%SystemRoot%\system32\firewallapi.dll,-28752", "@FirewallAPI.dll,-28502",
             "Remote")  # fmt: skip
    assert [told.is_group(each, DESKTOP) for each in names] == [
        True, True, True, True, True, False, False,
    ]  # fmt: skip
    assert told.is_group("Mine", "mine")
    assert not told.is_group("Remotedesktop", None)


def test_the_title_of_a_rule_is_its_shown_name_with_its_id() -> None:
    def titles(name: str | None) -> list[str]:
        rule = FirewallRule("the-id", name=name)
        return [render(each, language) for each in (rule.shown_name, rule.label)
                for language in ("en", "ja")]  # fmt: skip

    names = shown.of_rule(SMB)
    assert names is not None
    english, japanese = names
    assert titles(SMB) == [english, japanese, f"{english} (the-id)", f"{japanese} (the-id)"]
    untranslated = "Remote Service Management (RPC)"
    assert titles("@FirewallAPI.dll,-29503") == [
        *[untranslated] * 2,
        *[f"{untranslated} (the-id)"] * 2,
    ]
    assert titles("Web") == ["Web"] * 4
    assert titles("@nobody.dll,-1") == titles(None) == ["the-id"] * 4


def test_the_table_is_what_the_sources_say() -> None:
    for path, text in rule_names.tables().items():
        assert path.read_text("utf-8") == text, "run `make rule-names`"


def test_two_names_of_one_text_are_found() -> None:
    stores = {"a": "x.dll,-1", "b": "x.dll,-1"}
    with pytest.raises(rule_names.ConflictError, match=r"x\.dll,-1: One / Two"):
        rule_names.joined("[rules en S]\na = One\nb = Two\n", stores)


def test_the_rules_of_a_recorded_windows_have_names() -> None:
    rules = [
        rule
        for rule in samples.read(samples.WIN10_1903).of(Store.LOCAL)
        if (rule.name or "").startswith("@") and not (rule.name or "").startswith("@{")
    ]
    named = {rule.rule_id for rule in rules if shown.of_rule(rule.name) is not None}
    assert len(named) > 0.9 * len(rules)
    inbound = {rule.rule_id for rule in rules if rule.direction is Direction.IN} - named
    # Features that nobody shares a port by, and that newer versions of Windows lack.
    assert {each.partition("-")[0] for each in inbound} == {
        "MCX", "Microsoft", "NETDIS", "WebManagement",
    }  # fmt: skip
    grouped = [rule for rule in rules if shown.of_group(rule.group) is not None]
    assert len(grouped) > 0.95 * len(rules)


REFERENCES = [
    ("@{Microsoft.Messaging_4.1_x64__8wekyb3d8bbwe?ms-resource://A/B}", "Microsoft.Messaging"),
    ("@{1527c705-839a_10.0_neutral_neutral_cw5n1h2txyewy?ms-resource:Name}", "1527c705-839a"),
    ("@{Microsoft.Messaging?ms-resource://A/B}", None),
    ("@FirewallAPI.dll,-28511", None),
    ("Web", None),
    (None, None),
]


@each_row(("reference", "package"), REFERENCES)
def test_a_text_of_an_app_is_known_by_its_package(reference: str | None, package: str) -> None:
    assert shown.package_of(reference) == package
