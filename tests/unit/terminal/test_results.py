# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of the modules as a person sees them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Admission,
    Verdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.judge import (
    Status,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sets import Who
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    StopGuard,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.layout import (
    MAX_WHOLE,
    Tone,
    width,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.results import (
    MODULES,
    show,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.table import label
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase
from unit.returned import (
    category,
    check,
    checked_port,
    connected,
    endpoint,
    evidence,
    firewall,
    freed,
    from_source,
    holder,
    listener,
    on_network,
    port_facts,
    port_range,
    profile,
    profiles,
    rule,
    stopped,
)
from unit.rows import each_row

NETWORKS = [
    {"name": "ネットワーク 2", "profile": "public"},
    {"name": None, "profile": "domain"},
]


def shown(
    module: str, result: dict[str, Any], language: Language = "en", **options: Any
) -> list[str]:
    lines = show(module, {"changed": False} | result, language, **options)
    assert lines is not None
    return lines


def facts(**changes: object) -> dict[str, Any]:
    found = endpoint(address="::", port=443, pid=8, process="業務.exe", service=None)
    fact = port_facts(**{"endpoints": [found]} | changes)
    return {"ansible_facts": {"port_facts": fact, "tcp_listen": [], "udp_listen": []}}


def test_interfaces_that_others_may_reach() -> None:
    def own(text: str, scope: str, prefix: int | None, *, usable: bool = True) -> dict[str, Any]:
        return {"address": text, "family": "ipv4", "scope": scope, "prefix": prefix,
                "usable": usable}  # fmt: skip

    def interface(index: int, adapter: str | None, *addresses: Any, **more: Any) -> dict[str, Any]:
        nothing = {"type": None, "virtual": None, "network": None, "profile": None}
        known = {"index": index, "adapter": adapter, "addresses": list(addresses), "routes": []}
        return nothing | known | more

    interfaces = [
        interface(1, "Loopback", own("127.0.0.1", "loopback", 8)),
        interface(7, "Wi-Fi", own("10.9.9.9", "specific", 8, usable=False)),
        interface(12, "Ethernet", own("10.0.0.4", "specific", 24), own("fe80::5", "link_local", None),
                  network="Office", profile="domain"),
        interface(20, None, own("10.8.0.2", "specific", 24)),
    ]  # fmt: skip
    assert shown("port_facts", facts(interfaces=interfaces))[:-2] == [
        "Adapter Ethernet: 10.0.0.4/24, fe80::5; network Office (domain)",
        "Adapter 20: 10.8.0.2/24; Windows lists no network for it",
    ]


def test_the_network_of_the_controller_is_marked() -> None:
    networks = [each | {"controller": n == 0} for n, each in enumerate(NETWORKS)]
    made = check(checked_port(), networks=networks, msg="One.")
    assert shown("port_check", made)[-2] == (
        "Networks: ネットワーク 2 (public, by which the controller comes), unnamed (domain)"
    )


def test_facts_and_what_else_was_read() -> None:
    reserved = [port_range("tcp", 5357, 5357), port_range("tcp", 50000, 50059, True)]
    lines = shown(
        "port_facts",
        facts(
            reserved=reserved + reserved,
            dynamic_range=[port_range("udp", 49152, 65535)],
            forwards=[
                {
                    "via": "portproxy",
                    "name": "v4tov4",
                    "protocol": "tcp",
                    "address": "0.0.0.0",
                    "port": 8081,
                    "to_address": "172.20.0.2",
                    "to_port": 80,
                },
                {
                    "via": "nat",
                    "name": "nat",
                    "protocol": "udp",
                    "address": "2001:db8::1",
                    "port": 53,
                    "to_address": "2001:db8::2",
                    "to_port": 5353,
                },
            ],
            profiles=[{"name": "Office", "profile": "domain"}],
            firewall={
                "profiles": {},
                "products": ["Other Firewall"],
                "problem": "nothing is certain",
            },
        ),
    )
    assert lines == [
        "Reserved: TCP 5357, TCP 50000-50059 (administered)",
        "For outgoing connections: UDP 49152-65535",
        "Forwarded: TCP 0.0.0.0:8081 to 172.20.0.2:80 (netsh interface portproxy v4tov4)",
        "Forwarded: UDP [2001:db8::1]:53 to [2001:db8::2]:5353 (NAT 'nat')",
        "PROTO  PORT  NAME   ADDRESSES  STATE   PID  PROCESS   SERVICES / URLS",
        "TCP     443  https  ::         listen    8  業務.exe",
        "Networks: Office (domain)",
        "In charge of the firewall: Other Firewall",
        "nothing is certain",
    ]


def test_no_facts_are_said_to_be_none() -> None:
    told = facts(endpoints=[]) | {"msg": "Nothing listens. A NAT has it."}
    assert shown("port_facts", told) == ["Nothing listens. A NAT has it."]
    assert shown("port_facts", facts(endpoints=[])) == [
        "No endpoint was found at the requested ports."
    ]


def test_a_check_tells_each_port_and_then_what_to_do() -> None:
    nobody = evidence(listeners=[], firewall=[])
    other = checked_port(port=81, name=None, verdict="not_listening", evidence=nobody)
    hidden = checked_port(verdict="hidden_by_profile")
    assert shown("port_check", check(hidden, other, networks=NETWORKS, msg="One.\nTwo.")) == [
        "VERDICT        PROTO  PORT  NAME  ADDRESSES    PID  PROCESS    SERVICES  FIREWALL",
        "Other profile  TCP      80  http  ::, 0.0.0.0    8  httpd.exe  A, B      public blocked",
        "Not listening  TCP      81",
        "Networks: ネットワーク 2 (public), unnamed (domain)",
        "One.",
        "Two.",
    ]


def test_a_conditional_verdict_is_explained() -> None:
    told = "Conditional: a rule lets traffic in only under conditions"
    for state, explained in (("conditional", True), ("allowed", False)):
        network = evidence()["firewall"][0] | {"state": state}
        result = check(checked_port(evidence=evidence() | {"firewall": [network]}))
        assert any(each.startswith(told) for each in shown("port_check", result)) is explained


def test_what_was_expected_has_a_column() -> None:
    result = check(checked_port(as_expected=False), checked_port(as_expected=True), failed=True)
    lines = shown("port_check", result)
    assert lines[0].endswith("  AS EXPECTED")
    assert [line.rsplit(maxsplit=1)[1] for line in lines[1:3]] == ["no", "yes"]


def test_what_was_asked_about_other_places_has_rows_of_its_own() -> None:
    public, private = evidence()["firewall"][0], {"profile": "private", "state": "allowed"}
    several = [public | {"decides": False}, public | private | {"decides": True}]
    fine = from_source(source="10.0.0.7", state="allowed", firewall=several)
    port = checked_port(sources=[from_source(), fine], as_expected=False)
    assert shown("port_check", check(port, msg="One.")) == [
        "VERDICT  FROM         PROTO  PORT  ADDRESSES    PID  PROCESS    SERVICES  "
        "FIREWALL         AS EXPECTED",
        "Blocked  controller   TCP      80  ::, 0.0.0.0    8  httpd.exe  A, B      "
        "public blocked   no",
        "Blocked  10.0.0.0/24  TCP      80                                         public blocked",
        "Allowed  10.0.0.7     TCP      80                                         private allowed",
        "One.",
    ]
    lines = shown("port_check", check(port, msg="一。"), "ja")
    assert [line.split()[:2] for line in lines[:3]] == [
        ["判定", "接続元"],
        ["ブロック", "コントローラー"],
        ["ブロック", "10.0.0.0/24"],
    ]


def test_who_can_reach_a_port_has_a_column() -> None:
    """Unless it was not asked, as with ``expect=free``."""
    sources = [from_source(source="10.0.0.7")]
    port = checked_port(reach="own_subnets", sources=sources, as_expected=True)
    lines = shown("port_check", check(port, checked_port(port=81), msg="One."))
    assert lines[0].endswith("  FIREWALL        OPEN TO      AS EXPECTED")
    begin = lines[0].index("OPEN TO")
    assert [line[begin:] for line in lines[1:4]] == ["own subnets  yes", "", "             unknown"]
    lines = shown("port_check", check(checked_port(reach="nobody")), "ja")
    assert [line.split()[-1] for line in lines[:2]] == ["接続範囲", "不可"]


def test_rules_and_whether_they_count() -> None:
    gone = rule(outcome="deleted", rule=None, before={"direction": "out"}, effective=None)
    lines = shown("port_firewall", firewall(rule(), gone))
    assert lines == [
        "OUTCOME  RULE  DIRECTION  ACTION  PROTO  PORTS    PROFILES  FROM         EFFECTIVE",
        "created  Web   in         allow   tcp    80, 443  domain    LocalSubnet  yes",
        "deleted  Web   out                                                       unknown",
        "Active profiles: domain",
        "Web: allowed: the allow rule 'Web' of this host",
        "Web: allowed: the allow rule 'Web' of this host",
    ]


def test_a_rule_that_the_task_does_not_name_is_marked() -> None:
    result = firewall(rule(), rule(name="Old", outcome="deleted", unspecified=True))
    lines = shown("port_firewall", result)
    assert [line.split("  ")[1] for line in lines[1:3]] == ["Web", "Old (not in the list)"]
    assert "Old (一覧にない規則)" in shown("port_firewall", result, "ja")[2]


def opened(**changes: object) -> dict[str, Any]:
    return {
        "network": "Office",
        "profile": "private",
        "protocol": "tcp",
        "ports": ["80", "443"],
        "reach": "everybody",
    } | changes


def left(*addresses: str, **more: object) -> list[dict[str, Any]]:
    return [{"addresses": [*addresses], "reason": "the rule 'x'"} | more]


@each_row(
    ("entry", "words", "japanese"),
    [
        (
            opened(),
            "Web, TCP 80, 443, Office (private): open to everybody",
            "Web、TCP 80, 443、Office (プライベート): どこからでも可",
        ),
        (
            opened(network=None, reach="own_subnets", reach_from=["10.0.0.0/24", "fe80::/64"]),
            "Web, TCP 80, 443, unnamed (private): open to own subnets (10.0.0.0/24, fe80::/64)",
            "Web、TCP 80, 443、名前なし (プライベート): 同じサブネットのみ可 (10.0.0.0/24、"
            "fe80::/64)",
        ),
        (
            opened(reach="some", reach_from=["10.0.0.0/8"], reach_more=3, program=r"C:\a.exe"),
            r"Web, TCP 80, 443 of C:\a.exe, Office (private): open to some addresses "
            "(10.0.0.0/8 and 3 others)",
            r"Web、TCP 80, 443 (C:\a.exe)、Office (プライベート): 一部のアドレスのみ可 "
            "(10.0.0.0/8 ほか 3 件)",
        ),
        (
            opened(reach="nobody", not_open_from=left("0.0.0.0/0", "::/0")),
            "Web, TCP 80, 443, Office (private): open to nobody; not open to 0.0.0.0/0, ::/0 (the "
            "rule 'x')",
            "Web、TCP 80, 443、Office (プライベート): 不可。0.0.0.0/0、::/0 からは"
            "接続できない (the rule 'x')",
        ),
        (
            opened(reach="perhaps", reach_perhaps=left("::/0"), still_open_from=left("10.0.0.9")),
            "Web, TCP 80, 443, Office (private): open to some under conditions; perhaps to ::/0 (the "
            "rule 'x'); still open to 10.0.0.9 (the rule 'x')",
            "Web、TCP 80, 443、Office (プライベート): 条件により可。::/0 からは"
            "条件による (the rule 'x')。10.0.0.9 からはまだ接続できる (the rule 'x')",
        ),
        (
            opened(reach="unknown"),
            "Web, TCP 80, 443, Office (private): unknown to whom it is open",
            "Web、TCP 80, 443、Office (プライベート): どこから接続できるかは不明",
        ),
    ],
)
def test_from_where_the_ports_of_a_rule_are_open(
    entry: dict[str, Any], words: str, japanese: str
) -> None:
    result = firewall(rule(open=[entry]))
    assert shown("port_firewall", result)[-1] == words
    assert shown("port_firewall", result, "ja")[-1] == japanese


def test_who_gets_through_a_rule_is_told_where_no_column_has_it() -> None:
    blank = {"authentication": "not_required", "remote_user": "any", "package": "any"}
    asked = {"authentication": "required", "remote_user": "D:(A;;CC;;;BA)", "remote_machine": "D:x"}
    for options, words, japanese in (
        (asked, "IPsec authentication, users or computers of the other side",
         "IPsec 認証、相手のユーザーまたはコンピューター"),
        ({"local_user": "D:x", "package": "S-1-15-2-1"}, "an app package, users",
         "アプリ パッケージ、ユーザー"),
    ):  # fmt: skip
        result = firewall(rule(rule=rule()["rule"] | blank | options))
        assert f"Web: limited to {words}" in shown("port_firewall", result)
        assert f"Web: {japanese}に限定" in shown("port_firewall", result, "ja")
    result = firewall(rule(rule=rule()["rule"] | blank), rule(rule=None))
    assert not any("limited to" in each for each in shown("port_firewall", result))


def test_openings_that_are_not_listed_are_counted() -> None:
    result = firewall(rule(open=[opened()], open_more=4))
    last = shown("port_firewall", result)[-1]
    assert last == "Web: 4 further groups of ports are not listed"


def test_what_has_become_of_what_held_ports() -> None:
    result = freed(
        before=[
            holder(1, "a.exe"),
            holder(2, "b.exe"),
            holder(3, "c.exe", services=["C"]),
            holder(4, "System", owner=["SMB"]),
        ],
        after=[holder(2, "b.exe")],
        stopped=[stopped("process", "a.exe", 1, "1/tcp"), stopped("service", "Dependent", 7)],
        refused=[holder(4, "System", reason="windows_itself", msg="No.")],
        came_back=[holder(9, "a.exe", reason="parent", msg="It is back.")],
    )
    lines = shown("port_process", result)
    outcomes = [line[: lines[0].index("PORTS")].rstrip() for line in lines[1:-1]]
    assert outcomes == [
        "stopped",
        "left",
        "gone",
        "refused: Windows itself",
        "stopped",
        "came back",
    ]
    assert [line.rsplit("  ", 1)[1] for line in lines[3:6]] == ["C", "SMB", "Dependent"]
    assert lines[-1] == "Done."


def test_nothing_is_known_of_a_host_that_answers_no_more() -> None:
    result = freed(before=[holder(1, "a.exe")], after=None, failed=True)
    assert shown("port_process", result)[1].startswith("unknown")


def test_where_nobody_holds_the_ports_there_is_no_table() -> None:
    assert shown("port_process", freed(msg="Nobody holds 80/tcp.")) == ["Nobody holds 80/tcp."]


def test_settings_of_profiles() -> None:
    """Profiles of which the same is true share a row; what the task has not asked for has none."""
    same, other = profile("domain"), profile("public", origins=None, effective=None)
    assert shown("firewall_profile", profiles(same, profile(), other)) == [
        "OUTCOME    PROFILES         SETTING                 LOCAL  IN FORCE  FROM",
        "changed    domain, private  enabled                 true   true      set locally",
        "changed    public           enabled                 true",
        "unchanged  domain, private  log_max_size_kilobytes  8192   16384     set by Group Policy",
        "unchanged  public           log_max_size_kilobytes  8192",
        "Active profiles: private",
    ]
    asked = profile(requested=[], differences=[], outcome="unchanged")
    assert shown("firewall_profile", profiles(asked, changed=False), "ja")[1:] == [
        "変更なし  プライベート  enabled                 true          true      ローカルで設定",
        "変更なし  プライベート  log_max_size_kilobytes  8192          16384     グループ ポリシーで設定",
        "変更なし  プライベート  log_blocked                           false     Windows の既定値",
        "有効なプロファイル: プライベート",
    ]
    assert shown("firewall_profile", {"failed": True, "msg": "Refused."}) == ["Refused."]


def test_networks_and_what_became_of_them() -> None:
    other = connected(adapter="Ethernet 2")
    assert shown("network_category", category(other)) == [
        "OUTCOME  NETWORK  ADAPTER     BEFORE  CATEGORY",
        "changed  Office   Ethernet    public  private",
        "changed  Office   Ethernet 2          private",
        "Done.",
    ]
    same = category(changed=False, before="private", network=connected(name=None))
    assert shown("network_category", same, "ja") == [
        "結果      ネットワーク  アダプター  変更前        種類",
        "変更なし                Ethernet    プライベート  プライベート",
        "Done.",
    ]


@each_row(
    ("outcome", "predicted"),
    [
        ("created", "would create"),
        ("changed", "would change"),
        ("deleted", "would delete"),
        ("unchanged", "unchanged"),
    ],
)
def test_in_check_mode_the_outcome_is_what_would_be_done(outcome: str, predicted: str) -> None:
    result = firewall(rule(outcome=outcome), changed=True)
    assert shown("port_firewall", result, check_mode=True)[1].startswith(predicted + "  ")
    assert shown("port_firewall", result)[1].startswith(outcome + "  ")


def test_in_check_mode_a_holder_would_stop() -> None:
    ended = freed(before=[holder(1, "a.exe")], stopped=[stopped("process", "a.exe", 1, "1/tcp")])
    result = ended | {"changed": True}
    assert shown("port_process", result, check_mode=True)[1].startswith("would stop  ")


def test_in_check_mode_nothing_is_said_to_have_happened() -> None:
    """What lets go of a port with a service, and what a driver may keep."""
    system = holder(4, "System", owner=["SMB"])
    result = freed(before=[system], stopped=[stopped("service", "Server", 8, *system["ports"])])
    result |= {"changed": True}
    for after, predicted, done in (
        ([], "would let go", "gone"),
        ([system], "may stay held", "still held"),
    ):
        shown_as = shown("port_process", result | {"after": after}, check_mode=True)
        assert shown_as[1].startswith(predicted + "  ")
        assert shown("port_process", result | {"after": after})[1].startswith(done + "  ")


def test_in_check_mode_it_is_said_that_nothing_was_changed() -> None:
    said = "Check mode: nothing was changed."
    result = firewall(rule())
    changed = shown("port_firewall", result | {"changed": True}, check_mode=True)
    assert changed[-1] == said
    assert said not in shown("port_firewall", result, check_mode=True)
    assert said not in shown("port_firewall", result | {"changed": True})


@each_row("module", sorted(MODULES))
def test_a_failure_is_its_message_in_lines(module: str) -> None:
    assert shown(module, {"failed": True, "msg": "One.\nTwo\x1b[2J."}) == ["One.", "Two[2J."]


def test_it_fits_a_terminal() -> None:
    result = check(checked_port(verdict="third_party_firewall"), msg="a long message " * 20)
    lines = shown("port_check", result, limit=80)
    assert max(map(width, lines)) <= 80
    assert " ".join(lines).count("long message") == 20


def test_verdicts_have_tones_and_words() -> None:
    def paint(text: str, tone: Tone) -> str:
        return f"<{tone.value}>{text}</>"

    ports = [checked_port(verdict=verdict) for verdict in ("reachable", "blocked", "unknown")]
    lines = shown("port_check", check(*ports), paint=paint)
    assert [line.split("</>")[0] for line in lines[1:4]] == [
        "<good>Reachable",
        "<bad>Blocked",
        "<notice>Unknown",
    ]
    assert "<bad>public blocked</>" in lines[1]


def test_a_service_that_is_started_again() -> None:
    for check_mode, pid, outcome in ((False, 2, "restarted"), (True, 1, "would restart")):
        made = freed(
            changed=True,
            before=[holder(1, "httpd.exe", services=["Apache2.4"])],
            after=[holder(pid, "httpd.exe", services=["Apache2.4"])],
            stopped=[
                stopped("service", "NeedsApache", 9),
                stopped("service", "HasNoNeed", 10),
                stopped("service", "Apache2.4", 1, "1/tcp"),
            ],
            started=["Apache2.4", "NeedsApache"],
        )
        lines = show("port_process", made, "en", check_mode=check_mode)
        assert lines is not None
        assert lines[1].startswith(f"{outcome}  1/tcp ")
        # Those that had to stop before it, and that nobody has asked about.
        assert lines[2].startswith(f"{outcome}  ")
        assert lines[2].endswith(" NeedsApache")
        assert lines[3].startswith("would stop " if check_mode else "stopped ")


def test_hostile_text_is_harmless() -> None:
    names = [
        "<img src=x onerror=alert(1)>",
        "\x1b[2J\x1b]0;title\x07",
        "=cmd|' /C calc'!A0",
        "a\u202egnp.exe",
        "\ud800",
        "x" * 1_000_000,
    ]
    for name in names:
        found = evidence(
            listeners=[listener(process=name, services=[name])],
            firewall=[on_network(profile=name, state=name)],
        )
        results = [
            ("port_facts", facts(profiles=[{"name": name, "profile": name}])),
            ("port_check", check(checked_port(evidence=found, name=name, verdict=name), msg=name)),
            (
                "port_firewall",
                firewall(rule(name=name, reason=name, outcome=name), active_profiles=[name]),
            ),
            ("port_process", freed(before=[holder(1, name, services=[name])], msg=name)),
            (
                "firewall_profile",
                profiles(
                    profile(name, local={name: name}, requested=[], origins={name: name}),
                    active_profiles=[name],
                ),
            ),
            (
                "network_category",
                category(
                    network=connected(name=name, adapter=name, category=name),
                    before=name,
                    msg=name,
                ),
            ),
        ]
        for module, result in results:
            lines = shown(module, result)
            assert all(line.isprintable() and len(line) <= 8 * MAX_WHOLE for line in lines)
            "\n".join(lines).encode("utf-8")


@each_row("module", sorted(MODULES))
@each_row(
    "wrong",
    [
        {},
        {"censored": "the output has been hidden"},
        {"results": [], "msg": "All items completed"},
        {"msg": 1},
        {"msg": ["a"]},
        {"ansible_facts": []},
        {"ansible_facts": {"port_facts": {"endpoints": [1]}}},
        {"ports": [{}], "msg": "x"},
        {"rules": None, "msg": 1},
        {"before": 1, "msg": "x"},
        {"ports": 1, "rules": 1, "before": 1, "ansible_facts": 1},
    ],
)
def test_another_form_is_not_shown_and_breaks_nothing(module: str, wrong: dict[str, Any]) -> None:
    lines = show(module, wrong, "en")
    assert lines is None or lines == ["x"]


@each_row(
    "changes",
    [
        {"pid": {}, "process": []},
        {"protocol": "sctp"},
        {"state": 5},
        {"firewall": []},
        {"firewall": {"public": None}},
        {"http_urls": [1]},
    ],
)
def test_endpoints_of_another_form_break_nothing(changes: dict[str, Any]) -> None:
    assert show("port_facts", facts(endpoints=[endpoint(**changes)]), "en") is None


def columns_of(lines: list[str]) -> list[list[int]]:
    """Where the words of each line begin, in columns of a terminal; gaps are two blanks or more."""
    return [
        [width(line[: each.start()]) for each in re.finditer(r"(?:(?<=  )|^)[^ ]", line)]
        for line in lines
    ]


def test_japanese_heads_and_cells_stand_below_each_other() -> None:
    hidden = checked_port(verdict="hidden_by_profile", as_expected=False)
    other = checked_port(port=8080, name=None, verdict="unknown", as_expected=True)
    lines = shown("port_check", check(hidden, other, networks=NETWORKS, msg="説明。"), "ja")
    assert lines == [
        "判定                プロトコル  ポート  名称  アドレス     PID  プロセス   サービス"
        "  ファイアウォール      期待どおり",
        "プロファイル不一致  TCP             80  http  ::, 0.0.0.0    8  httpd.exe  A, B"
        "      パブリック: ブロック  いいえ",
        "不明                TCP           8080        ::, 0.0.0.0    8  httpd.exe  A, B"
        "      パブリック: ブロック  はい",
        "ネットワーク: ネットワーク 2 (パブリック)、名前なし (ドメイン)",
        "説明。",
    ]
    heads, first, _second, *_below = columns_of(lines)
    numbers = {heads[2], heads[5]}
    assert [each for each in heads if each not in numbers] == [
        each for each in first if each in heads and each not in numbers
    ]


def test_what_the_other_modules_show_in_japanese() -> None:
    exposures = {
        profile: {"state": state, "reason": "-"}
        for profile, state in (
            ("domain", "allowed"),
            ("private", "allowed"),
            ("public", "conditional"),
        )
    }
    listed = facts(
        endpoints=[endpoint(firewall=exposures)],
        reserved=[port_range("tcp", 50000, 50059, True)],
        dynamic_range=[port_range("udp", 49152, 65535)],
        firewall={"profiles": {}, "products": ["製品 A", "B"], "problem": None},
    )
    assert shown("port_facts", listed, "ja") == [
        "予約済み: TCP 50000-50059 (管理者が設定)",
        "動的ポートの範囲: UDP 49152-65535",
        "プロトコル  ポート  名称  アドレス  状態       PID  プロセス   サービス/URL"
        "  ファイアウォール",
        "TCP             80  http  0.0.0.0   待ち受け  4312  httpd.exe  Apache2.4"
        "     ドメイン、プライベート: 許可; パブリック: 条件付き",
        "ファイアウォールを管理している製品: 製品 A、B",
    ]
    assert shown("port_facts", facts(endpoints=[]), "ja") == [
        "指定したポートのエンドポイントはありません。"
    ]
    made = firewall(rule(reason="許可"), active_profiles=[], changed=True)
    assert shown("port_firewall", made, "ja", check_mode=True) == [
        "結果      規則  方向  操作  プロトコル  ポート   プロファイル  接続元       効果",
        "作成予定  Web   受信  許可  tcp         80, 443  ドメイン      LocalSubnet  あり",
        "有効なプロファイル: 不明",
        "Web: 許可",
        "チェックモードのため、何も変更していません。",
    ]
    ended = freed(
        before=[holder(1, "a.exe"), holder(4, "System")],
        stopped=[stopped("process", "a.exe", 1, "1/tcp")],
        refused=[holder(4, "System", reason="windows_itself", msg="-")],
        msg="説明。",
    )
    assert shown("port_process", ended, "ja") == [
        "結果                ポート  アドレス     PID  プロセス  サービス",
        "停止                1/tcp   0.0.0.0, ::    1  a.exe",
        "中止: Windows 自身  4/tcp   0.0.0.0, ::    4  System",
        "説明。",
    ]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_fits_a_terminal_of_80_columns_in_both_languages(language: Language) -> None:
    long = checked_port(name="a-long-name", verdict="unreachable_from_controller")
    for module, result in (
        ("port_check", check(long)),
        ("port_check", check({**long, "reach": "own_subnets"})),
        ("port_check", check({**long, "sources": [from_source(source="2001:db8:1:2::/64")]})),
        ("port_facts", facts(endpoints=[endpoint(firewall=on_all("conditional"))])),
        ("port_firewall", firewall(rule(name="A rule with a long name"))),
        ("port_process", freed(before=[holder(4, "a-program-with-a-long-name.exe")])),
        ("network_category", category(network=connected(name="A network with a long name"))),
        ("firewall_profile", profiles(profile("domain"), profile(), profile("public"))),
    ):
        assert max(map(width, shown(module, result, language, limit=80))) <= 80


def on_all(state: str) -> dict[str, dict[str, str]]:
    return {
        each.word.lower(): {"state": state, "reason": "-", "reach": "own_subnets"}
        for each in Profile
    }


@each_row(
    ("subject", "words"),
    [
        ("port_verdict", list(Verdict)),
        ("verdict", list(VerdictState)),
        ("source_state", list(Admission)),
        ("reach", list(Who)),
        ("refusal", list(StopGuard)),
        ("profile", [each.word.lower() for each in Profile]),
        ("rule_status", list(Status)),
        ("rule_store", list(Store)),
        ("rule_outcome", ["created", "changed", "deleted", "unchanged"]),
    ],
)
def test_each_value_of_a_result_has_words(subject: str, words: list[str]) -> None:
    for word in words:
        assert label(f"{subject}.{word}") == Phrase(f"{subject}.{word}")


def test_a_value_that_is_not_known_is_shown_as_it_is() -> None:
    assert label("port_verdict.a_later_one") == "a later one"
