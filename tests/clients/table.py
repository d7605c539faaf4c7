# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/clients.md: what each client did with the simulated hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from clients.client import CLIENTS, OPERATIONS, WAYS, Client
from clients.run import Outcome, Results

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "clients.md"

#: Why a host refuses, by what the client tells of it, and where that is documented.
REFUSALS: Mapping[str, str] = {
    "2150858778": "a simulated host has few of a real one's associations, so that it can't answer "
    "for all of them; a real one can (DSP0227, 8.2)",
    "2150858811": "the resource URI is not in the catalog of the host, which has no PowerShell "
    "(seen on real hosts without that endpoint: pywinrm, issue 273)",
    "HTTP 401": "the host takes other ways of authentication than the client has",
    "HTTP 500": "plain SOAP over HTTP, where the host's AllowUnencrypted is false "
    "([MS-WSMV], 3.1.4.1.29.1)",
    "exit code 1": "cmd.exe does not know `powershell`, which simulated hosts do not have",
    "exit code 255": "a simulated host keeps no files: its cmd.exe refuses the `>> FILE` that the "
    "client begins with; a real one takes it",
    "not recognized": "the same as `exit code 1`, which the client does not tell",
}

_HEAD = """\
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Written by `make clients-table`. -->
# Other clients against the simulated hosts

The tests of this collection talk to simulated Windows hosts (`tests/winsim`). These are judged by clients that
others wrote for real hosts: `make clients`, a part of `make test`, runs each of them against simulated hosts. A
client does all that it has an operation for, in a small program that uses no code of this collection. What it
gets is compared with what the simulated machine has, and what it changes is looked up there.

- **worked**: the client got what the machine has, or changed it.
- **refused**: the host refused with this fault, HTTP status or exit code. The reason is given below.
- **–**: the client can't do it. The reason is given below.
"""


def _list(texts: Iterable[str]) -> str:
    return "".join(f"- {text}\n" for text in texts)


def cell(outcome: Outcome | None) -> str:
    """What the table says of an outcome; None: not possible."""
    if outcome is None:
        return "–"
    return f"refused: {outcome.refused}" if outcome.refused else "worked"


def _let_in(outcome: Outcome) -> str:
    """Whatever it was refused then, a client that got so far was let in."""
    at_the_door = outcome.refused.startswith("HTTP")
    return f"refused: {outcome.refused}" if at_the_door else "let in"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _reasons(client: Client) -> Iterable[str]:
    """What the client lacks, operations of the same reason together, and the notes."""
    by_reason: dict[str, list[str]] = {}
    for operation, reason in client.lacks.items():
        by_reason.setdefault(reason, []).append(OPERATIONS[operation])
    for reason, operations in by_reason.items():
        yield f"Not possible, because {client.name} {reason}: {', '.join(operations)}"
    for operation, note in client.notes.items():
        yield f"{OPERATIONS[operation]}: {note}"


def refusals(results: Results) -> set[str]:
    """All by which a host refused something."""
    everywhere = (run for each in results.ways.values() for run in each.values())
    return {
        outcome.refused
        for run in (*results.operations.values(), *everywhere)
        for operation, outcome in run.outcomes.items()
        if outcome.refused and operation in OPERATIONS
    }


def text(results: Results) -> str:
    """The whole document."""
    names = [client.name for client in CLIENTS]
    operations = [
        [title, *(cell(results.operations[name].outcomes.get(operation)) for name in names)]
        for operation, title in OPERATIONS.items()
    ]
    ways = [
        [way.title, *(_let_in(_only(results.ways[name][key].outcomes)) for name in names)]
        for key, way in WAYS.items()
    ]
    parts = [
        _HEAD,
        "## Operations\n",
        _table(["", *names], operations),
        "## Ways to the host\n",
        "A host allows one way only. Each client tries one operation on each:\n\n"
        + _list(f"{client.name}: {OPERATIONS[client.probe]}" for client in CLIENTS),
        _table(["", *names], ways),
        "## Why a host refused\n",
        _list(f"`{refused}`: {REFUSALS[refused]}" for refused in sorted(refusals(results))),
        "## The clients\n",
        *(
            f"### {client.name}\n\n"
            f"From {client.source}. All operations over {WAYS[client.way].title}.\n\n"
            f"{_list(_reasons(client))}"
            for client in CLIENTS
        ),
    ]
    return "\n".join(parts)


def _only(outcomes: Mapping[str, Outcome]) -> Outcome:
    [outcome] = outcomes.values()
    return outcome
