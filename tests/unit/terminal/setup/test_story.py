# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role port_setup tells at its end."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal import layout
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.setup import (
    registered,
    story,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    PhraseError,
    render,
)
from unit.rows import each_row

WANTED = story.Wanted(frozenset({"reachable"}))
CHECK_MODE = story.Wanted(frozenset({"reachable"}), check_mode=True)


def port(number: int, verdict: str, msg: str = "-") -> dict[str, Any]:
    listeners = [{"pid": 7, "process": "a.exe"}] if verdict == "reachable" else []
    return {
        "port": number,
        "protocol": "tcp",
        "name": "stock",
        "verdict": verdict,
        "msg": msg,
        "evidence": {"listeners": listeners},
    }


def rule(
    outcome: str, *, effective: bool | None = True, profiles: tuple[str, ...] = ("any",)
) -> dict[str, Any]:
    traffic = {"protocol": "tcp", "ports": ["1", "80-81"], "profiles": list(profiles)}
    found = {"name": "R", "outcome": outcome, "effective": effective, "reason": "no network"}
    return found | {"rule": None if outcome == "deleted" else traffic}


def told(wanted: story.Wanted = WANTED, **results: Any) -> list[str]:
    found = registered.read({"pc": results})
    return [render(each, "en") for each in story.of_pc(found["pc"], wanted)]


def test_what_was_done_comes_first_then_what_is_wrong_then_the_rest() -> None:
    assert told(
        before={"ports": [port(1, "blocked"), port(2, "reachable")]},
        freed={
            "results": [{"changed": True, "msg": "Ended the process a.exe."}, {"changed": False}]
        },
        network={"changed": True, "msg": "The network is private."},
        opened={"rules": [rule("created", effective=False), rule("unchanged"), rule("changed")]},
        after={"ports": [port(1, "reachable", "Good."), port(2, "blocked", "Bad.")]},
        paths={"ports": [{"port": 1, "protocol": "tcp", "verdict": "no_route", "msg": "No way."}]},
    ) == [
        "Ended the process a.exe.",
        "The network is private.",
        "The firewall rule 'R' was created. It has no effect now: no network.",
        "The firewall rule 'R' was changed.",
        "Bad.",
        "No way.",
        "Good.",
    ]


@each_row(
    ("wanted", "outcome", "line"),
    [
        (WANTED, "created", "The firewall rule 'R' was created."),
        (WANTED, "changed", "The firewall rule 'R' was changed."),
        (WANTED, "deleted", "The firewall rule 'R' was deleted."),
        (WANTED, "unchanged", "Nothing had to be changed."),
        (CHECK_MODE, "created", "The firewall rule 'R' would be created."),
        (CHECK_MODE, "changed", "The firewall rule 'R' would be changed."),
        (CHECK_MODE, "deleted", "The firewall rule 'R' would be deleted."),
        (CHECK_MODE, "unchanged", "Nothing would be changed."),
    ],
)
def test_what_became_of_a_rule(wanted: story.Wanted, outcome: str, line: str) -> None:
    assert told(wanted, before={"ports": []}, opened={"rules": [rule(outcome)]}) == [line]


def test_in_check_mode_the_ports_are_as_they_were() -> None:
    skipped = {"skipped": True, "changed": False}
    lines = told(CHECK_MODE, before={"ports": [port(1, "blocked", "Bad.")]}, after=skipped)
    assert lines == ["Nothing would be changed.", "Bad."]


def test_in_check_mode_what_would_be_done_is_told_apart_from_how_the_ports_stand() -> None:
    before = {"ports": [port(1, "blocked", "Bad.")]}
    made = rule("created", effective=False)
    assert told(CHECK_MODE, before=before, opened={"rules": [made]}) == [
        "The firewall rule 'R' would be created. It would have no effect: no network.",
        "Check mode: nothing was changed. This is how the ports stand before the set-up:",
        "Bad.",
    ]


def checked(kind: str, module: str | None) -> dict[str, Any]:
    """A port that another program holds, or that is shut, with what a check says to do."""
    texts = {"in_use_by_other": "A has it.", "no_rule": "No rule.", "reserved": "Reserved."}
    task = None if module is None else {"name": "x", f"portkeeper.windows.{module}": {}}
    return port(80, "blocked", f"{texts[kind][:-1]}; do that.") | {
        "causes": [{"kind": kind, "text": texts[kind]}, {"kind": "refused", "text": "Other."}],
        "remedies": [
            {"cause": kind, "task": task, "text": "Do that.", "yaml": None},
            {"cause": "refused", "task": None, "text": "Wait.", "yaml": None},
        ],
    }


@each_row(
    ("found", "results", "said"),
    [
        (
            checked("in_use_by_other", "port_process"),
            {"freed": {"results": [{"changed": True, "item": "80/tcp", "msg": "Would stop A."}]}},
            "A has it.",
        ),
        # Another port would be freed.
        (
            checked("in_use_by_other", "port_process"),
            {"freed": {"results": [{"changed": True, "item": "81/tcp", "msg": "Would stop A."}]}},
            "A has it; do that.",
        ),
        (
            checked("no_rule", "port_firewall"),
            {"opened": {"rules": [rule("created")]}},
            "No rule.",
        ),
        (
            checked("no_rule", "network_category"),
            {"network": {"changed": True, "msg": "It would be private."}},
            "No rule.",
        ),
        # A person has to do that.
        (
            checked("reserved", None),
            {"opened": {"rules": [rule("created")]}},
            "Reserved; do that.",
        ),
    ],
)
def test_in_check_mode_nobody_is_told_to_do_what_the_run_would_do(
    found: dict[str, Any], results: dict[str, Any], said: str
) -> None:
    assert told(CHECK_MODE, before={"ports": [found]}, **results)[-1] == said
    assert told(before={"ports": [found]}, **results)[-1] == found["msg"]


def test_why_a_rule_has_no_effect_is_told_once() -> None:
    """What the check says of its port has the reason, and the remedy."""
    made = rule("created", effective=False)
    opened = {"rules": [made]}
    for verdict in ("blocked", "hidden_by_profile", "overridden_by_policy", "third_party_firewall"):
        after = {"ports": [port(1, verdict, "Policy.")]}
        lines = told(before={"ports": []}, opened=opened, after=after)
        assert lines == ["The firewall rule 'R' was created.", "Policy."]
        again = {"rules": [made | {"outcome": "unchanged"}]}
        lines = told(before=after, opened=again)
        assert lines == ["Nothing had to be changed.", "Policy."]
    # One that is for another port says nothing of it.
    after = {"ports": [port(2, "blocked", "Shut."), port(80, "not_listening", "No program.")]}
    assert told(before={"ports": []}, opened=opened, after=after)[0].endswith(
        "It has no effect now: no network."
    )


LISTENING_OR_NOT = story.Wanted(frozenset({"reachable", "not_listening"}))


@each_row(
    ("profiles", "active", "remedy"),
    [
        (("domain", "private"), ["public"], " If everybody on those networks may connect, add "
         "public to the profiles of the service, or, only if you trust everybody there, make the "
         "network private with port_setup_network_category, set for this PC alone (in its "
         "host_vars)."),
        (("domain",), ["private", "public"], " If everybody on those networks may connect, add "
         "private and public to the profiles of the service."),
        (("any",), ["public"], ""),
        (("domain", "public"), ["public"], ""),
        (("private",), [], ""),
    ],
)  # fmt: skip
def test_a_rule_without_effect_is_told_with_its_remedy(
    profiles: tuple[str, ...], active: list[str], remedy: str
) -> None:
    """In each run, not only in that which has made the rule."""
    ports = {"ports": [port(80, "not_listening", "Nothing listens.")]}
    idle = rule("unchanged", effective=False, profiles=profiles)
    opened = {"rules": [idle], "active_profiles": active}
    assert told(LISTENING_OR_NOT, before=ports, opened=opened) == [
        "Nothing had to be changed.",
        f"The rule 'R' has no effect now: no network.{remedy}",
        "Nothing listens.",
    ]


@each_row(
    ("verdict", "accepted", "effective", "well"),
    [
        ("not_listening", {"reachable", "not_listening"}, False, False),
        ("not_listening", {"reachable", "not_listening"}, None, True),
        ("not_listening", {"reachable", "not_listening"}, True, True),
        ("reachable", {"reachable"}, False, True),
        ("not_listening", {"reachable", "not_listening", "hidden_by_profile"}, False, True),
        ("blocked", {"reachable", "not_listening"}, False, False),
    ],
)
def test_a_pc_with_a_rule_without_effect_is_not_as_wanted(
    verdict: str, accepted: set[str], effective: bool | None, well: bool
) -> None:
    idle = rule("unchanged", effective=effective)
    results = {"before": {"ports": [port(80, verdict), port(443, "reachable")]}}
    pcs = {"pc": results | {"opened": {"rules": [idle]}}}
    wanted = story.Wanted(frozenset(accepted))
    _table, counts = story.of_pcs(registered.read(pcs), wanted)
    assert render(counts, "en").startswith(f"PCs as wanted: {int(well)} of 1;")
    amiss = [(each["host"], each["port"]) for each in story.amiss(pcs, wanted)]
    assert amiss == ([] if well else [("pc", 80)])
    # Those that belong to no service are not what was wanted.
    pcs["pc"]["opened"] = {"rules": [idle | {"unspecified": True}]}
    _table, counts = story.of_pcs(registered.read(pcs), wanted)
    assert render(counts, "en").startswith(f"PCs as wanted: {int(verdict in accepted)} of 1;")


def test_pcs_with_a_rule_without_effect_are_named() -> None:
    well = {"before": {"ports": [port(80, "not_listening")]}, "opened": {"rules": []}}
    idle = well | {"opened": {"rules": [rule("created", effective=False)]}}
    # The verdict of this one says it.
    shut = idle | {"before": {"ports": [port(80, "overridden_by_policy")]}}
    pcs = registered.read({"a": well, "b": idle, "c": shut})
    _table, counts = story.of_pcs(pcs, LISTENING_OR_NOT)
    assert render(counts, "en") == (
        "PCs as wanted: 1 of 3; not as wanted: 2. A firewall rule has no effect, so that a port "
        "would stay shut: b. Of those as wanted, 1 can't be reached at every port yet; that is "
        "accepted (Not listening)."
    )
    # In check mode as they would be after a run.
    check = story.Wanted(LISTENING_OR_NOT.accepted, check_mode=True)
    _table, counts = story.of_pcs(registered.read({"a": well, "b": idle}), check)
    assert render(counts, "en") == (
        "Check mode: nothing was changed, and the table shows the ports before the set-up. PCs as "
        "wanted after a run: 1 of 2; not as wanted: 1. A firewall rule would have no effect, so "
        "that a port would stay shut: b. Of those as wanted, 1 can't be reached at every port yet; "
        "that is accepted (Not listening)."
    )


def test_in_check_mode_no_rule_is_said_to_be_without_effect_in_the_network_to_come() -> None:
    idle = rule("created", effective=False, profiles=("private",))
    task = {"portkeeper.windows.port_firewall": {"ports": 80}}
    shut = port(80, "blocked", "It is shut; open it.") | {
        "causes": [{"kind": "no_rule", "text": "It is shut."}],
        "remedies": [{"cause": "no_rule", "task": task}],
    }
    results: dict[str, Any] = {
        "before": {"ports": [shut]},
        "opened": {"rules": [idle], "active_profiles": ["public"]},
    }
    stays = told(CHECK_MODE, **results)
    assert "It would have no effect: " in stays[0]
    # By what the rule lacks, which is told with it.
    assert stays[-1] == "It is shut."
    network = {"changed": True, "msg": "The network would become private."}
    assert told(CHECK_MODE, **results, network=network) == [
        "The network would become private.",
        "The firewall rule 'R' would be created.",
        "Check mode: nothing was changed. This is how the ports stand before the set-up:",
        "It is shut.",
    ]


def shut(kind: str, **task: Any) -> dict[str, Any]:
    """A port that the rule of a service keeps shut, with the task that would change the rule."""
    done = {f"portkeeper.windows.{module}": options for module, options in task.items()}
    return port(80, "blocked", "R is too narrow; change R with port_firewall.") | {
        "causes": [{"kind": kind, "text": "R is too narrow.", "rule": "r", "host": "pc"}],
        "remedies": [{"cause": kind, "task": done or None}],
    }


@each_row(
    ("kind", "task", "fixed", "more", "advice"),
    [
        ("rule_for_other_remote", {"port_firewall": {}}, "remote_addresses", {},
         "R is too narrow. Add that address to remote_addresses of the service 'stock', or, if the "
         "controller is not meant to connect, add blocked to port_setup_accept."),
        ("rule_for_other_remote", {"port_firewall": {}}, "remote_addresses", {"client": "c"},
         "From c to pc, TCP 80 can't be reached. R is too narrow. Add that address to "
         "remote_addresses of the service 'stock'."),
        ("rule_for_other_remote", {}, "remote_addresses", {},
         "R is too narrow. Add the addresses of those who may connect to remote_addresses of the "
         "service 'stock'."),
        ("rule_for_other_profile", {"port_firewall": {}}, "profiles", {},
         "R is too narrow. If everybody on those networks may connect, add public to the profiles "
         "of the service."),
        ("rule_for_other_profile", {"network_category": {}}, "profiles", {},
         "R is too narrow. If everybody on those networks may connect, add public to the profiles "
         "of the service, or, only if you trust everybody there, make the network private with "
         "port_setup_network_category, set for this PC alone (in its host_vars)."),
    ],
)  # fmt: skip
def test_a_rule_of_the_role_is_mended_in_the_service(
    kind: str, task: dict[str, Any], fixed: str, more: dict[str, Any], advice: str
) -> None:
    """A change of the rule would be changed back."""
    found = shut(kind, **task)
    part = {"paths" if more else "after": {"ports": [found | more]}}
    opened = {"rules": [rule("unchanged")], "active_profiles": ["public"]}

    def said(wanted: story.Wanted = WANTED, **service: Any) -> str:
        services = [{"name": "stock", "rule": {"name": "R"} | service}]
        return told(wanted, before={"ports": []}, opened=opened, services=services, **part)[-1]

    assert said(**{fixed: ["x"]}) == advice
    # Nobody is told to accept what is accepted.
    accepting = story.Wanted(frozenset({"blocked"}))
    assert said(accepting, **{fixed: ["x"]}) == re.sub(", or, if the controller.*", ".", advice)
    # What the service leaves open, somebody has set, and the role leaves it alone.
    assert said() == found["msg"]
    # A rule of somebody else.
    assert said(name="S", **{fixed: ["x"]}) == found["msg"]


def test_a_rule_that_lacks_two_things_is_not_said_to_be_missing() -> None:
    """No single change of it would open its port, so the check says that there is none."""
    lacking = checked("no_rule", "port_firewall")
    idle = rule("unchanged", effective=False, profiles=("domain",))
    opened = {"rules": [idle], "active_profiles": ["public"]}
    assert told(before={"ports": [lacking]}, opened=opened) == [
        "Nothing had to be changed.",
        "The rule 'R' has no effect now: no network. If everybody on those networks may connect, "
        "add public to the profiles of the service.",
        "No rule.",
    ]
    works = {"rules": [rule("unchanged")]}
    assert told(before={"ports": [lacking]}, opened=works)[-1] == "No rule; do that."


def test_a_pc_whose_set_up_an_error_has_ended_is_not_as_wanted() -> None:
    well = {"before": {"ports": [port(80, "not_listening")]}, "failed": False}
    unread = {"before": {}, "failed": True}
    pcs = registered.read({"a": well, "b": well | {"failed": True}, "c": unread})
    _table, counts = story.of_pcs(pcs, LISTENING_OR_NOT)
    assert render(counts, "en") == (
        "PCs as wanted: 1 of 3; not as wanted: 1; not read: 1. An error ended the set-up early: b. "
        "Of those as wanted, 1 can't be reached at every port yet; that is accepted (Not "
        "listening)."
    )
    assert "エラーのためセットアップが途中で終了した PC: b。" in render(counts, "ja")


def test_what_is_not_as_wanted_is_returned_as_it_was_found() -> None:
    path = {"verdict": "no_route", "msg": "-", "port": 5, "protocol": "tcp", "client": "c"}
    results = {
        "before": {"ports": [port(1, "blocked"), port(2, "reachable")]},
        "after": {"ports": [port(1, "reachable"), port(2, "loopback_only")]},
        "paths": {"ports": [path, path | {"verdict": "reachable"}]},
    }
    assert story.amiss({"pc": results}, WANTED) == [
        port(2, "loopback_only") | {"host": "pc"},
        path | {"host": "pc"},
    ]


def test_what_windows_has_dropped_is_told_of_ports_that_are_not_as_wanted() -> None:
    dropped = {"drops": {"msg": "Dropped at 10:00."}}
    ports = [port(1, "blocked", "Bad.") | dropped, port(2, "reachable", "Good.") | dropped]
    lines = told(before={"ports": []}, after={"ports": ports})
    assert lines == ["Nothing had to be changed.", "Bad.", "Dropped at 10:00.", "Good."]


def test_several_pcs_are_a_table_with_what_to_mend_first() -> None:
    found = registered.read(
        {
            "good": {
                "before": {"ports": [port(80, "blocked")]},
                "after": {"ports": [port(80, "reachable")]},
            },
            "bad": {"before": {"ports": [port(80, "in_use_by_other")]}},
            "off": {"before": {"unreachable": True, "msg": "no answer"}},
        }
    )
    table, counts = story.of_pcs(found, WANTED)
    assert layout.render(table, "en") == [
        "HOST  PROTO  PORT  NAME   BEFORE    NOW        PID  PROCESS",
        "off                       Not read",
        "bad   TCP      80  stock  Taken",
        "good  TCP      80  stock  Blocked   Reachable    7  a.exe",
    ]
    words = "PCs as wanted: 1 of 3; not as wanted: 1; not read: 1."
    assert render(counts, "en") == words


def test_what_is_accepted_of_one_pc_is_not_accepted_of_another() -> None:
    """A variable of the role may differ from PC to PC."""
    shut = {"before": {"ports": [port(80, "blocked")]}}
    pcs = registered.read({"kiosk": shut | {"accept": ["blocked"]}, "pc": shut, "srv": shut})
    _table, counts = story.of_pcs(pcs, WANTED)
    assert render(counts, "en").startswith("PCs as wanted: 1 of 3; not as wanted: 2. Of those as")
    assert [story.amiss_on(each, WANTED) == [] for each in pcs.values()] == [True, False, False]
    assert [
        each["host"]
        for each in story.amiss({"a": shut, "b": shut | {"accept": ["blocked"]}}, WANTED)
    ] == ["a"]


def test_pcs_with_only_the_last_check_have_been_read() -> None:
    found = registered.read(
        {
            "good": {"after": {"ports": [port(80, "reachable")]}},
            "bad": {"after": {"ports": [port(80, "blocked")]}, "opened": {"rules": []}},
            "off": {"after": {"unreachable": True}},
        }
    )
    table, counts = story.of_pcs(found, WANTED)
    assert layout.render(table, "en") == [
        "HOST  PROTO  PORT  NAME   BEFORE    NOW        PID  PROCESS",
        "off                       Not read",
        "bad   TCP      80  stock            Blocked",
        "good  TCP      80  stock            Reachable    7  a.exe",
    ]
    assert render(counts, "en") == "PCs as wanted: 1 of 3; not as wanted: 1; not read: 1."


def test_pcs_without_a_check_can_not_be_told_of() -> None:
    pcs = {"a": {"before": {"ports": []}}, "b": {"opened": {"rules": []}}}
    with pytest.raises(PhraseError, match=r"wants the results for each PC .*: 'b.before' is miss"):
        story.of_pcs(registered.read(pcs), WANTED)


def test_a_path_that_is_blocked_counts_for_its_pc() -> None:
    well = {"before": {"ports": [port(80, "reachable")]}}
    paths = {
        "paths": {"ports": [{"port": 80, "protocol": "tcp", "verdict": "no_route", "msg": "-"}]}
    }
    found = registered.read({"a": well, "b": well | paths})
    _table, counts = story.of_pcs(found, WANTED)
    assert render(counts, "en") == "PCs as wanted: 1 of 2; not as wanted: 1."


@each_row(
    "results",
    [
        [],
        # The result of port_check itself.
        {"changed": False, "ports": [port(80, "reachable")]},
        {"pc": []},
        {"pc": {"before": {"ports": 1}}},
        # Without saying which of them it is.
        {"pc": {"changed": False, "ports": [port(80, "reachable")]}},
        {"pc": {"opened": {"rules": [{"name": "R"}]}}},
        {"pc": {"freed": {"results": [{"changed": "yes"}]}}},
    ],
)
def test_what_no_module_returns_is_refused_with_what_is_wanted(results: object) -> None:
    with pytest.raises(PhraseError, match=r"wants the results for each PC by its name, .*: .*'"):
        registered.read(results)


def test_what_is_accepted_without_being_reachable_is_counted() -> None:
    """So that the number of PCs as wanted can be compared with that of PCs that are ready."""
    results = registered.read(
        {
            "one": {"before": {"ports": [port(1, "not_listening")]}},
            "two": {"before": {"ports": [port(1, "reachable"), port(2, "reachable")]}},
            "three": {
                "before": {"ports": [port(1, "reachable")]},
                "paths": {"ports": [port(80, "not_listening")]},
            },
        }
    )
    accepted = story.Wanted(frozenset({"reachable", "not_listening"}))
    _table, told = story.of_pcs(results, accepted)
    assert render(told, "en") == (
        "PCs as wanted: 3 of 3; not as wanted: 0. Of those as wanted, 2 can't be reached at every "
        "port yet; that is accepted (Not listening)."
    )


def test_in_check_mode_it_is_said_that_nothing_was_changed_yet() -> None:
    results = registered.read({"one": {"before": {"ports": [port(1, "blocked")]}}})
    _table, told = story.of_pcs(results, CHECK_MODE)
    assert render(told, "en").startswith("Check mode: nothing was changed, and the table ")
