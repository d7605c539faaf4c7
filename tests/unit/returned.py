# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of modules as their tasks return them, small and whole."""

from __future__ import annotations

from typing import Any


def endpoint(**changes: object) -> dict[str, Any]:
    """An entry of the fact ``port_facts.endpoints``."""
    return {
        "protocol": "tcp",
        "address": "0.0.0.0",
        "port": 80,
        "scope": "all",
        "state": "listen",
        "pid": 4312,
        "process": "httpd.exe",
        "service": "Apache2.4",
    } | changes


def exposed(**states: str) -> dict[str, dict[str, str]]:
    """What the firewall says of an endpoint, by profile."""
    return {profile: {"state": state, "reason": f"{state}."} for profile, state in states.items()}


def url(**changes: object) -> dict[str, Any]:
    return {
        "url": "HTTP://+:80/",
        "pids": [8],
        "process": None,
        "service": None,
    } | changes


def port_facts(**changes: object) -> dict[str, Any]:
    """The fact ``port_facts``, of nothing."""
    return {
        "endpoints": [],
        "by_port": {},
        "processes": {},
        "reserved": [],
        "dynamic_range": [],
        "source": "cim",
        "notes": [],
    } | changes


def port_range(protocol: str, start: int, end: int, administered: bool = False) -> dict[str, Any]:
    return {
        "protocol": protocol,
        "family": "ipv4",
        "start": start,
        "end": end,
        "administered": administered,
    }


def listener(**changes: object) -> dict[str, Any]:
    return {
        "address": "::",
        "scope": "all",
        "pid": 8,
        "process": "httpd.exe",
        "path": None,
        "services": ["A", "B"],
    } | changes


def on_network(**changes: object) -> dict[str, Any]:
    """What the firewall says of a port on one network."""
    decision = dict.fromkeys(("rule", "rule_id", "store", "set_by", "path"))
    return {
        "network": None,
        "profile": "public",
        "state": "blocked",
        "from_anywhere": "blocked",
        "allowed_from": [],
        "text": "blocked",
        "decided_by": "default",
        **decision,
    } | changes


def evidence(**changes: object) -> dict[str, Any]:
    return {
        "listeners": [listener(), listener(address="0.0.0.0")],
        "reserved": [],
        "firewall": [on_network()],
        "attempt": {"outcome": "timed_out", "address": "192.0.2.1", "detail": None},
    } | changes


def remedy(text: str) -> dict[str, Any]:
    return {"cause": "no_rule", "text": text, "task": None, "yaml": None}


def checked_port(**changes: object) -> dict[str, Any]:
    """An entry of ``ports`` in a result of port_check."""
    return {
        "port": 80,
        "protocol": "tcp",
        "name": "http",
        "verdict": "blocked",
        "msg": "TCP 80 is blocked.",
        "causes": [],
        "remedies": [remedy("Open it"), remedy("or ask")],
        "remarks": [],
        "evidence": evidence(),
    } | changes


def from_source(**changes: object) -> dict[str, Any]:
    """An entry of ``sources`` of a port."""
    return {
        "source": "10.0.0.0/24",
        "state": "blocked",
        "msg": "From 10.0.0.0/24: no.",
        "allowed": [],
        "blocked": ["10.0.0.0/24"],
        "uncertain": [],
        "causes": [],
        "remedies": [remedy("Open it")],
        "remarks": [],
        "firewall": evidence()["firewall"],
    } | changes


def check(*ports: dict[str, Any], **changes: object) -> dict[str, Any]:
    """A result of port_check."""
    return {
        "changed": False,
        "msg": "\n".join(port["msg"] for port in ports),
        "verdicts": {f"{port['port']}/{port['protocol']}": port["verdict"] for port in ports},
        "ports": list(ports),
        "networks": [],
    } | changes


def rule(**changes: object) -> dict[str, Any]:
    """An entry of ``rules`` in a result of port_firewall."""
    made = {
        "direction": "in",
        "action": "allow",
        "protocol": "tcp",
        "ports": ["80", "443"],
        "profiles": ["domain"],
        "remote_addresses": ["LocalSubnet"],
    }
    return {
        "name": "Web",
        "rule_id": "{1}",
        "outcome": "created",
        "rule": made,
        "effective": True,
        "reason": "allowed: the allow rule 'Web' of this host",
        "profiles": {},
        "open": [],
    } | changes


def firewall(*rules: dict[str, Any], **changes: object) -> dict[str, Any]:
    """A result of port_firewall."""
    return {
        "changed": False,
        "effective": None,
        "active_profiles": ["domain"],
        "rules": list(rules),
    } | changes


def profile(name: str = "private", **changes: object) -> dict[str, Any]:
    """A profile in a result of firewall_profile."""
    return {
        "name": name,
        "active": True,
        "outcome": "changed",
        "requested": ["enabled", "log_max_size_kilobytes"],
        "local": {"enabled": True, "log_max_size_kilobytes": 8192, "log_blocked": None},
        "before": {"enabled": False, "log_max_size_kilobytes": 8192, "log_blocked": None},
        "differences": ["enabled"],
        "effective": {"enabled": True, "log_max_size_kilobytes": 16384, "log_blocked": False},
        "origins": {
            "enabled": "local",
            "log_max_size_kilobytes": "group_policy",
            "log_blocked": "default",
        },
        "in_force": False,
        "overridden": [],
    } | changes


def profiles(*found: dict[str, Any], **changes: object) -> dict[str, Any]:
    """A result of firewall_profile."""
    return {
        "changed": True,
        "in_force": False,
        "active_profiles": ["private"],
        "profiles": list(found),
    } | changes


def connected(**changes: object) -> dict[str, Any]:
    """The network in a result of network_category."""
    return {
        "name": "Office",
        "adapter": "Ethernet",
        "index": 12,
        "category": "private",
        "ipv4_connectivity": "internet",
        "ipv6_connectivity": None,
    } | changes


def category(*also: dict[str, Any], **changes: object) -> dict[str, Any]:
    """A result of network_category."""
    return {
        "changed": True,
        "msg": "Done.",
        "network": connected(),
        "before": "public",
        "also": list(also),
    } | changes


def holder(pid: int, process: str, **changes: object) -> dict[str, Any]:
    """An entry of ``before`` in a result of port_process."""
    return {
        "ports": [f"{pid}/tcp"],
        "addresses": ["0.0.0.0", "::"],
        "pid": pid,
        "process": process,
        "path": None,
        "session": 0,
        "started": None,
        "services": [],
        "parent_pid": None,
        "parent": None,
        "owner": [],
    } | changes


def stopped(kind: str, name: str, pid: int, *ports: str) -> dict[str, Any]:
    return {"kind": kind, "name": name, "display_name": None, "pid": pid, "ports": list(ports)}


def freed(**changes: object) -> dict[str, Any]:
    """A result of port_process."""
    lists = (
        *("before", "after", "stopped", "started", "also_serves", "stopped_now", "refused"),
        "came_back",
    )
    return {
        "changed": False,
        "msg": "Done.",
        "start_modes": {},
        "rebooted": False,
        **{name: [] for name in lists},
    } | changes
