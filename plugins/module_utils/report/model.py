# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A report of the state of PCs, as frozen values. docs/report.md explains each key.

The fields are the keys of the JSON, so a new field is a new key. A field with a default may be
missing from a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ..words.languages import Language

FORMAT = 1
MOST_TOTALS = 30


class State(StrEnum):
    """The state of a PC, in the order of severity: the first state that applies to one of its ports
    is that of the PC."""

    UNREACHABLE = "unreachable"
    TAKEN = "taken"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    NOT_LISTENING = "not_listening"
    READY = "ready"


class ChangeKind(StrEnum):
    """What has changed."""

    STATE = "state"
    VERDICT = "verdict"
    LISTENER = "listener"
    RESERVED = "reserved"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class WantedPort:
    """A port that is asked about on at least one of the PCs."""

    port: int
    protocol: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Network:
    """A network that a PC is connected to, and its firewall profile."""

    name: str | None
    profile: str

    @property
    def label(self) -> str:
        """Both in a few words."""
        return f"{self.name or '-'} ({self.profile})"


@dataclass(frozen=True, slots=True)
class Cause:
    """What is in the way."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do, in words and, if possible, as a task for a playbook."""

    text: str
    yaml: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """The firewall's verdict on a port on one network, and which rule or setting decides it.

    `rule` and `path` (the registry value of a policy) are None if they don't decide.
    """

    network: str | None
    profile: str
    state: str
    rule: str | None
    path: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """What the rules of the firewall say about traffic from one address or network to a port.
    `allowed`, `blocked` and `uncertain` are the parts of it."""

    source: str
    state: str
    msg: str
    allowed: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    uncertain: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What port_check says about one port. `reach` is who can reach it, a word of the module's.
    `sources` are empty unless the task was asked about other places."""

    port: int
    protocol: str
    name: str | None
    verdict: str
    msg: str
    causes: tuple[Cause, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    rules: tuple[Rule, ...] = ()
    reach: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """What listens on a port, with all addresses of one process together.

    `services` are those of the process; for http.sys (System), which listens for others, those
    behind its URLs or, if there are none, the programs. `firewall` is the firewall's verdict on
    traffic from anywhere, on the networks that the PC is connected to: a state of a Rule, ``mixed``
    if the networks differ, None if it is unknown or no other host can reach the listener. `dynamic`
    says that Windows may have chosen the port.
    """

    protocol: str
    addresses: tuple[str, ...]
    port: int
    name: str | None
    pid: int | None
    process: str | None
    services: tuple[str, ...] = ()
    firewall: str | None = None
    dynamic: bool = False
    reach: str | None = None

    @property
    def holder(self) -> str:
        """Who listens: the services if there are any, otherwise the program."""
        return ", ".join(self.services) or self.process or "-"


@dataclass(frozen=True, slots=True)
class Reserved:
    """A range of ports that Windows or an administrator has excluded."""

    protocol: str
    first: int
    last: int
    administered: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A difference from the earlier report. None means that something did not exist, or no longer
    exists. `port` and `protocol` are None if the change is not about one port."""

    kind: ChangeKind
    port: int | None
    protocol: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Host:
    """One PC.

    `message` says why something could not be read, and `failure` is the kind of that as a survey
    names it, if it does. `listeners` and `reserved` are None if they were
    not read, and empty if there are none.
    """

    name: str
    address: str | None
    state: State
    message: str | None = None
    networks: tuple[Network, ...] = ()
    checks: tuple[Check, ...] = ()
    listeners: tuple[Listener, ...] | None = None
    reserved: tuple[Reserved, ...] | None = None
    changes: tuple[Change, ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """What both ends show of a path; None or empty for what is unknown, or does not matter.

    `name` is the one that the application has configured, `name_source` how the client knows it,
    and `name_addresses` where it leads. Packets leave by `client_address`, `adapter`, `next_hop`
    (None without a router) and `network`, whose firewall profile is `profile`. `attempt` is what
    came of the client's attempt to connect, and `seen_from` the address that the server saw.
    `processes` listen at the server.
    """

    name: str | None = None
    name_source: str | None = None
    name_addresses: tuple[str, ...] = ()
    client_address: str | None = None
    adapter: str | None = None
    next_hop: str | None = None
    network: str | None = None
    profile: str | None = None
    program: str | None = None
    client_rules: tuple[Rule, ...] = ()
    attempt: str | None = None
    seen_from: str | None = None
    processes: tuple[str, ...] = ()
    server_rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """What port_path says about one client and one port of a server. If it could not be asked,
    `client`, `port` and `protocol` are None, the verdict is ``failed``, and `server` is the host of
    the task.

    `address` is the one that the client uses. `hop` is where the way ends, and `host` the one of
    both that has the first cause; None if that is between them. `before` is the verdict in the
    earlier report, if that was another one. `way` is the evidence, None if it was not returned.
    """

    client: str | None
    server: str
    port: int | None
    protocol: str | None
    name: str | None
    address: str | None
    verdict: str
    hop: str | None
    host: str | None
    msg: str
    causes: tuple[Cause, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    before: str | None = None
    remarks: tuple[str, ...] = ()
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Mend:
    """One thing to mend, on all PCs that need the same fix.

    `text` is what was said about the first of `hosts`. `verdict` is that of port_check or, for what
    only other clients meet, of port_path, or ``unreachable`` or ``failed`` for PCs that could not
    be asked: then there is no port.
    """

    hosts: tuple[str, ...]
    port: int | None
    protocol: str | None
    verdict: str
    text: str
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """How many PCs there are, and how many are in each state."""

    hosts: int
    ready: int
    blocked: int
    taken: int
    not_listening: int
    unreachable: int
    unknown: int

    @classmethod
    def of(cls, hosts: Iterable[Host]) -> Summary:
        counts = Counter(host.state.value for host in hosts)
        return cls(hosts=counts.total(), **{state.value: counts[state.value] for state in State})

    def count(self, state: State) -> int:
        """How many PCs are in a state."""
        number: int = getattr(self, state.value)
        return number


@dataclass(frozen=True, slots=True)
class Compared:
    """The earlier report: when it was made, and which of its PCs are missing from this one."""

    created: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """What an earlier report has counted, and when it was made."""

    created: str
    summary: Summary


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. `created` is UTC, as ``2026-11-24T14:00:00Z``. `first` is in the order of
    mending and has `mending.MOST` entries at most. `paths` is None if no clients were asked
    about. `history` are the totals of the reports before it, the earliest first, `MOST_TOTALS` at
    most."""

    format: int
    collection: str
    title: str
    language: Language
    created: str
    compared_with: Compared | None
    ports: tuple[WantedPort, ...]
    summary: Summary
    first: tuple[Mend, ...]
    hosts: tuple[Host, ...]
    paths: tuple[Path, ...] | None = None
    history: tuple[Total, ...] = ()
