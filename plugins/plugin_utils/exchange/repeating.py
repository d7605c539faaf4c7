# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds out once what is the same for all messages of a requests session.

requests is made for messages to anywhere, so for each it merges settings, takes URLs apart, and
looks for proxies in the environment and for cookies. Here all messages of a session go to one URL,
and that took as much CPU as all that urllib3 does to exchange them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

try:
    from requests import PreparedRequest, Response
    from requests.hooks import dispatch_hook
except ImportError:
    pass  # then there is neither winrm nor psrp

if TYPE_CHECKING:
    from requests import Session as _OfSession
    from requests.adapters import HTTPAdapter as _OfAdapter
else:
    # The classes whose methods these are known only when there is an object; see `Guard.given_to`.
    _OfSession = _OfAdapter = object

_LENGTH = "Content-Length"


class RepeatingSession(_OfSession):
    """The methods of a requests.Session that make a message and send it.

    It keeps no cookies, and follows no redirect. Its proxies are those that pywinrm and pypsrp have
    set: they have looked into the environment, and requests would do so again for each message.
    """

    _found: dict[str, str] | None = None
    _like: tuple[object, ...] = ()
    _made: PreparedRequest

    def prepare_request(self, request: Any) -> Any:
        if not self._is_plain(request):
            return super().prepare_request(request)
        headers = {**self.headers, **request.headers}
        headers.pop(_LENGTH, None)  # that of the message is added below
        like = (request.method, request.url, *headers.items())
        if self._like != like:
            made = PreparedRequest()
            made.prepare(method=request.method, url=request.url, headers=headers)
            made.headers.pop(_LENGTH, None)
            self._like, self._made = like, made
        message = PreparedRequest()
        message.method, message.url = self._made.method, self._made.url
        message.headers = self._made.headers.copy()
        message.prepare_body(request.data, None)
        # Each anew: an authentication adds to a message what to do with its answer.
        message.prepare_auth(self.auth)
        return message

    def _is_plain(self, request: Any) -> bool:
        """Whether a message has nothing but headers and a body, as those of pywinrm and pypsrp."""
        return (
            isinstance(request.data, bytes)
            and bool(self.auth)
            and not (request.auth or request.cookies or request.params or self.params)
            and not (request.files or request.json)
            and not any((*request.hooks.values(), *self.hooks.values()))
            and None not in request.headers.values()
        )

    def send(self, request: Any, **options: Any) -> Any:
        if self._found is None:
            self._found = dict(self.proxies)
        options.pop("allow_redirects", None)
        stream = options.setdefault("stream", self.stream)
        options.setdefault("verify", self.verify)
        options.setdefault("cert", self.cert)
        options.setdefault("proxies", self._found)
        answer = self.get_adapter(request.url).send(request, **options)
        answer = dispatch_hook("response", request.hooks, answer, **options)
        if not stream:
            answer.content  # noqa: B018 - it is read now
        return answer


class RepeatingAdapter(_OfAdapter):
    """The methods of a requests.adapters.HTTPAdapter that find the pool of connections for a
    message, and make a response of an answer."""

    _way: tuple[object, ...] | None = None
    _pool: Any = None
    _url: str = ""
    _verified: Any = None

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        way = (request.url, verify, cert, *(proxies or {}).items())
        if self._way != way:
            self._way = None
            self._pool = super().get_connection_with_tls_context(
                request, verify, proxies=proxies, cert=cert
            )
            self._url = super().request_url(request, proxies)
            self._way, self._verified = way, None
        return self._pool

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        # The pool is for these settings alone.
        if self._verified is not conn:
            super().cert_verify(conn, url, verify, cert)
            self._verified = conn

    def request_url(self, request: Any, proxies: Mapping[str, str] | None) -> str:
        # It is asked for the message for which the pool has just been found.
        return self._url

    def build_response(self, req: Any, resp: Any) -> Any:
        answer = Response()
        answer.status_code = resp.status
        answer.headers = resp.headers  # whatever the letters of a name, too
        answer.raw = resp
        answer.reason = resp.reason
        answer.url = req.url
        answer.request = req
        answer.connection = self
        return answer

    def close(self) -> None:
        self._way = self._pool = self._verified = None
        super().close()
