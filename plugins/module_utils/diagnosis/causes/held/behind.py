# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands behind a port: a relay and its target, a mapping of Windows' NAT, http.sys with
limits of its own, or a program that has the port without listening. Each has its own remedy.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ....asked.ports import PortSet
from ....ground.model import Forward, HttpUrl, Via
from ....ground.names import ascii_lower
from ....pc.behind.relays import PORTPROXY_SERVICE, RelayKind, forwards_of
from ....pc.holders import (
    IDLE_PID,
    Holder,
    HolderKind,
    Port,
    behind_http_sys,
    described,
    find_holders,
    port_text,
)
from ....stopping.choosing.model import listed
from ....words.phrases import Phrase, Value
from .. import relaying
from ..model import (
    AttemptOutcome,
    Cause,
    CauseKind,
    Remedy,
    Situation,
    WantedPort,
    cause_of,
)

# How many other ports of a process one sentence names.
_SHOWN = 20

# The listener serves some addresses, and the controller uses another one.
_OF_ADDRESSES = frozenset(
    {
        CauseKind.LOOPBACK_ONLY,
        CauseKind.OTHER_ADDRESS_ONLY,
        CauseKind.IPV4_ONLY,
        CauseKind.IPV6_ONLY,
    }
)


# -- nothing listens -------------------------------------------------------------------------------


def behind_nat(situation: Situation, wanted: WantedPort) -> tuple[Forward, ...]:
    """The mappings by which Windows' NAT serves a port on which nothing listens."""
    return forwards_of(situation.snapshot, Via.NAT, wanted.key)


def nat_causes(
    situation: Situation, wanted: WantedPort, forwards: Sequence[Forward]
) -> list[Cause]:
    """The obstacles at a port that Windows' NAT forwards: none if the controller has connected, and
    no particular program is expected."""
    values = situation.values(wanted, targets=targets_of(forwards))
    if wanted.free:
        return [cause_of(CauseKind.IN_USE_BY_OTHER, values, text="taken_by_nat", remedy="end_nat")]
    outcome = situation.attempt(wanted).outcome
    if outcome is AttemptOutcome.CONNECTED and not wanted.expected_process:
        return []
    if outcome.failed:
        text, remedy = "behind_nat_silent", "look_behind_nat"
    else:
        text, remedy = "behind_nat", "try_behind_nat"
    return [cause_of(CauseKind.BEHIND_NAT, values, text=text, remedy=remedy)]


def targets_of(forwards: Iterable[Forward]) -> tuple[str, ...]:
    """Where mappings lead, each once."""
    return tuple(dict.fromkeys(each.target for each in forwards))


def bound_without_listening(situation: Situation, wanted: WantedPort) -> tuple[Holder, ...]:
    """The processes that have a port as the local end of a connection of their own, or have bound
    it without listening: no other program can listen there."""
    ports = {wanted.protocol: PortSet.of([wanted.port])}
    return tuple(
        each
        for each in find_holders(situation.snapshot, ports, connections=True)
        if each.only_connections and each.pid != IDLE_PID
    )


def unserved_mapping(situation: Situation, wanted: WantedPort) -> Forward | None:
    """The mapping of ``netsh interface portproxy`` for a port on which nothing listens."""
    found = forwards_of(situation.snapshot, Via.PORTPROXY, wanted.key)
    return found[0] if found else None


# -- relays ----------------------------------------------------------------------------------------


def relay_remedy(situation: Situation, wanted: WantedPort, holder: Holder) -> Remedy | None:
    """How a port is freed from a relay: by ending what it relays to, and not the relay itself, on
    which other ports depend. None if the holder is no relay."""
    relay = holder.relay
    remedy = relaying.ended(wanted, holder)
    if relay is None or remedy is None:
        return None
    kept: Value = holder.title
    if relay.kind is RelayKind.PORTPROXY:
        ports: Iterable[Port] = (
            (each.protocol, each.port)
            for each in situation.snapshot.forwards
            if each.via is Via.PORTPROXY
        )
        ports = (*ports, *situation.serves.get(holder.pid or 0, ()))
        kept = Phrase("relay.service", {"service": PORTPROXY_SERVICE})
    else:
        ports = situation.serves.get(holder.pid or 0, ())
    others = _besides(wanted, ports)
    if others:
        told: dict[str, Value] = {"remedy": remedy, "kept": kept, "others": others}
        remedy = Phrase("besides.leave_running", told)
    return Remedy(remedy)


def with_others(
    situation: Situation, wanted: WantedPort, pids: Iterable[int], remedy: Phrase
) -> Phrase:
    """A remedy that ends processes, with the other ports that they serve."""
    ports = (port for pid in pids for port in situation.serves.get(pid, ()))
    others = _besides(wanted, ports)
    if not others:
        return remedy
    return Phrase("besides.and_others", {"remedy": remedy, "others": others})


def _besides(wanted: WantedPort, ports: Iterable[Port]) -> Value:
    others = dict.fromkeys(port_text(each) for each in ports if each != wanted.key)
    return listed(others, _SHOWN) if others else ""


def silent_destination(
    situation: Situation, wanted: WantedPort, holder: Holder | None
) -> list[Cause]:
    """The obstacle if the mappings of a port lead to ports of the PC itself on which nothing
    listens."""
    forwards = holder.relay.forwards if holder is not None and holder.relay is not None else ()
    if holder is None or not forwards or not situation.silent.issuperset(forwards):
        return []
    values: dict[str, Value] = {
        "port": wanted.label,
        "holder": described(situation.snapshot, holder),
        "targets": targets_of(forwards),
    }
    return [cause_of(CauseKind.DESTINATION_SILENT, values)]


def about_addresses(
    situation: Situation, wanted: WantedPort, holder: Holder | None, cause: Cause
) -> Cause:
    """A cause that is about the addresses of a listener, with the remedy that fits a relay or
    http.sys: their addresses are set elsewhere than those of a program."""
    if holder is None or cause.kind not in _OF_ADDRESSES:
        return cause
    if holder.relay is not None:
        key = f"expose_{holder.relay.texts}"
        remedy = Phrase(f"remedy.{key}", relaying.values_of(wanted, holder))
    elif holder.kind is HolderKind.SYSTEM and _is_http_sys(holder):
        addresses = situation.snapshot.listen_list
        limited = "limited_http_sys" if addresses else "look_at_listen_list"
        commands = tuple(Phrase("command.delete_iplisten", {"address": each}) for each in addresses)
        remedy = Phrase(f"remedy.{limited}", {"commands": commands})
    else:
        return cause
    return replace(cause, remedies=(Remedy(remedy),))


# -- http.sys --------------------------------------------------------------------------------------


def _is_http_sys(holder: Holder) -> bool:
    """Whether http.sys may hold the ports of process 4, and no driver that is known to."""
    return any(each.urls or each.owner.key == "owner.driver" for each in holder.system)


def by_name_only(
    situation: Situation, wanted: WantedPort, holder: Holder | None
) -> tuple[list[Cause], list[Phrase]]:
    """What http.sys does with requests for other names than those of its URLs: it answers them with
    an error of its own, although it accepts every connection.

    Returns:
        The obstacle if all URLs are for the PC itself only, and a remark if they are for certain
        names.
    """
    urls = [url for each in holder.system for url in each.urls] if holder is not None else []
    if not urls or any(url.host in ("+", "*") for url in urls):
        return [], []
    values: dict[str, Value] = {"port": wanted.label, "number": wanted.port}
    if all(map(_is_local, urls)):
        values["urls"] = tuple(dict.fromkeys(url.url for url in urls))
        programs = [] if holder is None else behind_http_sys(situation.snapshot, holder)
        values["programs"] = (
            listed(described(situation.snapshot, each) for each in programs)
            if programs
            else Phrase("holder.the_program")
        )
        found = cause_of(
            CauseKind.LOOPBACK_ONLY, values, text="local_url", remedy="register_for_others"
        )
        return [found], []
    names = dict.fromkeys(url.host for url in urls if not _is_local(url))
    if not situation.targets or situation.targets[0] not in names:
        return [], [Phrase("remark.host_names", {**values, "names": tuple(names)})]
    return [], []


def _is_local(url: HttpUrl) -> bool:
    if ascii_lower(url.host) == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False
