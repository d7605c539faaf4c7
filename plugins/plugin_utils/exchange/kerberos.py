# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why Kerberos gave no ticket, from what its library or ``kinit`` says.

A library gives the number of the error, which counts alone: its words come in the language of the
locale. ``kinit`` gives only words, in English since Ansible hands it no locale: their beginning
counts, since names, which may contain anything, come later. The words shown are the last ones,
which say what happened; those before them name functions of libraries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...module_utils.host.transport import Failure, TransportError
from ...module_utils.words.phrases import Phrase, Value

# Where the numbers of MIT's library begin (`ERROR_TABLE_BASE_krb5` of its krb5.h). The first 128
# are those of the protocol (RFC 4120, 7.5.9), the others its own.
_BASE = -1765328384
_OWN = 128

# By numbers beyond the base.
_KINDS: dict[int, str] = {
    1: "account",  # KDC_ERR_NAME_EXP
    6: "user",  # KDC_ERR_C_PRINCIPAL_UNKNOWN
    7: "service",  # KDC_ERR_S_PRINCIPAL_UNKNOWN
    18: "locked",  # KDC_ERR_CLIENT_REVOKED
    23: "password_expired",  # KDC_ERR_KEY_EXPIRED
    24: "password",  # KDC_ERR_PREAUTH_FAILED
    31: "password",  # KRB_AP_ERR_BAD_INTEGRITY
    32: "none",  # KRB_AP_ERR_TKT_EXPIRED
    37: "clock",  # KRB_AP_ERR_SKEW
    68: "realm",  # KDC_ERR_WRONG_REALM
    130: "password_expired",  # KRB5_LIBOS_CANTREADPWD, where it wants a new one
    132: "password_expired",  # KRB5_LIBOS_PWDINTR
    135: "settings",  # KRB5_CONFIG_CANTOPEN
    136: "settings",  # KRB5_CONFIG_BADFORMAT
    141: "none",  # KRB5_CC_NOTFOUND
    147: "realm",  # KRB5_KDCREP_MODIFIED
    148: "clock",  # KRB5_KDCREP_SKEW
    154: "realm",  # KRB5_REALM_UNKNOWN
    156: "unreachable",  # KRB5_KDC_UNREACH
    195: "none",  # KRB5_FCC_NOFILE
    210: "password",  # KRB5_PREAUTH_FAILED
    217: "service",  # KRB5_ERR_HOST_REALM_UNKNOWN
    220: "unreachable",  # KRB5_REALM_CANT_RESOLVE
    224: "settings",  # KRB5_CONFIG_NODEFREALM
    243: "service",  # KRB5_ERR_NUMERIC_REALM
}
# What a PC may say of a ticket that its domain has given (RFC 4120, 7.5.9).
_OF_PC = frozenset(range(33, 52)) - {37}

# The beginnings of the words of MIT's library, without what encloses them.
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(beginning), kind)
    for beginning, kind in (
        (r"Password incorrect\b", "password"),
        (r"(?:Generic p|P)reauthentication fail", "password"),
        (r"Decrypt integrity check failed\b", "password"),
        (r"Server (?:'|\S+@\S* )?.*\bnot found in Kerberos database$", "service"),
        (r"Client .*\bnot found in Kerberos database$", "user"),
        (r"Clients? ?credentials have been revoked\b|Client's credentials have been rev", "locked"),
        (r"Client's entry in database has expired\b", "account"),
        (r"Password has expired\b|Cannot read password\b|Password read interrupted\b",
         "password_expired"),
        (r"Clock skew too great\b", "clock"),
        (r"Realm not local to KDC\b|KDC reply did not match expectations\b", "realm"),
        (r"Cannot find KDC for (?:requested |invalid )?realm\b", "realm"),
        (r"Cannot contact any KDC\b|Cannot resolve network address for KDC\b", "unreachable"),
        (r"Configuration file does not specify default realm\b", "settings"),
        (r"(?:Can't open/find|Improper format of) Kerberos configuration file\b", "settings"),
        (r"Included profile |Profile version |Improper format of profile", "settings"),
        (r"No Kerberos credentials available\b|No credentials cache found\b", "none"),
        (r"Ticket expired\b|Credentials cache file .* not found$", "none"),
        (r"Can't find client principal\b|Matching credential not found\b", "none"),
        (r"Cannot determine realm for\b", "service"),
    )
)  # fmt: skip
# What kinit says it was at, after its last " while ".
_AT = frozenset({"getting", "initializing", "storing", "verifying", "parsing", "resolving"})
_OF_AT = frozenset("abcdefghijklmnopqrstuvwxyz' ")
# What the layers of GSSAPI put around the words of the library below.
_BY_GSSAPI = re.compile(r"Minor \(\d+\): (?P<said>.*?)(?:, Context: [^:]*)?\Z", re.DOTALL)
_BY_PYKRB5 = re.compile(r"(?P<said>.*?)(?: -?\d{6,})?\Z", re.DOTALL)


@dataclass(frozen=True)
class Asking:
    """Who asks for a ticket, and how.

    Attributes:
        user: the name as the inventory has it, if it has one.
        kept_back: whether this process has KRB5_CONFIG and does not hand it to ``kinit``.
    """

    user: str = ""
    kept_back: bool = False


def is_of_kerberos(error: BaseException) -> bool:
    """Whether an exception is one of the libraries of Kerberos. They are optional, and not imported
    only to have their types."""
    return not _TYPES.isdisjoint(each.__name__ for each in type(error).__mro__)


# Of pywinrm, pykerberos and gssapi, and of krb5.
_TYPES = frozenset({"KerberosExchangeError", "GSSError", "Krb5Error"})


def failure_of(causes: Sequence[BaseException]) -> TransportError | None:
    """What an exception means if one of the libraries of Kerberos is behind it.

    Args:
        causes: the exceptions that led to it, the innermost first, and it itself.
    """
    if not any(map(is_of_kerberos, causes)):
        return None
    code = next((code for each in causes if (code := _code_of(each)) is not None), None)
    said = next((said for each in causes if is_of_kerberos(each) and (said := _said_by(each))), "")
    return _failure(said, code)


def failure_of_kinit(said: str, asking: Asking) -> TransportError:
    """What the words of ``kinit`` on its way to an end mean."""
    line = next((line for line in reversed(said.splitlines()) if line.strip()), "").strip()
    return for_asking(_failure(_reason(line), None), asking)


def _reason(line: str) -> str:
    """A line of ``kinit`` without the name of the program, and without what it was at."""
    program, _blank, said = line.partition(" ")
    if "kinit" not in program or not program.endswith(":"):
        said = line
    reason, _while, at = said.rpartition(" while ")
    verb, _blank, rest = at.partition(" ")
    ends = verb in _AT and rest and _OF_AT.issuperset(rest)
    return reason if ends else said


def _failure(said: str, code: int | None) -> TransportError:
    kind = _kind(said, code)
    detail: Value = said or Phrase("detail.no_reason")
    if kind == "refused":
        remedy = Phrase("failure_remedy.kerberos_refused")
        return TransportError(Failure.AUTHENTICATION, detail, remedy=remedy)
    known = Phrase(f"failure_remedy.kerberos_{kind}") if kind else None
    return TransportError(Failure.KERBEROS, detail, remedy=known)


def _kind(said: str, code: int | None) -> str:
    if code is not None:
        if code in _OF_PC:
            return "refused"
        if code in _KINDS:
            return _KINDS[code]
    return next((kind for words, kind in _WORDS if words.match(said)), "")


def for_asking(error: TransportError, asking: Asking) -> TransportError:
    """A failure with the remedy for whoever has asked: what is wrong with the name may be seen in
    it."""
    if error.failure is not Failure.KERBEROS or error.remedy is None:
        return error
    kind = error.remedy.key.removeprefix("failure_remedy.kerberos_")
    user, realm = asking.user, asking.user.rpartition("@")[2] if "@" in asking.user else ""
    if kind in ("user", "password", "realm") and "\\" in user:
        kind = "domain_user"
    elif kind in ("realm", "user") and realm != realm.upper():
        kind = "small_realm"
    elif kind in ("realm", "settings", "unreachable") and asking.kept_back:
        kind = "kept_back"
    else:
        return error
    return TransportError(
        error.failure, error.detail, error.status, remedy=Phrase(f"failure_remedy.kerberos_{kind}")
    )


def _code_of(error: BaseException) -> int | None:
    """The number of an error beyond the base, if it has one of this library."""
    if not is_of_kerberos(error):
        return None
    # krb5; gssapi; pykerberos, whose arguments are pairs of words and a number.
    found = [getattr(error, name, None) for name in ("err_code", "min_code")]
    found += [
        each[1]
        for each in error.args
        if isinstance(each, tuple) and len(each) == 2 and isinstance(each[1], int)
    ]
    for each in found:
        if isinstance(each, int):
            signed = (each + 2**31) % 2**32 - 2**31
            if 0 <= signed - _BASE < 2 * _OWN:
                return signed - _BASE
    return None


def _said_by(error: BaseException) -> str:
    """The words of the lowest layer that an error of Kerberos holds."""
    pairs = [each for each in error.args if isinstance(each, tuple) and each]
    if pairs:  # of pykerberos
        return str(pairs[-1][0]).strip()
    if type(error).__name__ == "KerberosExchangeError":
        return ""  # it repeats the one that it was made of, with brackets and numbers
    whole = str(error).strip()
    found = _BY_GSSAPI.search(whole) or _BY_PYKRB5.match(whole)
    return found["said"].strip() if found else whole
