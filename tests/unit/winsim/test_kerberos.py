# SPDX-License-Identifier: GPL-3.0-or-later
"""What is of Kerberos without a realm: tokens, names, and who is not let in. `tests/realm` has one."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import spnego
from spnego._context import GSSMech
from spnego._kerberos import KrbError
from spnego._spnego import unpack_token

from winsim.auth import Authenticator, Connection, Outcome
from winsim.cli import running
from winsim.config import Access
from winsim.inventory import inventory
from winsim.kerberos import error_token, full_name, is_ticket

ONLY = Access(basic=False, negotiate=False, kerberos=True)


@pytest.mark.parametrize("code", [18, 37, 41, 60])
def test_the_token_of_an_error_is_read_by_pyspnego(code: int) -> None:
    token = unpack_token(error_token(code, "HTTP/win-1.corp.test", "CORP.TEST"), unwrap=True)
    read = unpack_token(token.inner_context_token, mech=GSSMech.kerberos, unwrap=True)
    assert isinstance(read, KrbError)
    assert (int(read.error_code), read.realm, read.sname.value) == (
        code,
        b"CORP.TEST",
        [b"HTTP", b"win-1.corp.test"],
    )


def header(scheme: str, token: bytes) -> str:
    return f"{scheme} {base64.b64encode(token).decode()}"


def test_what_is_a_ticket() -> None:
    ntlm = spnego.client("u", "p", protocol="ntlm").step() or b""
    tickets = [header("Negotiate", b"\x60\x10"), header("Kerberos", b"\x60\x10")]
    others = [
        None, "", "Negotiate !", "Basic YQ==", header("Negotiate", ntlm), header("NTLM", ntlm),
        header("Negotiate", spnego.client("u", "p").step() or b""),
    ]  # fmt: skip
    assert [is_ticket(each) for each in tickets] == [True, True]
    assert [is_ticket(each) for each in others] == [False] * len(others)


def test_whoever_has_no_ticket_is_asked_for_one(tmp_path: Path) -> None:
    accounts = Authenticator({"admin": "Passw0rd!"}, ONLY, "WIN-PC", tmp_path)
    asked = Outcome(None, ("Negotiate", "Kerberos"))
    basic = base64.b64encode(b"admin:Passw0rd!").decode()
    for each in (None, f"Basic {basic}", header("Negotiate", b"\x60\x10"), "NTLM YQ=="):
        assert accounts.check(each, Connection()) == asked


def test_a_password_does_not_do(tmp_path: Path) -> None:
    """Not even the right one, by NTLM, where Kerberos alone is allowed."""
    accounts = Authenticator({"admin": "Passw0rd!"}, ONLY, "WIN-PC", tmp_path)
    connection = Connection()
    client = spnego.client("admin", "Passw0rd!", options=spnego.NegotiateOptions.use_ntlm)
    token = client.step()
    outcome = accounts.check(header("Negotiate", token or b""), connection)
    for _step in range(3):
        if outcome.user is not None or outcome.headers == accounts.offers:
            break
        token = client.step(base64.b64decode(outcome.headers[0].partition(" ")[2]))
        outcome = accounts.check(header("Negotiate", token or b""), connection)
    assert outcome.user is None


@pytest.mark.parametrize("plugin", ["winrm", "psrp"])
def test_the_inventory_names_the_hosts_as_the_domain_does(tmp_path: Path, plugin: str) -> None:
    options = ["--image", "win11-ja", "--transport", "kerberos", "--port", "0"]
    with running([*options, "--connection", plugin, "--realm", "EXAMPLE.TEST"]) as hosts:
        content = inventory(list(hosts), "kerberos", plugin, "EXAMPLE.TEST")  # type: ignore[arg-type]
    variables = content["windows"]["hosts"]["win-1"]
    assert variables["ansible_user"].endswith("@EXAMPLE.TEST")
    assert full_name("win-1", "EXAMPLE.TEST") in variables.values()
