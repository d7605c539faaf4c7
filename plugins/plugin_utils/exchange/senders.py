# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the transports of pywinrm and pypsrp send what is theirs: through a guarded session. Each of
these classes has the methods that such a transport gets; see `Guard.given_to`."""

from __future__ import annotations

from typing import Any

from .guard import Guard


class Pywinrm:
    """For a winrm.transport.Transport: everything that it sends, even to set up the encryption,
    goes through this one method."""

    guard: Guard
    encryption: Any
    session: Any

    def build_session(self) -> Any:
        if self.session is None:
            self.guard.over(super().build_session())  # type: ignore[misc]
        return self.session

    def send_message(self, message: bytes | str) -> Any:
        if self.encryption is not None or (again := self.build_session().again(message)) is None:
            return super().send_message(message)  # type: ignore[misc]
        return self._send_message_request(self.session, again).content

    def _send_message_request(self, session: Any, prepared_request: Any) -> Any:
        self.guard.over(session)
        return super()._send_message_request(session, prepared_request)  # type: ignore[misc]


class Pypsrp:
    """For the transport of a pypsrp.wsman.WSMan: everything that it sends goes through this one
    method."""

    guard: Guard

    def _send_request(self, request: Any, **options: Any) -> Any:
        self.guard.over(self.session)  # type: ignore[attr-defined]
        return super()._send_request(request, **options)  # type: ignore[misc]
