# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP answer as http.sys gives it, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formatdate

from aiohttp import web

SERVER = "Microsoft-HTTPAPI/2.0"


@dataclass
class Answer:
    """An HTTP answer. `authenticate` are values of WWW-Authenticate. `chunks`: in how many the body
    is sent, 0: with its length. `last`: the connection ends after it."""

    status: int
    body: bytes = b""
    content_type: str = ""
    authenticate: Sequence[str] = ()
    chunks: int = 0
    last: bool = False

    def response(self) -> web.StreamResponse:
        response = web.StreamResponse(status=self.status)
        if self.content_type:
            response.headers["Content-Type"] = self.content_type
        response.headers["Server"] = SERVER
        for value in self.authenticate:
            response.headers.add("WWW-Authenticate", value)
        response.headers["Date"] = formatdate(usegmt=True)
        if self.last:
            response.force_close()  # which also says so in the headers (RFC 9112, 9.6)
        if self.chunks:
            response.enable_chunked_encoding()
        else:
            response.content_length = len(self.body)
        return response
