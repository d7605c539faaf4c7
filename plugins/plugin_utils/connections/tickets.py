# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keeps apart the Kerberos tickets of several connections in one process.

For a user with a password, Ansible's ``winrm`` connection runs ``kinit`` into a file of its own,
and names that file in the environment variable KRB5CCNAME. The library looks there whenever a
session authenticates, perhaps much later, and the variable belongs to the whole process: with a
second connection, the first would go on with the second one's user, or with a file that is gone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

_VARIABLE = "KRB5CCNAME"

# Exchanges that depend on the variable take turns, in whatever threads they are.
_turn = RLock()


@contextmanager
def own_ticket(connection: Any) -> Iterator[None]:
    """During the block, the process has the ticket of this connection; afterwards, the one it had
    before. A ticket that the block itself gets counts as that of its connection alone.

    Args:
        connection: one of Ansible that authenticates by Kerberos. Without a ticket of its own, it
            uses that of whoever has started Ansible.
    """
    with _turn:
        before = os.environ.get(_VARIABLE)
        ticket = getattr(connection, "_kerb_ccache", None)
        if ticket is not None:
            os.environ[_VARIABLE] = f"FILE:{ticket.name}"
        try:
            yield
        finally:
            if before is None:
                os.environ.pop(_VARIABLE, None)
            else:
                os.environ[_VARIABLE] = before
