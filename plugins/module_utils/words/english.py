# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The texts in English. See `catalog`.

A cause is a clause that may stand before a semicolon, a remedy one that tells what to do.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import english_firewall

_SENTENCES = {
    "sentence.cause_and_remedy": "{cause}; {remedy}",
    "sentence.reachable": (
        "{port} can be reached: {holder} listens, and the controller has connected to {address}"
    ),
    "sentence.reachable_inside": (
        "{port} can be reached, as far as it shows on the PC: {holder} listens, and the firewall "
        "lets traffic in"
    ),
    "sentence.free": "{port} is free: nobody holds it",
    "sentence.in_use": "{port} is in use: {holder} holds it",
    "sentence.not_as_expected": "{port} should be {expected} and is not: {answer}",
    "sentence.some_not_as_expected": "{count} of {all} ports should be {expected} and are not",
    "expected.reachable": "reachable",
    "expected.free": "free",
    "expected.in_use": "in use",
    "list.separator": ", ",
    "list.last_separator": " and ",
    "list.more": "{count} more",
}

_HOLDERS = {
    "holder.process": "{name} (PID {pid})",
    "holder.service": "{name} (PID {pid}, service {services})",
    "holder.services": "{name} (PID {pid}, services {services})",
    "holder.ended": "a process that has just ended (PID {pid})",
    "holder.orphaned": "the socket of a process that has ended (PID {pid}), which {programs} may "
    "have inherited",
    "holder.orphaned_alone": "the socket of a process that has ended (PID {pid})",
    "holder.unknown": "a process that the host does not name",
    "holder.http_sys": "http.sys (PID 4), which serves {urls} for {programs}",
    "holder.http_sys_for_urls": "http.sys (PID 4), which serves {urls}",
    "holder.system_service": "Windows itself (System, PID 4; {services})",
    "holder.system": "Windows itself (System, PID 4; http.sys or a driver)",
}

_NETWORKS = {
    "profile.domain": "domain",
    "profile.private": "private",
    "profile.public": "public",
    "network.named": "{profile} network '{name}'",
    "network.unnamed": "{profile} network",
}

_CAUSES = {
    "cause.answered_by_other": (
        "something has answered at {address} for {port}, although nothing on this PC listens there "
        "for other machines"
    ),
    "cause.connected_although_blocked": (
        "the controller has connected to {port}, although the firewall of this PC blocks it"
    ),
    "cause.in_use": "{port} is taken by {holder}",
    "cause.not_expected": "{port} is taken by {holder}, and not by {expected}",
    "cause.holder_unknown": "{port} is taken by a process that could not be identified",
    "cause.reserved": (
        "{port} is in a range that Windows has reserved ({range}), so that no program can listen "
        "there"
    ),
    "cause.nothing_listens": "nothing listens at {port}",
    "cause.loopback_only": (
        "{port} is served by {holder} on {addresses} only, which no other machine can reach"
    ),
    "cause.other_address_only": (
        "{port} is served by {holder} on {addresses} only, not at the address that the controller "
        "connects to"
    ),
    "cause.ipv6_only": (
        "{port} is served by {holder} for IPv6 only ({addresses}), and the controller connects by "
        "IPv4"
    ),
    "cause.ipv4_only": (
        "{port} is served by {holder} for IPv4 only ({addresses}), and the controller connects by "
        "IPv6"
    ),
    "cause.third_party_firewall": (
        "another firewall ({products}) is in charge instead of Windows Defender Firewall, and it "
        "decides about {port}"
    ),
    "cause.policy_blocks_all": "a policy blocks all inbound traffic on the {network}, {port} too",
    "cause.policy_block_rule": "the block rule '{rule}' of a policy closes {port} on the {network}",
    "cause.policy_voids_rule": (
        "the firewall rule '{rule}' is for {port}, but a policy makes local rules void on the "
        "{network}"
    ),
    "cause.policy_voids_local_rules": (
        "{port} is not opened by any policy, and a policy makes local firewall rules void on the "
        "{network}"
    ),
    "cause.blocks_all": "the firewall is set to block all inbound traffic on the {network}",
    "cause.service_restricted": (
        "the rule '{rule}' of Windows restricts the service at {port}, whatever other rules say"
    ),
    "cause.block_rule": "the block rule '{rule}' closes {port} on the {network}",
    "cause.rule_for_other_profile": (
        "the firewall rule '{rule}' opens {port} for {rule_profiles} networks only, and the PC is "
        "on the {network}"
    ),
    "cause.rule_disabled": "the firewall rule '{rule}' would open {port}, but it is disabled",
    "cause.rule_for_other_program": (
        "the firewall rule '{rule}' opens {port} for {rule_program}, but the program that listens "
        "is {program}"
    ),
    "cause.rule_for_other_service": (
        "the firewall rule '{rule}' opens {port} for the service {rule_service} only, which is not "
        "what listens"
    ),
    "cause.rule_for_other_remote": (
        "the firewall rule '{rule}' opens {port} for {addresses} only, and the controller has the "
        "address {controller}"
    ),
    "cause.rule_for_other_protocol": (
        "the firewall rule '{rule}' names the number of {port}, but is for another protocol"
    ),
    "cause.rule_outbound": (
        "the firewall rule '{rule}' for {port} is an outbound rule, and an inbound rule is needed"
    ),
    "cause.rule_for_other_address": (
        "the firewall rule '{rule}' opens {port} at other addresses of the PC only ({addresses})"
    ),
    "cause.rule_for_other_interface": (
        "the firewall rule '{rule}' opens {port} on other network adapters only"
    ),
    "cause.no_rule": "{port} is blocked on the {network}: no firewall rule opens it",
    "cause.condition_not_met": (
        "{port} is open under conditions on the {network}, which the controller does not seem to "
        "meet: {conditions}"
    ),
    "cause.condition_open": (
        "{port} is open under conditions on the {network} that can't be judged from here: "
        "{conditions}"
    ),
    "cause.firewall_stopped": (
        "what happens to {port} is uncertain, because the firewall's service {services} is stopped"
    ),
    "cause.firewall_unknown": "what the firewall does with {port} could not be found out",
    "cause.through_proxy": (
        "the controller has not tried to connect to {port}, because it reaches the PC through a "
        "proxy, and never goes around one"
    ),
    "cause.forwarded": (
        "the controller has not tried to connect to {port}, because WinRM is reached over a "
        "forwarded port, and whatever answers there is not the PC itself"
    ),
    "cause.address_changed": (
        "the controller has not tried to connect to {port}, because the address that answers as "
        "the PC has changed while it was read"
    ),
    "cause.no_answer": (
        "all is well on the PC, but the controller gets no answer at {port} from {address}"
    ),
    "cause.refused": (
        "all is well on the PC, but {address} refuses the controller's connection to {port}"
    ),
    "cause.no_route": (
        "all is well on the PC, but the controller finds no way to {port} at {address} ({detail})"
    ),
}

_REMEDIES = {
    "remedy.check_address": (
        "check that this address belongs to this PC alone, and whether a router, a proxy or port "
        "forwarding answers in its place"
    ),
    "remedy.stop_holder": "stop it with port_process or choose another port",
    "remedy.name_the_service": (
        "find out which of its services listens there, and stop that one with port_process "
        "(expected_service), or choose another port"
    ),
    "remedy.end_heirs": (
        "end the processes that may have inherited it with port_process, if nobody needs them, or "
        "restart the PC"
    ),
    "remedy.restart_for_socket": (
        "restart the PC or choose another port, because nothing shows which process has "
        "inherited the socket"
    ),
    "remedy.choose_another_port": "choose another port, because that one can't be stopped safely",
    "remedy.run_again": "run the check again, because the process has just ended",
    "remedy.look_at_holder": "connect as an administrator, so that Windows tells who it is",
    "remedy.reserved": (
        "choose another port, or run 'net stop winnat', start your program, and run 'net start "
        "winnat' (Hyper-V, WSL and Docker reserve such ranges)"
    ),
    "remedy.start_program": (
        "start the program that should serve it, and check the port in its settings"
    ),
    "remedy.start_expected": "start {expected}, and set it to listen at port {number}",
    "remedy.loopback_only": (
        "set the program to listen on all addresses (0.0.0.0) or on the address of the PC, and "
        "restart it"
    ),
    "remedy.other_address_only": (
        "set the program to listen on all addresses (0.0.0.0), or connect to {addresses}"
    ),
    "remedy.ipv6_only": "set the program to listen on 0.0.0.0 too, or connect by IPv6",
    "remedy.ipv4_only": "set the program to listen on :: too, or connect by IPv4",
    "remedy.third_party_firewall": "open {port} in the settings of {products}",
    "remedy.policy_blocks_all": (
        "ask those who manage the policy, because nothing on the PC itself changes that"
    ),
    "remedy.policy_block_rule": (
        "ask those who manage the policy to change that rule, because nothing on the PC overrides "
        "it"
    ),
    "remedy.policy_voids_rule": (
        "ask those who manage the policy to open {port} there, or to let local rules count"
    ),
    "remedy.policy_voids_local_rules": (
        "ask those who manage the policy to open {port} there, or to let local rules count"
    ),
    "remedy.blocks_all": (
        "switch 'Blocks all incoming connections' off for the {profile} network in Windows Security"
    ),
    "remedy.service_restricted": (
        "use another service, because Windows keeps that one from the network on purpose"
    ),
    "remedy.block_rule": "disable that rule, if it is not meant to be there",
    "remedy.disable_block_rule": (
        "disable that rule with port_firewall, if it is not meant to be there"
    ),
    "remedy.rule_for_other_profile": "open {port} for the {profile} profile too",
    "remedy.extend_profiles": "open it for the {profile} profile too with port_firewall",
    "remedy.make_network_private": (
        "or, if you trust everybody on that network, set it to private in the settings of Windows"
    ),
    "remedy.rule_disabled": "enable that rule, or add one that opens {port}",
    "remedy.enable_rule": "enable that rule with port_firewall",
    "remedy.rule_for_other_program": "correct the program in that rule, or open {port} for any",
    "remedy.correct_program": "correct the program in that rule with port_firewall",
    "remedy.rule_for_other_service": "open {port} with a rule that is not bound to that service",
    "remedy.rule_for_other_remote": "add the controller's address to the rule",
    "remedy.add_remote": "add the controller's address to the rule with port_firewall",
    "remedy.allow_controller": "open it for the controller's address with port_firewall",
    "remedy.rule_for_other_protocol": "open {port} with an inbound rule for that protocol",
    "remedy.rule_outbound": "open {port} with an inbound rule",
    "remedy.rule_for_other_address": "open {port} with a rule for all addresses of the PC",
    "remedy.rule_for_other_interface": "open {port} with a rule for all network adapters",
    "remedy.no_rule": "open {port} with an inbound rule",
    "remedy.open_port": "open it with port_firewall",
    "remedy.condition_not_met": "check these conditions, or add a rule without them",
    "remedy.condition_open": (
        "connect from where the conditions are met, or add a rule without them"
    ),
    "remedy.firewall_stopped": (
        "start the services BFE and MpsSvc, and set them to start automatically"
    ),
    "remedy.firewall_unknown": (
        "look at Windows Defender Firewall on the PC, and whether the account is an administrator"
    ),
    "remedy.through_proxy": (
        "set from_controller to false to be told what the PC itself shows, or reach it without a "
        "proxy"
    ),
    "remedy.forwarded": (
        "set from_controller to false to be told what the PC itself shows, or set ansible_host "
        "and ansible_port to its own address and port of WinRM"
    ),
    "remedy.address_changed": (
        "find out why the name stands for several addresses, set ansible_host to the one that is "
        "the PC's, and run the check again"
    ),
    "remedy.no_answer": (
        "look at what is on the way (a router, a firewall between networks, a VPN, a cloud "
        "security group), and whether the program still accepts connections"
    ),
    "remedy.refused": (
        "look at what is on the way (a router, a firewall between networks, a proxy), and run the "
        "check again"
    ),
    "remedy.no_route": "check the routes and the VPN between the controller and the PC",
}

_TASKS = {
    "task.free_port": "Free {port}",
    "task.open_port": "Open {port} in the firewall",
    "task.change_rule": "Let the firewall rule {rule} open {port}",
    "task.enable_rule": "Enable the firewall rule {rule}",
    "task.disable_rule": "Disable the firewall rule {rule}",
}

_CONDITIONS = {
    "condition.of_rule": "rule '{rule}' ({conditions})",
    "condition.is": "{what}: {value}",
    "condition.remote_address": "remote address",
    "condition.local_address": "local address",
    "condition.remote_port": "remote port",
    "condition.local_port": "local port",
    "condition.icmp": "ICMP type",
    "condition.program": "program",
    "condition.service": "service",
    "condition.package": "app package",
    "condition.user": "user",
    "condition.authentication": "IPsec authentication",
    "condition.interface": "network adapter",
    "condition.interface_type": "type of network adapter",
    "condition.network": "network",
    "condition.transport": "transport",
    "condition.platform": "version of Windows",
    "condition.unknown_field": "field that is not known here",
    "condition.same_id": "another rule with the same id",
}

_REMARKS = {
    "remark.firewall_off": "the firewall is off on {profile} networks",
    "remark.limited": "on {profile} networks the firewall lets {addresses} in, and nobody else",
    "remark.ipv4_unknown": (
        "the program listens on ::, and Windows does not tell whether that includes IPv4"
    ),
    "remark.udp": (
        "UDP gives no answer that could be relied on, so this is judged from what the PC shows"
    ),
    "remark.not_tried": "the controller has not tried to connect",
}

# Of what could not be read, in the words of the error: of Windows, of a library, of ours.
_WARNINGS = {"warning.not_read": "{note}"}

TEXTS: Mapping[str, str] = {
    **_SENTENCES,
    **_HOLDERS,
    **_NETWORKS,
    **_CAUSES,
    **_REMEDIES,
    **_TASKS,
    **_CONDITIONS,
    **_REMARKS,
    **_WARNINGS,
    **english_firewall.TEXTS,
}
