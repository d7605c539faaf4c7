# SPDX-License-Identifier: GPL-3.0-or-later
"""Why Kerberos gave no ticket: what the libraries and kinit said to a real KDC in each case, and
the remedy of each. `tests/realm` asks such a KDC again."""

from __future__ import annotations

from dataclasses import dataclass

from requests import RequestException

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.failures import (
    failure_from,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.kerberos import (
    Asking,
    failure_of_kinit,
    for_asking,
)

ADMIN = Asking("admin@CORP.TEST")
GENERAL = "Unspecified GSS failure.  Minor code may provide more information"
NO_CREDENTIALS = "No credentials were supplied, or the credentials were unavailable or inaccessible"


class KerberosExchangeError(RequestException):
    """Of pywinrm, where pykerberos is installed."""


class GSSError(Exception):
    """Of pykerberos, with pairs of words and numbers; and of gssapi, with the numbers beside."""

    min_code: int | None = None


class Krb5Error(Exception):
    """Of krb5."""

    err_code: int | None = None


class SpnegoError(Exception):
    """Of pyspnego."""


def by_pykerberos(function: str, general: tuple[str, int], said: tuple[str, int]) -> Exception:
    """As pywinrm makes it of that of pykerberos."""
    try:
        try:
            raise GSSError(general, said)
        except GSSError as error:
            raise KerberosExchangeError(f"{function} failed: {error.args}")  # noqa: B904
    except KerberosExchangeError as error:
        return error


def by_gssapi(said: str, code: int, general: str = GENERAL) -> Exception:
    """As pyspnego makes it of that of gssapi."""
    inner = GSSError(f"Major (851968): {general}, Minor ({code % 2**32}): {said}")
    inner.min_code = code % 2**32
    error = SpnegoError(f"SpnegoError (4294967295): {inner}, Context: Processing security token")
    error.__cause__ = inner
    return error


def by_krb5(said: str, code: int) -> Exception:
    error = Krb5Error(f"{said} {code}")
    error.err_code = code
    return error


@dataclass(frozen=True)
class Told:
    """The remedy of a failure, without what all have in common, and the words that are shown."""

    remedy: str
    words: str


def told(error: TransportError) -> Told:
    assert error.failure is Failure.KERBEROS
    assert error.remedy is not None
    return Told(error.remedy.key.removeprefix("failure_remedy."), str(error.detail))


def test_kinit() -> None:
    def kinit(said: str, asking: Asking = ADMIN) -> Told:
        return told(failure_of_kinit(f"kinit: {said} while getting initial credentials", asking))

    user = Asking("CORP\\admin")
    assert [
        kinit("Password incorrect"),
        kinit("Preauthentication failed"),
        kinit("Client 'nobody@CORP.TEST' not found in Kerberos database"),
        kinit("Client 'CORPadmin@CORP.TEST' not found in Kerberos database", user),
        kinit('Cannot find KDC for realm "corp.test"', Asking("admin@corp.test")),
        kinit('Cannot find KDC for realm "CORP.TEST"'),
        kinit('Cannot find KDC for realm "CORP.TEST"', Asking("admin@CORP.TEST", kept_back=True)),
        kinit("Client's credentials have been revoked"),
        kinit("Client's entry in database has expired"),
        kinit("Cannot read password"),
        kinit("Clock skew too great"),
        kinit("Cannot contact any KDC for realm 'CORP.TEST'"),
        kinit("Something new"),
    ] == [
        Told("kerberos_password", "Password incorrect"),
        Told("kerberos_password", "Preauthentication failed"),
        Told("kerberos_user", "Client 'nobody@CORP.TEST' not found in Kerberos database"),
        Told("kerberos_domain_user", "Client 'CORPadmin@CORP.TEST' not found in Kerberos database"),
        Told("kerberos_small_realm", 'Cannot find KDC for realm "corp.test"'),
        Told("kerberos_realm", 'Cannot find KDC for realm "CORP.TEST"'),
        Told("kerberos_kept_back", 'Cannot find KDC for realm "CORP.TEST"'),
        Told("kerberos_locked", "Client's credentials have been revoked"),
        Told("kerberos_account", "Client's entry in database has expired"),
        Told("kerberos_password_expired", "Cannot read password"),
        Told("kerberos_clock", "Clock skew too great"),
        Told("kerberos_unreachable", "Cannot contact any KDC for realm 'CORP.TEST'"),
        Told("kerberos", "Something new"),
    ]


def test_only_the_last_line_of_kinit_counts() -> None:
    said = "kinit: a warning\nkinit: Password incorrect while getting initial credentials\n\n"
    assert told(failure_of_kinit(said, ADMIN)) == Told("kerberos_password", "Password incorrect")
    assert told(failure_of_kinit("", ADMIN)).remedy == "kerberos"


def test_a_name_is_no_reason() -> None:
    """Of users and PCs, whose names may be words of any error."""
    names = ("hassler", "SSLError", "Password incorrect", "certificate verify failed", "Server x")
    found = {
        told(
            failure_of_kinit(
                f"kinit: Client '{name}@CORP.TEST' not found in Kerberos database while getting "
                "initial credentials",
                Asking(f"{name}@CORP.TEST"),
            )
        ).remedy
        for name in names
    }
    assert found == {"kerberos_user"}
    assert {
        told(
            failure_from(
                by_gssapi(
                    f"Server HTTP/{name}@CORP.TEST not found in Kerberos database", -1765328377
                )
            )
        ).remedy
        for name in names
    } == {"kerberos_service"}


def test_pykerberos() -> None:
    none = (NO_CREDENTIALS, 458752)
    missing = "Can't find client principal admin@CORP.TEST in cache collection"
    service = "Server HTTP/127.9.0.1@CORP.TEST not found in Kerberos database"
    client, step = "authGSSClientInit()", "authGSSClientStep()"
    assert [
        told(failure_from(each))
        for each in (
            by_pykerberos(client, none, (missing, -1765328243)),
            by_pykerberos(step, (GENERAL, 851968), (service, -1765328377)),
            by_pykerberos(step, (GENERAL, 851968), ("Ticket expired", -1765328352)),
            # The same, in the language of a locale.
            by_pykerberos(step, (GENERAL, 851968), ("Ticket abgelaufen", -1765328352)),
        )
    ] == [
        Told("kerberos_none", missing),
        Told("kerberos_service", service),
        Told("kerberos_none", "Ticket expired"),
        Told("kerberos_none", "Ticket abgelaufen"),
    ]


def test_krb5_and_gssapi() -> None:
    missing = "No Kerberos credentials available (default cache: FILE:/tmp/krb5cc_0)"
    service = "Server WSMAN/alias.corp.test@CORP.TEST not found in Kerberos database"
    assert [
        told(failure_from(each))
        for each in (
            by_krb5("Preauthentication failed", -1765328360),
            by_krb5("Client 'nobody@CORP.TEST' not found in Kerberos database", -1765328378),
            by_krb5("Client's credentials have been revoked", -1765328366),
            by_krb5("Client's entry in database has expired", -1765328383),
            by_krb5("Password has expired", -1765328361),
            by_krb5("Cannot contact any KDC for realm 'CORP.TEST'", -1765328228),
            by_krb5('Cannot find KDC for realm "CORP.TEST"', -1765328230),
            by_gssapi(missing, -1765328243, NO_CREDENTIALS),
            by_gssapi(service, -1765328377),
            by_gssapi("Clock skew too great", -1765328347),
        )
    ] == [
        Told("kerberos_password", "Preauthentication failed"),
        Told("kerberos_user", "Client 'nobody@CORP.TEST' not found in Kerberos database"),
        Told("kerberos_locked", "Client's credentials have been revoked"),
        Told("kerberos_account", "Client's entry in database has expired"),
        Told("kerberos_password_expired", "Password has expired"),
        Told("kerberos_unreachable", "Cannot contact any KDC for realm 'CORP.TEST'"),
        Told("kerberos_realm", 'Cannot find KDC for realm "CORP.TEST"'),
        Told("kerberos_none", missing),
        Told("kerberos_service", service),
        Told("kerberos_clock", "Clock skew too great"),
    ]


def test_what_pyspnego_keeps_beside_counts_too() -> None:
    """Of several mechanisms, it tells the last failure as an attribute alone."""
    error = SpnegoError("Unable to negotiate common mechanism")
    missing = by_gssapi("No Kerberos credentials available", -1765328243, NO_CREDENTIALS)
    error.base_error = missing  # type: ignore[attr-defined]
    assert told(failure_from(error)).remedy == "kerberos_none"


def test_what_the_pc_says_of_a_ticket_is_a_refusal() -> None:
    found = failure_from(by_gssapi("Message stream modified", -1765328343))
    assert found.failure is Failure.AUTHENTICATION
    assert found.remedy is not None
    assert found.remedy.key == "failure_remedy.kerberos_refused"


def test_only_what_the_name_may_be_to_blame_for_depends_on_it() -> None:
    locked = failure_from(by_krb5("Client's credentials have been revoked", -1765328366))
    for each in ("CORP\\admin", "admin@corp.test", ""):
        assert for_asking(locked, Asking(each, kept_back=True)) is locked
    refused = TransportError(Failure.REFUSED)
    assert for_asking(refused, Asking("CORP\\admin")) is refused


def test_a_name_that_the_domain_does_not_know_says_nothing_of_the_account() -> None:
    """After a refusal, the other PCs are not tried with the same account."""
    assert not failure_from(by_gssapi("Server HTTP/a@B not found", -1765328377)).refused
    assert failure_from(by_krb5("Preauthentication failed", -1765328360)).refused
    assert failure_from(by_krb5("Cannot contact any KDC", -1765328228)).refused
    assert failure_from(by_gssapi("Message stream modified", -1765328343)).refused
