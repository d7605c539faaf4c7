# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the faulty PCs of a fleet, and in which task it shows."""

from __future__ import annotations

from dataclasses import dataclass

FACTS, FIREWALL, CHECK, PROCESS = "Facts", "Firewall", "Check", "Process"
#: The tasks of the play, and how each ends on a healthy PC.
HEALTHY = {FACTS: "ok", FIREWALL: "changed", CHECK: "ok", PROCESS: "changed"}
#: In place of a task and its status: the play ends as on a healthy PC.
NONE, MENDED = "none", "mended"


@dataclass(frozen=True)
class Fault:
    """A fault as winsim reads it, the task that ends with it, and the status of that task.

    `impatient`: the inventory gives the PC a shorter time limit than the fault takes. Such a PC is
    reached with Basic, so that the delayed answer is the very first one. `attempts`: how many
    requests meet it at most.
    """

    text: str
    task: str
    status: str
    impatient: bool = False
    #: One that only reads is sent so often at most, one that changes something once.
    attempts: int = 3


_RULE = "class=MSFT_NetFirewallRule"

# In turn for the faulty PCs of a fleet, so that a small one has some of each sort.
FAULTS = (
    Fault("reset-before:action=Enumerate", FACTS, "unreachable"),
    Fault("delay=8:action=Enumerate", FACTS, "unreachable", impatient=True),
    Fault(f"access-denied:action=Create,{_RULE}", FIREWALL, "failed"),
    Fault("http=503:action=Enumerate", FACTS, "unreachable"),
    Fault("malformed:action=Enumerate", FACTS, "failed"),
    Fault("endless:action=Enumerate", FACTS, "failed"),
    Fault("http=401:action=Enumerate", FACTS, "unreachable"),
    Fault("access-denied:action=Terminate", PROCESS, "failed"),
    Fault(f"reset:after=0,action=Create,{_RULE}", FIREWALL, "failed"),
    Fault("truncate:after=300,action=Enumerate", FACTS, "unreachable"),
    Fault("quota:action=Enumerate", FACTS, "failed"),
    Fault("html", FACTS, "unreachable"),
    Fault("dtd:action=Enumerate", FACTS, "failed"),
    Fault("wrong-relates-to:action=Command", FIREWALL, "failed"),
    Fault("timed-out:action=Put", FIREWALL, "failed"),
    Fault("missing=Body:action=Enumerate", FACTS, "failed"),
    # The rule is read again, and has what was put.
    Fault("malformed:action=Put", NONE, MENDED),
    Fault("shell-quota:action=Create", FIREWALL, "failed"),
    Fault("reset:after=200,action=Receive", FIREWALL, "unreachable"),
)

UNREAD, UNKNOWN = "unread", "unknown"

# The same for a fleet that is only read, in one survey; the status is that of the PC in its result.
# Some are of PCs that mean harm: they never come to an end, or answer with what costs a parser much.
FAULTS_OF_READING = (
    *(Fault(each.text, FACTS, UNREAD, each.impatient) for each in FAULTS if each.task == FACTS),
    Fault("external-entity:action=Enumerate", FACTS, UNREAD),
    Fault("depth:action=Enumerate", FACTS, UNREAD),
    Fault("wrong-relates-to:action=Enumerate", FACTS, UNREAD),
    Fault("slow=headers", FACTS, UNREAD, impatient=True),
    Fault("slow=body", FACTS, UNREAD, impatient=True),
    Fault("reset:after=200,action=Receive", CHECK, UNREAD),
    Fault("shell-quota:action=Create", CHECK, UNKNOWN),
    # The program is given up after so many answers, or after four minutes.
    Fault("endless:action=Receive", CHECK, UNKNOWN, attempts=1000),
)
