# SPDX-License-Identifier: GPL-3.0-or-later
"""A trial of writing on a small simulated PC, in the same process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Clock, Host
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial import driver
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.run import (
    TrialResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.steps import (
    TrialOrder,
)
from unit.simulated import SimulatedTransport
from unit.winsim.small import boot
from winsim.firewall.store import LOCAL_ROOT, RULES, FirewallState
from winsim.injection import KINDS, Message, Rule, parse, striking
from winsim.injection_effects import FAULTS
from winsim.machine import Machine
from winsim.network_state import Adapter
from winsim.soap import Request
from winsim.wsman import Reply

WIRED = "{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}"
OTHER = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=22|Name=Other|"
FIELDS = "v2.30|Action=Allow|Active={active}|Dir=In|Profile=Domain|Name={name}|EmbedCtxt={group}|"


def pc(**rules: str) -> Machine:
    """A PC with these local rules, and one of somebody else."""
    found = boot()
    found.network = replace(found.network, unconnected=(Adapter("Ethernet", 6, WIRED),))
    found.firewall = state = FirewallState()
    state.set_value(LOCAL_ROOT, "PolicyVersion", 0x21E)
    for rule_id, text in {"other": OTHER, **rules}.items():
        state.set_value(RULES["local"], rule_id, text)
    return found


def rules_of(machine: Machine) -> dict[str, str]:
    """The local rules of a PC by their ids."""
    assert machine.firewall is not None
    return machine.firewall.rules()


@dataclass
class WatchedTransport(SimulatedTransport):
    """Injects faults, and keeps the states that each rule of the PC has had.

    `gone` is the number of the first request that no longer gets through, because of `error`.
    """

    machine: Machine
    faults: tuple[str, ...] = ()
    gone: int | None = None
    error: TransportError | None = None
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(self.machine)
        self._rules: list[Rule] = [parse(each) for each in self.faults]

    def send(self, envelope: bytes) -> bytes:
        if self.gone is not None and len(self.actions) >= self.gone and self.error is not None:
            self.actions.append("-")
            raise self.error
        try:
            return super().send(envelope)
        finally:
            self.seen |= set(rules_of(self.machine).values())

    def answered(self, request: Request) -> Reply:
        target = request.resource_uri.rpartition("/")[2]
        message = Message("win-1", request.verb, target)
        struck = striking(self._rules, message)
        for each in struck:
            if each.kind in FAULTS:
                return self.service.fault(request, self.caller, FAULTS[each.kind]())
        injected = {each.kind: each.value for each in struck if KINDS[each.kind].behaves}
        return self.service.answer(request, self.caller, injected)


ENVIRONMENT = Environment(adapters={WIRED: "Ethernet"})


def order(*, adapter: bool = True) -> TrialOrder:
    return TrialOrder(
        "win-1", "http://192.0.2.1:5985", 1, (WIRED, "Ethernet") if adapter else None, ENVIRONMENT
    )


def try_on(transport: SimulatedTransport, *, adapter: bool = True) -> TrialResult:
    """Carry out a trial, in no time."""
    clock = Clock(sleep=lambda _seconds: None, monotonic=lambda: 0.0)
    return driver.carry_out(Host(transport, "win-1", clock=clock), order(adapter=adapter))
