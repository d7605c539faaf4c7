# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles of simulated PCs, changed in earnest, and what becomes of them when something fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
    Standing,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.profile import (
    driver,
    options,
    result,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host, HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase, render
from unit.rows import each_row
from unit.simulated import SimulatedTransport
from unit.winsim.small import document
from winsim.firewall.store import LOCAL_ROOT, POLICY_ROOT, FirewallState
from winsim.images import Image
from winsim.machine import Machine
from winsim.soap import Request
from winsim.wsman import Reply

DOMAIN, PRIVATE, PUBLIC = Profile
WINRM = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=5985|App=System|Name=winrm|"
WEB = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=web|"
KEYS = {DOMAIN: "DomainProfile", PRIVATE: "StandardProfile", PUBLIC: "PublicProfile"}
CONTROLLER = "10.1.2.9"


def pc(
    rules: Mapping[str, str] | None = None,
    local: Mapping[str, int] | None = None,
    policy: Mapping[str, int] | None = None,
    category: str = "private",
) -> Machine:
    """A PC on a network of that category, which the controller has reached on port 5985.

    `local` and `policy` are values of each profile.
    """
    image = document()
    image["network"]["profiles"] = [
        {
            "name": "Net",
            "interface": "Ethernet",
            "index": 12,
            "category": category,
            "id": "{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A01}",
        }
    ]
    system = next(each for each in image["processes"] if each["pid"] == 4)
    system["tcp"] = [f"10.1.2.3:5985 -> {CONTROLLER}:50200"]
    machine = Image("profiles", image).boot()
    machine.firewall = state = FirewallState()
    state.set_value(LOCAL_ROOT, "PolicyVersion", 0x21E)
    for rule_id, text in {"web": WEB, **({"winrm": WINRM} if rules is None else rules)}.items():
        state.set_rule(rule_id, text)
    for key in KEYS.values():
        for name, value in ({"EnableFirewall": 1} | dict(local or {})).items():
            state.set_value(rf"{LOCAL_ROOT}\{key}", name, value)
        place = key.replace("Standard", "Private")
        for name, value in (policy or {}).items():
            state.set_value(rf"{POLICY_ROOT}\{place}", name, value)
    return machine


def wish(profiles: str = "domain,private,public", **settings: Any) -> options.Wish:
    return options.wish({"profiles": profiles.split(","), **settings}, {})


def make(machine: Machine, asked: options.Wish, **more: Any) -> driver.ProfileChanges:
    return driver.make(Host(SimulatedTransport(machine), "win-1"), asked, **more)


def stored(machine: Machine, profile: Profile = PRIVATE) -> dict[str, Any]:
    """The local values of a profile in the registry, with those of its log."""
    state = machine.firewall
    assert state is not None
    key = rf"{LOCAL_ROOT}\{KEYS[profile]}"
    values = {**(state.values(key) or {}), **(state.values(rf"{key}\Logging") or {})}
    return {name: value.data for name, value in values.items()}


def everything(machine: Machine) -> dict[Profile, dict[str, Any]]:
    return {profile: stored(machine, profile) for profile in Profile}


def told(error: ChangeError | HostError) -> str:
    return render(error.phrase, "en")


def test_values_are_written_read_back_and_no_second_time() -> None:
    machine = pc()
    asked = wish(
        "private",
        enabled=True,
        default_outbound_action="block",
        notify_on_listen=False,
        log_blocked=True,
        log_file_name=r"%windir%\fw.log",
        log_max_size_kilobytes=16384,
        allow_unicast_response_to_multicast="not_configured",
    )
    before = everything(machine)
    first, again = make(machine, asked), make(machine, asked)
    assert (first.changed, again.changed) == (True, False)
    assert stored(machine) == {
        "EnableFirewall": 1,
        "DefaultOutboundAction": 1,
        "DisableNotifications": 1,
        "LogDroppedPackets": 1,
        "LogFilePath": r"%windir%\fw.log",
        "LogFileSize": 16384,
    }
    assert {each: before[each] for each in (DOMAIN, PUBLIC)} == {
        each: stored(machine, each) for each in (DOMAIN, PUBLIC)
    }
    (entry,) = result.result(first)["profiles"]
    assert entry["differences"] == [
        "default_outbound_action",
        "notify_on_listen",
        "log_file_name",
        "log_max_size_kilobytes",
        "log_blocked",
    ]
    assert (entry["outcome"], entry["active"], entry["in_force"]) == ("changed", True, True)
    assert entry["effective"] is not None
    assert entry["effective"]["log_max_size_kilobytes"] == 16384
    # The folder is not that of Windows itself.
    assert "mpssvc" in " ".join(render(each, "en") for each in result.warnings(first))


def test_check_mode_writes_nothing_and_tells_the_same() -> None:
    machine = pc(local={"DefaultInboundAction": 0})
    before = everything(machine)
    asked = wish("public,private", default_inbound_action="block", log_allowed=True)
    predicted = result.result(make(machine, asked, check=True))
    assert everything(machine) == before
    assert predicted == result.result(make(machine, asked))


def test_a_change_that_would_close_winrm_is_refused_before_anything_is_sent() -> None:
    machine = pc({}, {"EnableFirewall": 0})
    before = everything(machine)
    for asked in (
        wish(enabled=True),
        wish("private", enabled=True, log_blocked=True),
    ):
        with pytest.raises(ChangeError) as error:
            make(machine, asked)
        assert "WinRM from 10.1.2.9 (port 5985) would be blocked" in told(error.value)
        assert "the default action blocks it" in told(error.value)
        assert (error.value.changed, error.value.profiles) == (False, {})
        assert everything(machine) == before
    assert make(machine, wish(enabled=True), force=True).changed


@each_row(
    ("rules", "local", "asked", "refused"),
    [
        ({"winrm": WINRM}, {"EnableFirewall": 0}, {"enabled": True}, False),
        ({"winrm": WINRM}, {}, {"allow_inbound_rules": False}, True),
        ({"winrm": WINRM}, {}, {"default_outbound_action": "block"}, False),
        ({}, {"DefaultInboundAction": 0}, {"default_inbound_action": "block"}, True),
        ({}, {"DefaultInboundAction": 0}, {"default_inbound_action": "not_configured"}, True),
        ({}, {"DefaultInboundAction": 0}, {"enabled": False}, False),
        ({}, {}, {"log_blocked": True}, False),
        ({}, {"DoNotAllowExceptions": 1}, {"allow_inbound_rules": True}, False),
    ],
)
def test_what_is_refused(
    rules: dict[str, str], local: dict[str, int], asked: dict[str, Any], refused: bool
) -> None:
    machine = pc(rules, local)
    if not refused:
        assert make(machine, wish(**asked)).changed
        return
    with pytest.raises(ChangeError, match="Refused"):
        make(machine, wish(**asked))


def test_a_profile_that_is_not_active_is_warned_of() -> None:
    machine = pc({"winrm": WINRM + "Profile=Private|"}, {"EnableFirewall": 0})
    done = make(machine, wish("public", enabled=True))
    warnings = [render(each, "en") for each in result.warnings(done)]
    assert any("in the public profile (not active now)" in each for each in warnings)


def test_what_a_policy_decides_is_told_and_the_local_value_written() -> None:
    machine = pc(policy={"EnableFirewall": 1, "AllowLocalPolicyMerge": 1})
    done = make(machine, wish("private", enabled=False, allow_local_firewall_rules=False))
    assert stored(machine)["EnableFirewall"] == 0
    (entry,) = result.result(done)["profiles"]
    assert (entry["local"]["enabled"], entry["in_force"]) == (False, False)
    assert entry["effective"] is not None
    assert entry["effective"]["enabled"] is True
    first, second = entry["overridden"]
    assert (first["setting"], first["value"], first["origin"]) == (
        "enabled",
        "true",
        "group_policy",
    )
    assert first["path"].endswith(r"PrivateProfile\EnableFirewall")
    assert "set by Group Policy" in render(second["reason"], "en")
    texts = [render(each, "en") for each in result.warnings(done)]
    assert any("the local value of enabled is not in force" in each for each in texts)
    # Nor does WinRM depend on what a policy overrides.
    assert make(machine, wish("private", enabled=True)).changed


def test_a_setting_for_policies_only_is_told() -> None:
    done = make(pc(), wish("private", allow_local_firewall_rules=False))
    (entry,) = result.result(done)["profiles"]
    (overridden,) = entry["overridden"]
    assert overridden["origin"] == "default"
    assert "only where a policy sets it" in render(overridden["reason"], "en")


def test_a_host_without_the_class_or_the_service() -> None:
    machine = pc()
    assert machine.firewall is not None
    machine.firewall.broken_classes = True
    with pytest.raises(ChangeError, match="mofcomp"):
        make(machine, wish(log_blocked=True))


# -- failures --------------------------------------------------------------------------------------


class Faulty(SimulatedTransport):
    """A PC on which some of the Puts fail: by their numbers, what happens to them."""

    def __init__(self, machine: Machine, faults: Mapping[int, str]) -> None:
        super().__init__(machine)
        self.faults = faults
        self.puts = 0

    def answered(self, request: Request) -> Reply:
        if not request.action.endswith("/Put"):
            return super().answered(request)
        self.puts += 1
        fault = self.faults.get(self.puts)
        firewall = self.service.machine.firewall
        assert firewall is not None
        if fault == "refused":
            firewall.read_only = True
            reply = super().answered(request)
            firewall.read_only = False
            return reply
        if fault in ("ignored", "partly"):
            kept = firewall.copy()
            reply = super().answered(request)
            if fault == "ignored":
                self.service.machine.firewall = kept
            else:
                key = rf"{LOCAL_ROOT}\{KEYS[DOMAIN]}\Logging"
                firewall.delete_value(key, "LogDroppedPackets")
            return reply
        reply = super().answered(request)
        if fault == "lost":
            raise TransportError(Failure.CLOSED)
        return reply


def broken(
    faults: Mapping[int, str], asked: options.Wish, machine: Machine | None = None
) -> tuple[ChangeError, Machine]:
    machine = machine or pc()
    with pytest.raises(ChangeError) as error:
        driver.make(Host(Faulty(machine, faults), "win-1"), asked)
    return error.value, machine


LOGGING: dict[str, Any] = {"log_blocked": True, "log_max_size_kilobytes": 8192}


@each_row("number", [1, 2, 3])
@each_row("fault", ["refused", "ignored"])
def test_a_put_that_fails_takes_everything_back(number: int, fault: str) -> None:
    machine = pc()
    before = everything(machine)
    error, _machine = broken({number: fault}, wish(**LOGGING), machine)
    assert everything(machine) == before
    assert not error.changed
    assert set(error.profiles.values()) == {Standing.UNCHANGED}
    assert not error.unreachable
    if fault == "ignored":
        assert "is not as asked for" in told(error)
        assert "log_blocked is not_configured instead of true" in told(error)


def test_a_put_that_is_carried_out_in_part_is_taken_back() -> None:
    machine = pc()
    before = everything(machine)
    error, _machine = broken({1: "partly"}, wish(**LOGGING), machine)
    assert "log_blocked is not_configured instead of true" in told(error)
    assert "log_max_size" not in told(error)
    assert everything(machine) == before


def test_what_can_not_be_taken_back_is_told() -> None:
    error, machine = broken({2: "refused", 3: "refused"}, wish(**LOGGING))
    assert stored(machine, DOMAIN)["LogDroppedPackets"] == 1
    assert error.changed
    assert error.profiles == {
        DOMAIN: Standing.CHANGED,
        PRIVATE: Standing.UNCHANGED,
        PUBLIC: Standing.UNCHANGED,
    }
    assert "The domain profile could not be put back" in told(error)
    assert "The public profile is as it was before." in told(error)
    found = result.broken_off(error)
    assert found["profiles"][0] == {"name": "domain", "outcome": "changed"}
    assert found["failed"]


def test_an_answer_that_is_lost_does_not_matter_where_the_host_answers_again() -> None:
    machine = pc()
    asked = wish(**LOGGING)
    done = driver.make(Host(Faulty(machine, {2: "lost"}), "win-1"), asked)
    assert done.changed
    assert all(stored(machine, each)["LogFileSize"] == 8192 for each in Profile)


def test_the_profile_that_the_connection_uses_is_written_last() -> None:
    machine = pc({})
    asked = wish(allow_inbound_rules=False)
    written: list[str] = []

    class Watched(Faulty):
        def answered(self, request: Request) -> Reply:
            if request.action.endswith("/Put"):
                written.append(str(request.selectors["InstanceID"]).rpartition("|")[2])
            return super().answered(request)

    transport = Watched(machine, {})
    driver.make(Host(transport, "win-1"), asked, force=True)
    assert written == ["Domain", "Public", "Private"]


def test_someone_elses_change_stays() -> None:
    machine = pc()

    class Raced(Faulty):
        def answered(self, request: Request) -> Reply:
            if request.action.endswith("/Put") and self.puts == 1:
                assert machine.firewall is not None
                key = rf"{LOCAL_ROOT}\{KEYS[DOMAIN]}\Logging"
                machine.firewall.set_value(key, "LogFileSize", 77)
            return super().answered(request)

    with pytest.raises(ChangeError) as error:
        driver.make(Host(Raced(machine, {2: "refused"}), "win-1"), wish(**LOGGING))
    assert stored(machine, DOMAIN)["LogFileSize"] == 77
    assert "LogDroppedPackets" not in stored(machine, DOMAIN)
    assert error.value.profiles[DOMAIN] is Standing.INCOMPLETE


def test_a_message_that_never_comes_back_leaves_each_profile_old_or_new() -> None:
    """At each message the host is gone for good: each profile is as before or as asked for, and a
    second run completes it."""
    clean = SimulatedTransport(pc())
    driver.make(Host(clean, "win-1"), wish(**LOGGING))
    puts = [number for number, action in enumerate(clean.actions) if action == "Put"]
    old, new = stored(pc()), {**stored(pc()), "LogDroppedPackets": 1, "LogFileSize": 8192}
    for number in range(puts[0], len(clean.actions) - 1):  # the last one tidies up
        machine = pc()
        transport = SimulatedTransport(machine)
        lost = TransportError(Failure.TIMEOUT)
        transport.failures = dict.fromkeys(range(number, 500), lost)
        with pytest.raises((ChangeError, HostError)) as error:
            driver.make(Host(transport, "win-1"), wish(**LOGGING))
        assert error.value.unreachable  # type: ignore[attr-defined]
        assert all(each in (old, new) for each in everything(machine).values())
        if isinstance(error.value, ChangeError):
            assert error.value.changed
            assert "Run the task again" in told(error.value) or number > puts[-1]
        make(machine, wish(**LOGGING))
        assert everything(machine) == dict.fromkeys(Profile, new)


# -- what a hostile host says ----------------------------------------------------------------------


def spoilt(change: Callable[[str], str]) -> SimulatedTransport:
    transport = SimulatedTransport(pc())
    transport.spoil = lambda _number, answer: (
        change(answer) if "MSFT|FW|FirewallProfile" in answer else answer
    )
    return transport


@each_row(
    ("change", "why"),
    [
        (lambda text: text.replace(">Public<", ">Guest<"), "does not show the firewall profile"),
        (lambda text: text.replace(">Public<", ">private<"), "twice"),
        (lambda text: text.replace("<Name>Public</Name>", ""), "Name"),
    ],
)
def test_profiles_that_are_not_those_of_windows(change: Callable[[str], str], why: str) -> None:
    with pytest.raises(HostError) as error:
        driver.make(Host(spoilt(change), "win-1"), wish(log_blocked=True))
    assert why in told(error.value)


def test_a_value_that_is_not_known_is_no_value() -> None:
    transport = spoilt(lambda text: re.sub(r"Enabled>\d<", "Enabled>9<", text))
    done = driver.make(Host(transport, "win-1"), wish())
    assert [each["local"]["enabled"] for each in result.result(done)["profiles"]] == [None] * 3


# -- for any wish ----------------------------------------------------------------------------------

SWITCHES = st.sampled_from([True, False, None])
VALUES = {
    each.name: (
        st.sampled_from(["allow", "block", None])
        if each.name.startswith("default_")
        else st.sampled_from([r"C:\a.log", r"%windir%\b.log"])
        if each.is_path
        else st.integers(1, 32767)
        if each.name == "log_max_size_kilobytes"
        else SWITCHES
    )
    for each in options.OPTIONS
}
WISHES = st.dictionaries(
    st.sampled_from(list(Profile)), st.fixed_dictionaries({}, optional=VALUES), min_size=1
)


@given(WISHES, WISHES)
def test_any_wish_is_fulfilled_and_then_there_is_nothing_to_do(
    first: options.Wish, second: options.Wish
) -> None:
    machine = pc()
    make(machine, first, force=True)
    predicted = result.result(make(machine, second, check=True, force=True))
    made = make(machine, second, force=True)
    assert _without_paths(result.result(made)) == _without_paths(predicted)
    again = make(machine, second, force=True)
    assert not again.changed
    local = {each["name"]: each["local"] for each in result.result(again)["profiles"]}
    for profile, settings in second.items():
        for name, value in settings.items():
            assert local[profile.word.lower()][name] == options.shown(value)


def _without_paths(found: Any) -> Any:
    """A result without the places in the registry, which a prediction can't know."""
    if isinstance(found, dict):
        return {name: _without_paths(each) for name, each in found.items() if name != "path"}
    if isinstance(found, list):
        return [_without_paths(each) for each in found]
    return render(found, "en") if isinstance(found, Phrase) else found
