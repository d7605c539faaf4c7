# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds out once what is the same for all messages of a requests session.

requests is made for messages to anywhere, so for each it merges settings, takes URLs apart, and
looks for proxies in the environment and for cookies. Here all messages of a session go to one URL,
and that took as much CPU as all that urllib3 does to exchange them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

try:
    import requests
    from requests import PreparedRequest, Response
    from requests.auth import HTTPBasicAuth
    from requests.hooks import dispatch_hook
    from urllib3 import Timeout
    from urllib3.util import SKIP_HEADER
except ImportError:
    # There is neither winrm nor psrp.
    Timeout, SKIP_HEADER = object, ""  # type: ignore[assignment, misc]

if TYPE_CHECKING:
    from requests import Session as _OfSession
    from requests.adapters import HTTPAdapter as _OfAdapter
    from urllib3.connection import HTTPConnection as _OfConnection
else:
    # The classes whose methods these are known only when there is an object; see `Guard.given_to`.
    _OfSession = _OfAdapter = _OfConnection = object

_LENGTH = "Content-Length"
# Those that urllib3 would add.
_NO_HEADERS = dict.fromkeys(("Host", "Accept-Encoding", "User-Agent"), SKIP_HEADER)


@contextmanager
def proxies_settled() -> Iterator[None]:
    """During the block, the environment of the process names the proxies that it names at the
    beginning. If those are none, no session looks for any, which is a twentieth of what a host
    costs."""
    if getproxies():
        yield
        return
    of_sessions = vars(requests.sessions)
    search = of_sessions["get_environ_proxies"]
    of_sessions["get_environ_proxies"] = lambda *_url, **_options: {}
    try:
        yield
    finally:
        of_sessions["get_environ_proxies"] = search


class RepeatingSession(_OfSession):
    """The methods of a requests.Session that make a message and send it.

    It keeps no cookies, and follows no redirect. Its proxies are those that pywinrm and pypsrp have
    set: they have looked into the environment, and requests would do so again for each message.
    """

    _found: dict[str, str] | None = None
    _like: tuple[object, ...] = ()
    _made: PreparedRequest
    _headers: dict[str, str | bytes] | None = None
    _limits: tuple[object, Timeout] | None = None

    def prepare_request(self, request: Any) -> Any:
        if not self._is_plain(request):
            return super().prepare_request(request)
        auth = self.auth
        own = tuple(self.headers.lower_items())
        like = (request.method, request.url, auth, own, *request.headers.items())
        if self._like != like:
            self._prepare(request)
            self._like = like
        if (again := self.again(request.data)) is not None:
            return again
        message = PreparedRequest()
        message.method, message.url = self._made.method, self._made.url
        message.headers = self._made.headers.copy()
        message.prepare_body(request.data, None)
        # Each anew: it may add to a message what to do with its answer.
        message.prepare_auth(auth)
        return message

    def again(self, data: bytes | str) -> Any:
        """A message like the latest, with another body. None if each is authenticated anew, or if
        the body is none of bytes."""
        if self._headers is None or not data or not isinstance(data, bytes):
            return None
        message: Any = PreparedRequest()
        message.method, message.url, message.body = self._made.method, self._made.url, data
        message.headers = self._headers.copy()
        message.headers[_LENGTH] = str(len(data))
        return message

    def _prepare(self, request: Any) -> None:
        """Find out what is the same for all messages that are like this one."""
        made = PreparedRequest()
        headers = {**self.headers, **request.headers}
        made.prepare(method=request.method, url=request.url, headers=headers)
        made.headers.pop(_LENGTH, None)  # each has its own
        self._made, self._headers = made, None
        if isinstance(self.auth, HTTPBasicAuth):
            # It is the same for all messages, and looks for no header of another spelling.
            whole = made.copy()
            whole.prepare_auth(self.auth)
            whole.headers.pop(_LENGTH, None)
            self._headers = dict(whole.headers)

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
        seconds = options.get("timeout")
        if isinstance(seconds, (int, float)):
            if self._limits is None or self._limits[0] != seconds:
                self._limits = (seconds, _Limits(connect=seconds, read=seconds))
            options["timeout"] = self._limits[1]
        answer = self.get_adapter(request.url).send(request, **options)
        answer = dispatch_hook("response", request.hooks, answer, **options)
        if not stream:
            answer.content  # noqa: B018 - it is read now
        return answer


class _Limits(Timeout):
    """The time limits of single steps, without one for all of them together: so it has no clock,
    and all messages can have the same."""

    def clone(self) -> Timeout:
        return self

    def start_connect(self) -> float:
        return 0.0


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


class WholeConnection(_OfConnection):
    """The methods of a urllib3.connection.HTTPConnection that send a message: the header with the
    body, and not as a packet of its own, with which a host can't begin anything.

    The header of a message like the latest is that of the latest, with another length."""

    _held: list[bytes] | None = None
    _like: tuple[object, ...] | None = None
    #: The latest header, before the length and behind it.
    _around: tuple[bytes, bytes]

    def request(
        self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any
    ) -> None:
        like = None
        if headers is not None and body and isinstance(body, bytes):
            others = dict(headers)
            if others.pop(_LENGTH, None) == str(len(body)):
                like = (method, url, others, options)
        if like is not None and like == self._like:
            # Nothing of that is sent.
            self._hold(method, url, None, _NO_HEADERS, **options)
            before, behind = self._around
            super().send(b"%b%d%b%b" % (before, len(body), behind, body))
            return
        held = self._hold(method, url, body, headers, **options)
        self._like = None
        if like is not None and len(held) == 2:
            before, sign, behind = held[0].partition(b"\r\n%b: %d" % (_LENGTH.encode(), len(body)))
            if sign and behind.startswith(b"\r\n"):
                self._like, self._around = like, (before + sign[: -len(b"%d" % len(body))], behind)
        if held:
            super().send(b"".join(held))

    def _hold(self, *arguments: Any, **options: Any) -> list[bytes]:
        """Make a message, and return it in its parts instead of sending it."""
        held = self._held = []
        try:
            super().request(*arguments, **options)
        finally:
            self._held = None
        return held

    def send(self, data: Any) -> None:
        if self._held is None or not isinstance(data, bytes):
            super().send(data)
        else:
            self._held.append(data)
