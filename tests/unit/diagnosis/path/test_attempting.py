# SPDX-License-Identifier: GPL-3.0-or-later
"""How the server has seen an attempt of the client."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.attempting import (
    Seen,
    as_seen,
    attempt,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.situation import (
    Try,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    Protocol,
    TcpState,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.curl import (
    CurlAttempt,
    CurlVersion,
    TryOutcome,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.conversation import ScriptedTransport
from unit.host.test_host import COMMAND, SIGNAL, ManualClock, receive
from unit.host.test_shell import SEND
from unit.rows import each_row

CLIENT, SERVER, ROUTER = "10.20.1.7", "10.20.2.5", "10.20.9.1"
CONNECTED = CurlAttempt(SERVER, 80, TryOutcome.CONNECTED, CLIENT, 50_000)
HELD = frozenset({(SERVER, 80, 50_000)})


def row(far: str = CLIENT, far_port: int = 50_000, local: str = SERVER, port: int = 80) -> Endpoint:
    """A connection as the server lists it."""
    return Endpoint(
        Protocol.TCP,
        parse_address(local),
        port,
        TcpState.ESTABLISHED,
        parse_address(far),
        far_port,
        4312,
    )


def seen(*rows: Endpoint, held: bool = True, before: tuple[Endpoint, ...] = ()) -> Try:
    return as_seen(CONNECTED, Seen(HELD if held else frozenset(), rows), before)


@each_row(("known", "told"), [(True, "has no curl.exe"), (False, "could not be read whether")])
def test_a_client_without_curl(known: bool, told: str) -> None:
    transport = ScriptedTransport()
    client = Host(transport, "office-7")
    found = attempt(client, [(SERVER, 80)], None, 4, lambda _ports: (), known=known)
    assert found.tries == {}
    assert found.why_not is not None
    assert told in render(found.why_not, "en")
    assert transport.sent == []


def test_what_could_not_be_looked_at_meanwhile_is_told() -> None:
    """The attempts themselves count."""
    printed = f"portkeeper-curl|pop3://{SERVER}:80/|50000|{CLIENT}|28|x\r\n".encode()
    transport = ScriptedTransport(
        COMMAND, SEND, b"no XML", receive(printed, True), SIGNAL, shell_id="S"
    )
    clock = ManualClock()
    client = Host(transport, "office-7", clock=Clock(clock.sleep, clock.monotonic))
    found = attempt(client, [(SERVER, 80)], CurlVersion((8, 4, 0)), 4, lambda _ports: ())
    assert found.tries == {(SERVER, 80): Try(TryOutcome.CONNECTED, CLIENT)}
    (note,) = found.notes
    assert render(note, "en").startswith("Could not read MSFT_NetTCPConnection on office-7")
    assert transport.finished


def test_the_server_sees_the_client() -> None:
    assert seen(row()) == Try(TryOutcome.CONNECTED, CLIENT, seen_from=CLIENT)
    assert seen(row(f"::ffff:{CLIENT}", local=f"::ffff:{SERVER}")).seen_from == CLIENT
    # That is said whether or not it was held all the time.
    assert seen(row(), held=False).seen_from == CLIENT


def test_the_server_sees_a_router_that_keeps_the_port() -> None:
    assert seen(row(ROUTER)) == Try(TryOutcome.CONNECTED, CLIENT, seen_from=ROUTER)


def test_the_server_sees_nothing() -> None:
    assert seen() == Try(TryOutcome.CONNECTED, CLIENT, unseen=True)
    # What it saw before, of other ports, or of other addresses of its own, is none of ours.
    others = (row(ROUTER, 40_000), row(ROUTER, 50_000))
    assert seen(*others, before=others).unseen
    assert seen(row(port=81), row(local="10.20.2.6")).unseen


def test_nothing_is_said_of_what_may_have_been_over() -> None:
    assert not seen(held=False).unseen
    assert not as_seen(CONNECTED, Seen()).unseen


def test_nothing_is_said_where_another_connection_may_be_ours() -> None:
    assert seen(row(ROUTER, 61_000)) == Try(TryOutcome.CONNECTED, CLIENT)
    assert seen(row(ROUTER), row("10.20.9.2")) == Try(TryOutcome.CONNECTED, CLIENT)


def test_nothing_is_said_of_a_failure() -> None:
    refused = CurlAttempt(SERVER, 80, TryOutcome.REFUSED, detail="Connection refused")
    found = as_seen(refused, Seen(HELD, ()))
    assert found == Try(TryOutcome.REFUSED, detail="Connection refused")


def test_a_link_local_address_has_a_zone_of_each_host() -> None:
    attempt = CurlAttempt("fe80::5%21", 80, TryOutcome.CONNECTED, "fe80::7", 50_000)
    rows = (row("fe80::7%5", local="fe80::5%5"),)
    held = frozenset({("fe80::5", 80, 50_000)})
    assert as_seen(attempt, Seen(held, rows)).seen_from == "fe80::7"
    assert as_seen(attempt, Seen(held, ())).unseen
