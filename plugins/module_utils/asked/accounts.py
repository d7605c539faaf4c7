# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists of accounts that rules of the firewall are for: security descriptors as text (SDDL).

The grammar is [MS-DTYP] 2.5.1. Of it, such a list may have allowing and denying entries alone, each
with the right to match a filter, which SDDL writes as ``CC`` ([MS-FASP] 2.2.37).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..ground.names import ascii_upper
from ..words.phrases import PhraseError

# [MS-DTYP] 2.4.2: an authority of 48 bits, and up to 15 further numbers of 32 bits.
_SID = re.compile(r"S-1-(?:[0-9]{1,15}|0X[0-9A-F]{12})(?:-[0-9]{1,10}){1,15}\Z")
_MOST_OF_32_BITS = (1 << 32) - 1
_PARTS = re.compile(
    r"(?:O:(?P<owner>S-[0-9A-FX-]+|[A-Z]{2}))?(?:G:(?P<group>S-[0-9A-FX-]+|[A-Z]{2}))?"
    r"D:(?:P|AR|AI)*(?P<entries>(?:\([^()]*\))*)\Z"
)
_RIGHTS = re.compile(r"(?:[A-Z]{2})+\Z")
_NUMBER = re.compile(r"0X[0-9A-F]{1,8}\Z|[0-9]{1,10}\Z")
#: FWP_ACTRL_MATCH_FILTER, the access right to match a filter.
_MATCH = 1
# The words of SIDs that are the same on every Windows ([MS-DTYP] 2.5.1.1).
_WORDS: Mapping[str, str] = {
    "AA": "S-1-5-32-579", "AC": "S-1-15-2-1", "AN": "S-1-5-7", "AO": "S-1-5-32-548",
    "AS": "S-1-18-1", "AU": "S-1-5-11", "BA": "S-1-5-32-544", "BG": "S-1-5-32-546",
    "BO": "S-1-5-32-551", "BU": "S-1-5-32-545", "CD": "S-1-5-32-574", "CG": "S-1-3-1",
    "CO": "S-1-3-0", "CY": "S-1-5-32-569", "ED": "S-1-5-9", "ER": "S-1-5-32-573",
    "ES": "S-1-5-32-576", "HA": "S-1-5-32-578", "HI": "S-1-16-12288", "IS": "S-1-5-32-568",
    "IU": "S-1-5-4", "LS": "S-1-5-19", "LU": "S-1-5-32-559", "LW": "S-1-16-4096",
    "ME": "S-1-16-8192", "MP": "S-1-16-8448", "MS": "S-1-5-32-577", "MU": "S-1-5-32-558",
    "NO": "S-1-5-32-556", "NS": "S-1-5-20", "NU": "S-1-5-2", "OW": "S-1-3-4",
    "PO": "S-1-5-32-550", "PS": "S-1-5-10", "PU": "S-1-5-32-547", "RA": "S-1-5-32-575",
    "RC": "S-1-5-12", "RD": "S-1-5-32-555", "RE": "S-1-5-32-552", "RM": "S-1-5-32-580",
    "RU": "S-1-5-32-554", "SI": "S-1-16-16384", "SO": "S-1-5-32-549", "SS": "S-1-18-2",
    "SU": "S-1-5-6", "SY": "S-1-5-18", "UD": "S-1-5-84-0-0-0-0-0", "WD": "S-1-1-0",
    "WR": "S-1-5-33",
}  # fmt: skip
# Those that mean an account of a domain, or of the PC itself, which only Windows can find.
_OF_A_DOMAIN = frozenset(
    {"AP", "CA", "CN", "DA", "DC", "DD", "DG", "DU", "EA", "EK", "KA", "LA", "LG", "PA", "RO",
     "RS", "SA"}
)  # fmt: skip


class AccountsError(PhraseError, ValueError):
    """A text is no list of accounts; the clause says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One account of a list: its SID, or a word of SDDL for one that only Windows can find."""

    sid: str
    denied: bool = False


def is_sid(text: str) -> bool:
    """Whether a text is a security identifier ([MS-DTYP] 2.4.2.1), in any letter case."""
    upper = ascii_upper(text)
    numbers = upper.split("-")[3:] if _SID.match(upper) else []
    return bool(numbers) and all(int(each) <= _MOST_OF_32_BITS for each in numbers)


def parse(text: str) -> tuple[Entry, ...]:
    """The accounts of a list, in its order, which matters: the first entry that is about an account
    decides.

    Raises:
        AccountsError: Windows accepts no such list for a rule.
    """
    upper = ascii_upper(text)
    match = _PARTS.match(upper)
    if match is None or not all(
        each is None or _account(each) for each in (match["owner"], match["group"])
    ):
        raise AccountsError("accounts.no_sddl", value=_shown(text))
    if not match["entries"]:
        raise AccountsError("accounts.empty", value=_shown(text))
    return tuple(_entry(each) for each in match["entries"][1:-1].split(")("))


def meaning(text: str | None) -> object:
    """What is equal for two texts of one list, and None for no list. A list that is not understood
    is equal to itself only."""
    if text is None:
        return None
    try:
        return parse(text)
    except AccountsError:
        return ascii_upper(text)


def admits_everyone(text: str | None) -> bool:
    """Whether a list allows the group Everyone, whomever it denies; False for no list, and one that
    is not understood."""
    try:
        return text is not None and Entry(_WORDS["WD"]) in parse(text)
    except AccountsError:
        return False


def listed(sids: Iterable[str]) -> str:
    """The list that allows accounts, as Windows itself writes it."""
    return "O:LSD:" + "".join(f"(A;;CC;;;{ascii_upper(each)})" for each in sids)


def _entry(text: str) -> Entry:
    parts = text.split(";")
    if len(parts) != 6 or parts[0] not in ("A", "D"):
        raise AccountsError("accounts.entry", value=_shown(text))
    kind, flags, rights, guid, inherited, account = parts
    if flags or guid or inherited or not _may_match(rights):
        raise AccountsError("accounts.rights", value=_shown(text))
    sid = _account(account)
    if sid is None:
        raise AccountsError("accounts.no_sid", value=_shown(account))
    return Entry(sid, kind == "D")


def _may_match(rights: str) -> bool:
    if _NUMBER.match(rights):
        return int(rights, 16 if rights.startswith("0X") else 10) == _MATCH
    return bool(_RIGHTS.match(rights)) and {
        rights[start : start + 2] for start in range(0, len(rights), 2)
    } == {"CC"}


def _account(text: str) -> str | None:
    """The SID of an account, or its word if only Windows knows it; None for other texts."""
    if text in _OF_A_DOMAIN:
        return text
    return _WORDS.get(text) or (text if is_sid(text) else None)


def _shown(text: str) -> str:
    return repr(text)[:80]
