# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the server's end says of its ports to one client: port_check's diagnosis, with the client in
place of the controller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...ground.model import parse_address
from ...pc.holders import Port
from ...words.phrases import Phrase
from ..causes.model import (
    Attempt,
    Cause,
    CauseKind,
    Diagnosis,
    Remedy,
    Situation,
    WantedPort,
    client,
)
from ..judge import diagnose
from .ends.model import HostRemedy, PathCause, PathVerdict, at, meaning

# The causes of a failure of which nothing is to be seen at the server: they are told anew, since
# more is known of the way than port_check knows.
_ON_THE_WAY = frozenset({CauseKind.NO_ANSWER, CauseKind.REFUSED, CauseKind.NO_ROUTE})
# Remarks that speak of the attempt: port_path has its own.
_OF_ATTEMPT = frozenset({"remark.udp", "remark.not_tried"})


@dataclass(frozen=True)
class Serving:
    """What is known of one port at the server's end.

    `failed` is what the attempt came to if nothing at the server explains it.
    """

    diagnosis: Diagnosis
    causes: tuple[PathCause, ...]
    failed: CauseKind | None
    remarks: tuple[Phrase, ...]


def judge(
    host: str,
    situation: Situation,
    ports: Sequence[WantedPort],
    *,
    peer: str,
    address: str | None,
    sources: Mapping[Port, str | None],
    attempts: Mapping[Port, Attempt],
) -> tuple[Serving, ...]:
    """What the server says of each port, in the order given.

    Args:
        host: the server's name in the inventory.
        situation: what was read of it.
        peer: the client's name in the inventory.
        address: the server's own address to which the client connects, None if there is none.
        sources: the address by which the server sees the client, by port.
        attempts: what the client's attempts say of the server, by port.
    """
    reached = None if address is None else parse_address(address).text
    found: dict[Port, Serving] = {}
    # One source for all ports is usual: the firewall's rules are prepared once for each.
    for source in dict.fromkeys(sources.get(each.key) for each in ports):
        asked = [each for each in ports if sources.get(each.key) == source]
        seen = replace(
            situation,
            targets=() if reached is None else (reached,),
            arrives=reached,
            translated=False,
            controller=None if source is None else parse_address(source).text,
            attempts=attempts,
            why_not=None,
            peer=client(peer),
        )
        for each in diagnose(seen, asked):
            found[each.wanted.key] = _told(host, each)
    return tuple(found[each.key] for each in ports)


def _told(host: str, diagnosis: Diagnosis) -> Serving:
    failed = next((each.kind for each in diagnosis.causes if _is_unexplained(each)), None)
    return Serving(
        diagnosis,
        tuple(_cause(host, each) for each in diagnosis.causes if not _is_unexplained(each)),
        failed,
        tuple(_remarks(host, diagnosis)),
    )


def _is_unexplained(cause: Cause) -> bool:
    """Whether a cause says no more than that the attempt has failed: a security product on the
    server is an explanation."""
    return cause.kind in _ON_THE_WAY and not cause.text.key.endswith("_filtered")


def _cause(host: str, cause: Cause) -> PathCause:
    verdict, hop = meaning(cause.kind, cause.verdict)
    there = None if verdict is PathVerdict.ANSWERED_BY_OTHER else host
    remedies = cause.remedies
    if cause.kind is CauseKind.NETWORK_UNKNOWN:
        # The other remedy is about the controller's connection.
        remedies = (Remedy(Phrase("path_remedy.server_network_unknown")),)
    return PathCause(
        cause.kind,
        verdict,
        hop,
        there,
        cause.text,
        tuple(HostRemedy(each, there) for each in remedies),
    )


def _remarks(host: str, diagnosis: Diagnosis) -> Iterator[Phrase]:
    for each in diagnosis.remarks:
        if each.key not in _OF_ATTEMPT:
            yield at(host, each)
