# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports to look at: an office's PCs in both languages, a large fleet, and hostile hosts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.report import json_text
from ansible_collections.portkeeper.windows.plugins.module_utils.report.build import Answers, build
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import Summary, Total
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from unit.report.pcs import MADE_BY, TODAY, YESTERDAY, asked, pc, start, unreachable

STATES = ("ready", "blocked", "taken", "not_listening", "unreachable", "unknown")
TITLES = {"en": "Head office, new PCs", "ja": "本社 新規 PC セットアップ"}
Data = dict[str, Any]


@cache
def office(language: Language) -> Data:
    """Seven PCs of an office after their set-up, and one that is off: what port_check and
    port_facts say of simulated PCs. The day before one of them was still without its program."""

    def answers(image: str, name: str, ports: list[Any], address: str) -> Answers:
        return Answers(name, *asked(pc(image, name), ports, language, address))

    before, after = pc("win11-ja"), pc("win11-ja")
    start(after, "sync-agent.exe", 9443)
    taken = {"port": 8080, "expected_process": "reports.exe"}
    found = [
        answers("server2022", "tokyo-srv-01", [80, 3389], "192.0.2.11"),
        answers("server2022", "tokyo-srv-02", [80, 3389], "192.0.2.12"),
        Answers("tokyo-pc-03", *asked(after, [8080], language, "192.0.2.13")),
        answers("gpo-locked", "tokyo-pc-04", [80, 8080], "192.0.2.14"),
        answers("win11-ja", "osaka-pc-01", [80, taken], "198.51.100.21"),
        answers("win11-ja", "osaka-pc-02", [80, 8080, 3389], "198.51.100.22"),
        answers("server2022", "osaka-srv-01", [80, 3389], "198.51.100.10"),
        unreachable("osaka-pc-03"),
    ]
    made: dict[str, Any] = {"collection": MADE_BY, "language": language, "title": TITLES[language]}
    old = Answers("tokyo-pc-03", *asked(before, [8080], language, "192.0.2.13"))
    previous = build([*found[:2], old, *found[3:]], created=YESTERDAY, **made)
    return plain(build(found, created=TODAY, previous=previous, **made))


@cache
def forty(language: Language) -> Data:
    """Forty PCs of an office, six of which can't be read: four are off, and two reject the account.
    Of the day before, one was blocked that is ready, and two were ready that are off."""

    def answers(number: int, image: str, ports: list[Any]) -> Answers:
        address = f"192.0.2.{number}"
        return Answers(f"pc-{number:02}", *asked(image, ports, language, address), address=address)

    def off(number: int, kind: str, msg: str) -> Answers:
        told = {"unreachable": True, "changed": False, "kind": kind, "msg": msg}
        return Answers(f"pc-{number:02}", told, address=f"192.0.2.{number}")

    taken = {"port": 8080, "expected_process": "reports.exe"}
    found = [answers(number, "server2022", [80, 3389]) for number in range(1, 25)]
    found += [answers(number, "win11-ja", [80, taken]) for number in range(25, 28)]
    found += [answers(number, "gpo-locked", [80, 8080]) for number in range(28, 31)]
    found += [answers(number, "win11-ja", [8080, 3389]) for number in range(31, 35)]
    before = [*found, *(answers(number, "server2022", [80, 3389]) for number in (35, 36))]
    before[0] = answers(1, "gpo-locked", [80, 8080])
    silent, refused = SILENT[language], REFUSED[language]
    found += [off(number, "no_connection", silent.format(number)) for number in range(35, 39)]
    found += [off(number, "authentication", refused.format(number)) for number in (39, 40)]
    made: dict[str, Any] = {"collection": MADE_BY, "language": language, "title": TITLES[language]}
    earlier = build(before, created=YESTERDAY, **made)
    for ready, day in ((18, 20), (20, 21), (23, 22)):
        counts = {"ready": ready, "blocked": 30 - ready, "taken": 4, "not_listening": 2}
        summary = Summary(hosts=36, unreachable=0, unknown=0, **counts)
        total = Total(f"2026-11-{day}T14:00:00Z", summary)
        earlier = replace(earlier, history=(*earlier.history, total))
    return plain(build(found, created=TODAY, previous=earlier, **made))


SILENT: dict[Language, str] = {
    "en": "Could not connect to WinRM on pc-{0} (192.0.2.{0} port 5985): no connection came about "
    "in time. Check that the PC is on.",
    "ja": "pc-{0} (192.0.2.{0} ポート 5985) の WinRM に接続できませんでした: 時間内に接続できませんで"
    "した。PC の電源が入っているかを確認してください。",
}
REFUSED: dict[Language, str] = {
    "en": "Could not connect to WinRM on pc-{0} (192.0.2.{0} port 5985): the credentials were "
    "rejected (HTTP 401). Check ansible_user and ansible_password.",
    "ja": "pc-{0} (192.0.2.{0} ポート 5985) の WinRM に接続できませんでした: 資格情報が拒否されました "
    "(HTTP 401)。ansible_user と ansible_password を確認してください。",
}


@cache
def with_paths(language: Language) -> Data:
    """The office, and which of its PCs reach which ports of a server."""
    blocked = {
        "en": ("The outbound rule 'Deny all' blocks it.", "Allow it at the client."),
        "ja": ("送信の規則「Deny all」がブロックしています。", "クライアントで許可してください。"),
    }[language]
    yaml = "- name: Open TCP 3389\n  portkeeper.windows.port_firewall:\n    state: present\n"
    paths = [
        {
            "client": client, "server": "tokyo-srv-01", "port": port, "protocol": "tcp",
            "name": None, "address": "192.0.2.11",
            "verdict": "blocked_at_client" if bad else "reachable",
            "hop": "client_firewall" if bad else None, "host": client if bad else None,
            "msg": blocked[0] if bad else "", "before": "reachable" if bad else None,
            "causes": [{"kind": "client_block_rule", "text": blocked[0]}] * bad,
            "remedies": [{"text": blocked[1], "yaml": yaml}] * bad,
            "way": {"name": "srv", "name_source": "dns_cache", "name_addresses": ["192.0.2.11"],
                    "client_address": "198.51.100.9", "adapter": "Ethernet", "next_hop": None,
                    "network": "corp.example", "profile": "domain", "program": None,
                    "attempt": "connected", "processes": ["w3wp.exe"]},
        }
        for client in ("osaka-pc-01", "osaka-pc-02", "osaka-pc-03")
        for port, bad in ((80, False), (3389, True))
    ]  # fmt: skip
    return office(language) | {"paths": paths}


@cache
def with_sources(language: Language) -> Data:
    """The office, and what the rules of one PC say of other places."""
    said = {
        "en": ("From 10.0.0.0/8, of which only 10.1.0.0/16 is let in.", "Open it there too."),
        "ja": ("10.0.0.0/8 からは 10.1.0.0/16 だけが許可されます。", "そこでも許可してください。"),
    }[language]
    remedy = {"text": said[1], "yaml": "- name: Open TCP 80\n"}
    parts: Data = {"causes": [], "remedies": [], "remarks": [], "blocked": [], "uncertain": []}
    sources = [
        {**parts, "source": "192.0.2.7", "state": "allowed", "msg": "OK", "allowed": ["192.0.2.7"]},
        {**parts, "source": "10.0.0.0/8", "state": "partly", "msg": said[0],
         "allowed": ["10.1.0.0/16"], "blocked": ["10.2.0.0/15", "10.8.0.0/13"],
         "uncertain": ["10.4.0.0/14"], "remedies": [remedy], "remarks": ["?"]},
    ]  # fmt: skip
    first, *others = office(language)["hosts"]
    check, *more = first["checks"]
    changed = {**first, "checks": [{**check, "sources": sources}, *more]}
    return office(language) | {"hosts": [changed, *others]}


def plain(report: Any) -> Data:
    data: Data = json_text.to_data(report)
    return data


def fleet(count: int, listeners: int, language: Language = "en") -> Data:
    """Many PCs with many listeners, of which no two are quite alike."""
    like = office(language)
    some = [host for host in like["hosts"] if host["listeners"]]
    hosts = []
    for number in range(count):
        one = some[number % len(some)]
        rows = [
            {**each, "port": each["port"] if place < len(one["listeners"]) else 47000 + place,
             "pid": 1000 + (number * 61 + place * 13) % 60000}
            for place in range(listeners)
            for each in [one["listeners"][place % len(one["listeners"])]]
        ]  # fmt: skip
        rows[-1]["process"] = f"agent-{number}.exe"
        name = f"pc-{number + 1:04}.example.net"
        address = f"198.51.{number // 250}.{number % 250 + 1}"
        hosts.append({**one, "name": name, "address": address, "listeners": rows})
    return like | {"hosts": hosts, "summary": counts(hosts)}


def mostly_ready(count: int, listeners: int, language: Language = "en") -> Data:
    """Many PCs with many listeners, of which the first and then one in twenty is not ready."""
    data = fleet(count, listeners, language)
    (ready, *_others) = (each for each in data["hosts"] if each["state"] == "ready")
    hosts = []
    for number, host in enumerate(data["hosts"]):
        fit = {**host, "state": "ready", "checks": ready["checks"], "changes": []}
        unfit = {**host, "state": "blocked"}
        hosts.append(fit if number % 20 else unfit)
    return data | {"hosts": hosts, "summary": counts(hosts)}


def mostly_unready(count: int) -> Data:
    """Many PCs, none of which is ready, and of each of which something else was said, at length."""
    data = fleet(count, 1)
    (blocked, *_others) = (each for each in data["hosts"] if each["state"] == "blocked")
    hosts = [
        {**blocked, "name": f"{host['name']}.{'long-' * 20}",
         "checks": [{**check, "causes": [{"kind": f"k{number % 50}", "text": f"{number} {'x y ' * 80}"}]}
                    for check in blocked["checks"]]}
        for number, host in enumerate(data["hosts"])
    ]  # fmt: skip
    return data | {"hosts": hosts, "summary": counts(hosts)}


def many_ports() -> Data:
    """An office that has asked about many ports."""
    data = office("en")
    ports = [{"port": 9000 + number, "protocol": "tcp", "name": None} for number in range(100)]
    return data | {"ports": [*data["ports"], *ports]}


def counts(hosts: list[Data]) -> Data:
    states = [host["state"] for host in hosts]
    return {"hosts": len(hosts), **{state: states.count(state) for state in STATES}}


HOSTILE = {
    "markup": "<img src=x onerror=alert(1)>",
    "end of script": "</script><script>alert(2)</script>",
    "comment": "<!--<script>",
    "attribute": "\" autofocus onfocus='alert(3)' x=\"",
    "link": "javascript:alert(4)",
    "escape sequence": "\x1b]0;owned\x07\x1b[2J",
    "formula": "=cmd|' /C calc'!A0",
    "bidi override": "\u202egnp.exe\u2066\u2069",
    "surrogate": "half \ud83d pair",
    "template": "$title ${policy} {count} {{ 7*7 }}",
    "long": "A" * 10_000,
    "style": "</style><style>*{display:none}</style>",
    "other ends": "\r\n\u2028\u2029\u0085\x00",
    "marks": "Z" + "\u0300" * 200,
    "prototype": "__proto__",
    "property": "constructor",
}


#: What both ends of a path show, each a text.
WAY = (
    *("name", "name_source", "client_address", "adapter", "next_hop", "network", "profile"),
    *("program", "attempt", "seen_from"),
)


def hostile(language: Language = "en") -> Data:
    """Hosts with hostile text in every place that a target, or an inventory, could fill."""
    everything = list(HOSTILE.values())
    hosts = [_hostile_host(shift) for shift in range(len(everything))]
    ports = hosts[0]["checks"]
    return {
        "format": 1,
        "collection": everything[0],
        "title": "".join(everything[:4]) + HOSTILE["style"],
        "language": language,
        "created": everything[1],
        "compared_with": {"created": everything[3], "missing": everything},
        "ports": [{key: port[key] for key in ("port", "protocol", "name")} for port in ports],
        "summary": counts(hosts),
        "first": [
            {"hosts": everything, "port": 80, "protocol": "tcp", "verdict": each, "text": each,
             "remedies": [{"text": each, "yaml": each}]}
            for each in everything
        ],
        "hosts": hosts,
        "paths": [
            {"client": everything[n - 1], "server": each, "port": 80, "protocol": "tcp",
             "name": each, "address": each, "verdict": each if n % 2 else "no_route", "hop": each,
             "host": each, "msg": each, "causes": [{"kind": each, "text": each}],
             "remedies": [{"text": each, "yaml": each}], "before": each, "remarks": [each],
             "way": _hostile_way(each)}
            for n, each in enumerate(everything)
        ],
    }  # fmt: skip


def _hostile_way(text: str) -> Data:
    rule = dict.fromkeys(("network", "profile", "state", "rule", "path", "text"), text)
    lists = {"name_addresses": [text], "processes": [text]}
    return {**dict.fromkeys(WAY, text), **lists, "client_rules": [rule], "server_rules": [rule]}


def _hostile_host(shift: int) -> Data:
    everything = list(HOSTILE.values())

    def text(number: int) -> str:
        return everything[(shift + number) % len(everything)]

    checks = [
        {
            "port": port, "protocol": "tcp", "name": text(1), "verdict": verdict, "msg": text(2),
            "causes": [{"kind": text(0), "text": text(3)}] if port < 82 else [],
            "remedies": [{"text": text(4), "yaml": text(5)}],
            "rules": [{"network": text(6), "profile": text(7), "state": text(8), "rule": text(9),
                       "path": text(10), "text": text(11)}],
            "reach": text(12),
            "sources": [{"source": text(13), "state": text(14), "msg": text(15),
                         "allowed": everything, "blocked": [text(0)], "uncertain": [text(1)],
                         "causes": [], "remedies": [{"text": text(2), "yaml": text(3)}],
                         "remarks": [text(4)]}],
        }
        for port, verdict in ((80, "blocked"), (81, text(0)), (82, "reachable"))
    ]  # fmt: skip
    return {
        "name": f"{text(0)} {shift}", "address": text(1), "state": "blocked", "message": text(3),
        "networks": [{"name": text(4), "profile": text(5)}],
        "checks": checks,
        "listeners": [{
            "protocol": "tcp", "addresses": [text(6), text(7)], "port": 80 + shift,
            "name": text(8), "pid": 4, "process": text(9), "services": [text(10), text(11)],
            "firewall": text(12), "reach": text(13), "dynamic": False,
        }],
        "reserved": [],
        "changes": [{"kind": text(0), "port": 80, "protocol": "tcp", "before": text(1),
                     "after": text(2)}],
    }  # fmt: skip
