# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a host's firewall: how many requests, and what a host may lack."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import reading
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import stores
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    LOCAL_POLICY_KEY,
    WINDOWS_KEY,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Service
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.conversation import Answer, ScriptedTransport, rows, sample
from unit.firewall.host_answers import no_class, program
from unit.firewall.small_firewalls import web
from unit.rows import each_row

RULE = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=8080|Name=Web|"
REGISTRY = (
    f"{LOCAL_POLICY_KEY}\\FirewallRules\r\n    web    REG_SZ    {RULE}\r\n\r\n"
    f"{WINDOWS_KEY}\r\n    SystemRoot    REG_SZ    D:\\Win\r\n\r\n"
)
NETWORK = {
    "InstanceID": "{5a1b2c3d-0000-0000-0000-00000000000a}",
    "Name": "Office",
    "NetworkCategory": 1,
}
RUNNING = [{"Name": name, "State": "Running", "StartMode": "Auto"} for name in ("BFE", "mpssvc")]


def read(*others: Answer, registry: str = REGISTRY) -> tuple[FirewallReading, ScriptedTransport]:
    """What is read from a host with these answers to the three queries behind the command line."""
    transport = ScriptedTransport(*program(registry), *others, shell_id="S")
    found = reading.read(Host(transport, "win-1", clock=Clock(sleep=lambda seconds: None)))
    assert transport.finished
    return found, transport


def notes(found: FirewallReading) -> list[str]:
    return [render(each, "en") for each in found.notes]


def problem(found: FirewallReading) -> str:
    assert found.problem is not None
    return render(found.problem, "en")


def test_one_command_line_and_three_queries_whatever_is_asked_later() -> None:
    found, transport = read(rows(NETWORK), rows(), rows(*RUNNING))
    assert transport.actions == [
        "Command", "Receive", "Signal", "Enumerate", "Enumerate", "Enumerate",
    ]  # fmt: skip
    assert (
        stores.COMMAND_LINE.replace("&", "&amp;").replace('"', "&quot;").encode()
        in (transport.sent[0])
    )
    assert [rule.name for rule in found.local_rules] == ["Web"]
    assert found.networks == (
        Network(
            Profile.PRIVATE,
            interface_id="{5A1B2C3D-0000-0000-0000-00000000000A}",
            name="Office",
        ),
    )
    assert found.active_profiles == {Profile.PRIVATE}
    assert found.environment.windows_directory == r"D:\Win"
    assert (found.problem, found.notes, dict(found.stopped)) == (None, (), {})
    assert found.firewall().verdict(web, found.networks[0]).state is VerdictState.ALLOWED


def test_other_local_rules_of_the_same_host() -> None:
    found, _unused = read(rows(NETWORK), rows(), rows(*RUNNING))
    without = found.with_local_rules(())
    assert without.local_rules == ()
    assert without.firewall().verdict(web, Profile.PRIVATE).state is VerdictState.BLOCKED
    assert found.local_rules != ()


def test_a_product_of_another_maker() -> None:
    product = {"displayName": "盾 Shield", "productState": 0x11010}
    found, _unused = read(rows(NETWORK), rows(product), rows(*RUNNING))
    assert found.products == (FirewallProduct("盾 Shield", 0x11010),)
    assert found.firewall().verdict(web, Profile.PRIVATE).state is VerdictState.OVERRULED


def test_what_services_show_of_products_and_domains() -> None:
    def shown(*services: Service) -> FirewallReading:
        """Of a caller that has read these services together with others."""
        transport = ScriptedTransport(rows(NETWORK), rows(), shell_id="S")
        host = Host(transport, "win-1", clock=Clock(sleep=lambda seconds: None))
        return reading.read(host, REGISTRY, services)

    def netlogon(state: str, start_mode: str) -> Service:
        return Service("NETLOGON", "", state, start_mode=start_mode)

    found = {
        (state, mode): shown(netlogon(state, mode)).in_domain
        for state in ("Running", "Stopped", "")
        for mode in ("Auto", "Manual")
    }
    assert found == {
        ("Running", "Auto"): True,
        ("Running", "Manual"): True,
        ("Stopped", "Auto"): True,
        ("Stopped", "Manual"): False,
        ("", "Auto"): None,
        ("", "Manual"): None,
    }
    assert shown().in_domain is None
    suite = Service("sepmasterservice", "", "Running")
    assert shown(suite).may_filter == ("Symantec Endpoint Protection",)


def suspected(*others: Answer) -> tuple[FirewallReading, ScriptedTransport]:
    """What is read where products that may filter matter: answers about networks, products,
    services and drivers."""
    transport = ScriptedTransport(*others, shell_id="S")
    host = Host(transport, "win-1", clock=Clock(sleep=lambda seconds: None))
    found = reading.read(host, REGISTRY, suspects=True)
    assert transport.finished
    return found, transport


def test_drivers_show_products_where_windows_lists_none() -> None:
    driver = {"Name": "klwfp.KES-21-19", "State": "Running", "StartMode": "System"}
    stopped = {"Name": "EpfwWfp", "State": "Stopped", "StartMode": "System"}
    found, transport = suspected(rows(NETWORK), no_class(), rows(*RUNNING), rows(driver, stopped))
    assert (found.may_filter, found.notes) == (("Kaspersky",), ())
    assert b"FROM Win32_SystemDriver WHERE" in transport.sent[-1]


def test_drivers_are_not_asked_for_where_windows_lists_products() -> None:
    found, _unused = suspected(rows(NETWORK), rows(), rows(*RUNNING))
    assert found.may_filter == ()


def test_that_drivers_are_kept_secret_is_told() -> None:
    refused = sample("wsman_faults/winrb_wmi_error_v2.xml")
    found, _unused = suspected(rows(NETWORK), no_class(), rows(*RUNNING), refused)
    assert found.may_filter == ()
    (note,) = notes(found)
    assert note.startswith("It is unknown whether drivers of security products filter traffic:")


def test_a_host_that_is_gone_while_drivers_are_read() -> None:
    with pytest.raises(HostError) as caught:
        suspected(rows(NETWORK), no_class(), rows(*RUNNING), TransportError(Failure.TIMEOUT))
    assert caught.value.unreachable


def test_servers_have_no_list_of_products_and_old_ones_no_profiles() -> None:
    found, _unused = read(no_class(), no_class(), rows(*RUNNING))
    assert (found.networks, found.products) == ((), ())
    (note,) = notes(found)
    assert note.startswith("The active firewall profiles are unknown:")


def test_that_products_are_kept_secret_is_told() -> None:
    found, _unused = read(
        rows(NETWORK),
        *[sample("wsman_faults/max_concurrent_operations_2150859174.xml")] * 3,
        rows(*RUNNING),
    )
    (note,) = notes(found)
    assert note.startswith("It is unknown whether another firewall is in charge:")


def test_a_stopped_service_makes_everything_uncertain() -> None:
    stopped = {"Name": "MpsSvc", "State": "Stopped", "StartMode": "Disabled"}
    found, _unused = read(rows(NETWORK), rows(), rows(RUNNING[0], stopped))
    assert dict(found.stopped) == {"MpsSvc": "Disabled"}
    assert "MpsSvc (Windows Defender Firewall, start mode Disabled) does not run" in problem(found)
    assert "Start the services BFE and MpsSvc" in problem(found)
    verdict = found.firewall().verdict(web, Profile.PRIVATE)
    assert verdict.state is VerdictState.UNKNOWN
    assert "MpsSvc" in render(verdict.phrase, "en")


def test_a_service_without_a_start_mode_is_stopped_all_the_same() -> None:
    stopped = {"Name": "MpsSvc", "State": "Stopped", "StartMode": None}
    found, _unused = read(rows(NETWORK), rows(), rows(RUNNING[0], stopped))
    assert "MpsSvc (Windows Defender Firewall, start mode unknown) does not run" in problem(found)


@each_row(
    ("services", "told"),
    [
        ([RUNNING[0]], "win-1 lists no such service"),
        ([RUNNING[0], {"Name": "MpsSvc", "StartMode": "Auto"}], "without its state"),
        ([RUNNING[0], {"Name": "MpsSvc", "State": None}], "without its state"),
        ([RUNNING[0], {"Name": "MpsSvc", "State": ""}], "without its state"),
        ([RUNNING[0], {"Name": "MpsSvc", "State": "Unknown"}], "without its state"),
    ],
)
def test_a_service_that_is_not_told_is_no_stopped_one(
    services: list[dict[str, object]], told: str
) -> None:
    found, _unused = read(rows(NETWORK), rows(), rows(*services))
    (note,) = notes(found)
    assert note.startswith(
        "It is unknown whether the service MpsSvc (Windows Defender Firewall) runs:"
    )
    assert told in note
    assert (found.problem, dict(found.stopped)) == (None, {})
    assert found.firewall().verdict(web, found.networks[0]).state is VerdictState.ALLOWED


def test_of_services_that_are_not_listed_each_is_told() -> None:
    found, _unused = read(rows(NETWORK), rows(), rows())
    assert found.problem is None
    assert ["MpsSvc" in note for note in notes(found)] == [True, False]
    assert "BFE" in notes(found)[1]


def test_rules_that_could_not_be_read() -> None:
    found, _unused = read(rows(NETWORK), rows(), rows(*RUNNING), registry="Access denied")
    assert "could not be read from the registry. Run the task again" in problem(found)
    assert notes(found) == [problem(found)]


def test_a_store_full_of_nonsense_is_told_in_few_lines() -> None:
    junk = "".join(f"    junk{number}    REG_SZ    hello\r\n" for number in range(500))
    found, _unused = read(
        rows(NETWORK), rows(), rows(*RUNNING),
        registry=f"{LOCAL_POLICY_KEY}\\FirewallRules\r\n{junk}",
    )  # fmt: skip
    assert len(found.notes) == 11
    assert notes(found)[-1] == "490 more values are not rules."


def test_why_nothing_is_certain_comes_before_what_is_no_rule() -> None:
    junk = "".join(f"    junk{number}    REG_SZ    hello\r\n" for number in range(500))
    found, _unused = read(
        rows(NETWORK), rows(), rows(*RUNNING),
        registry=f"{LOCAL_POLICY_KEY}\\Mdm\\FirewallRules\r\n{junk}",
    )  # fmt: skip
    assert problem(found).startswith("The local firewall rules could not be read")
    assert problem(found).count("is not a rule") == 9


def test_all_services_that_do_not_run_are_told() -> None:
    stopped = [{**each, "State": "Stopped"} for each in RUNNING]
    found, _unused = read(rows(NETWORK), rows(), rows(*stopped))
    assert "The services MpsSvc (Windows Defender Firewall" in problem(found)
    assert "BFE (Base Filtering Engine, start mode Auto) do not run" in problem(found)


@each_row("before", [0, 1, 2])
def test_a_host_that_does_not_answer_any_more_fails(before: int) -> None:
    answers: list[Answer] = [rows(NETWORK), rows()][:before]
    with pytest.raises(HostError) as caught:
        read(*answers, TransportError(Failure.TIMEOUT))
    assert caught.value.unreachable


def test_the_names_of_adapters_connected_or_not() -> None:
    wired, wireless = (f"5A1B2C3D-0000-0000-0000-00000000000{each}" for each in "AB")
    found, _transport = read(rows(NETWORK | {"InterfaceAlias": "Ethernet"}), rows(), rows(*RUNNING))
    assert found.environment.adapters == {f"{{{wired}}}": "Ethernet"}
    answer = rows(
        {"InterfaceGuid": wired.lower(), "Name": "Renamed"},
        {"InterfaceGuid": f"{{{wireless}}}", "Name": "Wi-Fi"},
        {"InterfaceGuid": "no GUID", "Name": "x"},
        {"InterfaceGuid": f"{{{wireless}}}", "Name": ""},
    )
    transport = ScriptedTransport(answer, shell_id="S")
    known = reading.with_adapters(Host(transport, "win-1"), found).environment
    assert known.adapters == {f"{{{wired}}}": "Renamed", f"{{{wireless}}}": "Wi-Fi"}
    assert known.windows_directory == "D:\\Win"
    assert known.adapters_named("WI-FI") == (f"{{{wireless}}}",)


def test_adapters_that_can_not_be_read() -> None:
    found, _transport = read(rows(NETWORK), rows(), rows(*RUNNING))
    assert found.environment.adapters == {}
    with pytest.raises(HostError):
        reading.with_adapters(Host(ScriptedTransport(no_class()), "win-1"), found)
