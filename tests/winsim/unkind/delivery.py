# SPDX-License-Identifier: GPL-3.0-or-later
"""The same answer, sent over HTTP in another way."""

from __future__ import annotations

from random import Random


def fault_status(random: Random) -> int:
    """A fault comes with HTTP 500, of the sender also with 400 (SOAP 1.2 part 2, 7.5.1.2, table 17),
    which openwsman sends for all."""
    return random.choice([500, 500, 400])


def chunks(random: Random) -> int:
    """In how many chunks a body is sent, 0: with a Content-Length (RFC 9112, 6 and 7.1)."""
    return random.choice([0, 0, 1, 3])


def last(random: Random) -> bool:
    """Whether the connection ends after the answer (RFC 9112, 9.6). That costs a client which
    seals its messages another authentication."""
    return random.random() < 0.15


def content_type(random: Random) -> str:
    """Media types, and the names of their parameters and charsets, in any letters; a value may be
    quoted (RFC 9110, 5.6.6 and 8.3)."""
    return random.choice(
        [
            "application/soap+xml;charset={charset}",
            'application/soap+xml; charset="{charset}"',
            "Application/SOAP+XML; Charset={charset}",
        ]
    )
