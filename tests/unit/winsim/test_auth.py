# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication and sealed messages, against pyspnego's client."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest
import spnego

from winsim.auth import Authenticator, Connection, Outcome
from winsim.config import Access
from winsim.sealing import SealError, Unsealed, is_sealed, seal, unseal

USERS = {"admin": "Passw0rd!", "ユーザー": "合言葉"}


@pytest.fixture
def accounts(tmp_path: Path) -> Authenticator:
    return Authenticator(USERS, Access(), "WIN-PC", tmp_path)


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("name", "password", "user"),
    [
        ("admin", "Passw0rd!", "admin"),
        ("ADMIN", "Passw0rd!", "admin"),
        (r"win-pc\admin", "Passw0rd!", "admin"),
        (r".\admin", "Passw0rd!", "admin"),
        ("ユーザー", "合言葉", "ユーザー"),
        (r"OTHER\admin", "Passw0rd!", None),
        ("admin", "passw0rd!", None),
        ("admin", "", None),
        ("nobody", "Passw0rd!", None),
    ],
)
def test_basic(accounts: Authenticator, name: str, password: str, user: str | None) -> None:
    assert accounts.check(basic(name, password), Connection()).user == user


@pytest.mark.parametrize("header", [None, "", "Basic", "Basic !!!", "Digest x", "Negotiate !!!"])
def test_everything_else_is_asked_to_authenticate(
    accounts: Authenticator, header: str | None
) -> None:
    outcome = accounts.check(header, Connection())
    assert outcome == Outcome(None, ("Negotiate", 'Basic realm="WSMAN"'))


def test_only_what_is_offered_is_accepted(tmp_path: Path) -> None:
    accounts = Authenticator(USERS, Access(basic=False), "WIN-PC", tmp_path)
    assert accounts.check(basic("admin", "Passw0rd!"), Connection()) == Outcome(
        None, ("Negotiate",)
    )


def log_in(
    accounts: Authenticator,
    connection: Connection,
    password: str = "Passw0rd!",
    user: str = "admin",
    protocol: str = "negotiate",
) -> tuple[Outcome, spnego.ContextProxy]:
    client = spnego.client(
        user, password, protocol=protocol, options=spnego.NegotiateOptions.use_ntlm
    )
    token = client.step()
    while True:
        assert token is not None
        outcome = accounts.check(f"Negotiate {base64.b64encode(token).decode()}", connection)
        if outcome.user is not None or outcome.headers == accounts.offers:
            if outcome.headers and outcome.user is not None:
                client.step(base64.b64decode(outcome.headers[0].partition(" ")[2]))
            return outcome, client
        token = client.step(base64.b64decode(outcome.headers[0].partition(" ")[2]))


@pytest.mark.parametrize("protocol", ["negotiate", "ntlm"])
@pytest.mark.parametrize("user", ["admin", r"WIN-PC\admin", "ユーザー"])
def test_negotiate(accounts: Authenticator, protocol: str, user: str) -> None:
    connection = Connection()
    name = user.rpartition("\\")[2]
    outcome, _unused = log_in(accounts, connection, USERS[name], user, protocol)
    assert outcome.user == name
    # From now on the connection is that user's.
    assert accounts.check(None, connection).user == name
    assert accounts.check(None, Connection()).user is None


def test_a_wrong_password_leaves_nothing_behind(accounts: Authenticator) -> None:
    connection = Connection()
    outcome, _unused = log_in(accounts, connection, password="wrong")
    assert outcome == Outcome(None, accounts.offers)
    assert connection == Connection()
    outcome, _unused = log_in(accounts, connection)
    assert outcome.user == "admin"


def test_the_environment_is_as_before(
    accounts: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NTLM_USER_FILE", raising=False)
    log_in(accounts, Connection())
    assert "NTLM_USER_FILE" not in os.environ
    monkeypatch.setenv("NTLM_USER_FILE", "/somewhere/else")
    log_in(accounts, Connection())
    assert os.environ["NTLM_USER_FILE"] == "/somewhere/else"


def test_the_accounts_are_for_their_owner_only(accounts: Authenticator, tmp_path: Path) -> None:
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_names_that_the_store_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="colon"):
        Authenticator({"admin": "a:b"}, Access(), "WIN-PC", tmp_path)


TYPE = "Content-Type: application/HTTP-SPNEGO-session-encrypted"
ORIGINAL = "OriginalContent: type=application/soap+xml;charset=UTF-8;Length=LENGTH"
OCTETS = "Content-Type: application/octet-stream"


def sealed(
    client: spnego.ContextProxy,
    request: bytes,
    kind: str = f"\t{TYPE}",
    original: str = f"\t{ORIGINAL}",
    octets: str = f"\t{OCTETS}",
) -> bytes:
    """A message as clients seal it; the last three are the lines of its heads."""
    wrapped = client.wrap_winrm(request)
    original = original.replace("LENGTH", str(len(request)))
    boundary = "--Encrypted Boundary\r\n"
    return b"".join(
        (
            f"{boundary}{kind}\r\n{original}\r\n{boundary}{octets}\r\n".encode(),
            len(wrapped.header).to_bytes(4, "little"),
            wrapped.header,
            wrapped.data,
            b"--Encrypted Boundary--\r\n",
        )
    )


@pytest.mark.parametrize(
    ("kind", "original", "octets"),
    [
        # WinRb's WinRM and OMI's client write no tab.
        (TYPE, ORIGINAL, OCTETS),
        (f"\t{TYPE}", ORIGINAL, f"  {OCTETS}"),
        (TYPE.replace("SPNEGO", "Kerberos"), ORIGINAL.replace(";", "; "), OCTETS + " "),
        (TYPE.replace(": ", ":"), ORIGINAL.replace(": ", ":\t"), OCTETS.replace(": ", ":")),
    ],
)
def test_white_space_in_the_heads_means_nothing(
    accounts: Authenticator, kind: str, original: str, octets: str
) -> None:
    connection = Connection()
    _unused, client = log_in(accounts, connection)
    assert connection.context is not None
    for text in ("first", "second"):  # what can't be read ends a sequence of seals
        message = sealed(client, text.encode(), kind, original, octets)
        assert unseal(connection.context, message) == Unsealed(text.encode(), "UTF-8")


@pytest.mark.parametrize(
    ("kind", "original", "octets"),
    [
        (TYPE.lower(), ORIGINAL, OCTETS),
        (TYPE.replace("SPNEGO", "Digest"), ORIGINAL, OCTETS),
        (TYPE, ORIGINAL.replace("soap+xml", "xml"), OCTETS),
        (TYPE, ORIGINAL.replace("UTF-8", "ISO-8859-1"), OCTETS),
        (TYPE, ORIGINAL.replace("LENGTH", "5"), OCTETS),
        (TYPE, ORIGINAL, OCTETS.replace("octet-stream", "soap+xml")),
        (ORIGINAL, TYPE, OCTETS),
    ],
)
def test_heads_that_say_something_else(
    accounts: Authenticator, kind: str, original: str, octets: str
) -> None:
    connection = Connection()
    _unused, client = log_in(accounts, connection)
    assert connection.context is not None
    with pytest.raises(SealError):
        unseal(connection.context, sealed(client, b"<request/>", kind, original, octets))


def test_a_sealed_message_in_utf_16(accounts: Authenticator) -> None:
    connection = Connection()
    _unused, client = log_in(accounts, connection)
    server = connection.context
    assert server is not None
    request = "<request/>".encode("utf-16")
    message = sealed(client, request, original=ORIGINAL.replace("UTF-8", "UTF-16"))
    assert unseal(server, message) == Unsealed(request, "UTF-16")
    assert unseal(client, seal(server, request, "UTF-16")) == Unsealed(request, "UTF-16")


def test_sealed_messages_both_ways(accounts: Authenticator) -> None:
    connection = Connection()
    _unused, client = log_in(accounts, connection)
    server = connection.context
    assert server is not None
    boundary = b"--Encrypted Boundary\r\n"
    for number in range(3):  # the seal depends on what was sealed before
        request = f"<request>{number}</request>".encode() + boundary
        assert unseal(server, sealed(client, request)) == Unsealed(request, "UTF-8")
        answer = seal(server, "<answer>あ</answer>".encode())
        assert answer.startswith(boundary)
        payload = answer.split(b"octet-stream\r\n", 1)[1][: -len(b"--Encrypted Boundary--\r\n")]
        length = int.from_bytes(payload[:4], "little")
        plain = client.unwrap_winrm(payload[4 : 4 + length], payload[4 + length :])
        assert plain == "<answer>あ</answer>".encode()


@pytest.mark.parametrize("message", [b"", b"<plain/>", b"--Encrypted Boundary\r\nx"])
def test_what_is_not_sealed_cannot_be_unsealed(accounts: Authenticator, message: bytes) -> None:
    connection = Connection()
    log_in(accounts, connection)
    assert connection.context is not None
    with pytest.raises(SealError):
        unseal(connection.context, message)


def test_a_sealed_message_that_was_changed(accounts: Authenticator) -> None:
    connection = Connection()
    _unused, client = log_in(accounts, connection)
    assert connection.context is not None
    message = bytearray(seal(client, b"<request/>"))
    message[-30] ^= 1
    with pytest.raises(SealError):
        unseal(connection.context, bytes(message))


def test_the_content_type_tells() -> None:
    assert is_sealed('multipart/encrypted;protocol="x";boundary="y"')
    assert not is_sealed("application/soap+xml;charset=UTF-8")
