# SPDX-License-Identifier: GPL-3.0-or-later
"""The WinRM listener of one host: HTTP requests in, through authentication, seal and service,
HTTP answers out, as http.sys and the WinRM service give them."""

from __future__ import annotations

import asyncio
import base64
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

from aiohttp import web

from winsim.answer import Answer
from winsim.auth import Authenticator, Connection
from winsim.faults import FaultError, unknown_charset
from winsim.identify import identify
from winsim.injection import KINDS, Message, Rule, striking
from winsim.injection_effects import FAULTS, UNAVAILABLE, WEB_PAGE, change
from winsim.kerberos import error_token, full_name, is_ticket
from winsim.languages import LANGUAGES
from winsim.request_log import Entry, RequestLog
from winsim.sealing import CONTENT_TYPE, SealError, is_sealed, seal, unseal
from winsim.sending import send
from winsim.soap import UTF_8, UTF_16, Request, charset_of, encode, local_name, read_request
from winsim.winrs import SHELL
from winsim.wsman import Caller, Reply, Service

LOG = logging.getLogger("winsim")
_HTML = "text/html; charset=us-ascii"
#: Room for the multipart form around a sealed message of the greatest size.
_SEALED_OVERHEAD = 4096


@dataclass
class _Exchange:
    """One HTTP request while it is answered."""

    http: web.BaseRequest
    bytes_in: int
    rules: list[Rule] = field(default_factory=list)
    #: By which every connection gets stuck from now on.
    sticking: Rule | None = None
    request: Request | None = None
    class_name: str = ""
    user: str = ""


class Listener:
    """Answers for one service. `https`: whether TLS protects the connection already. `realm`: of
    Kerberos, where there is one."""

    def __init__(
        self,
        service: Service,
        authenticator: Authenticator,
        rules: Sequence[Rule],
        log: RequestLog,
        *,
        https: bool,
        realm: str = "",
    ) -> None:
        self._realm = realm
        self.service = service
        self._authenticator = authenticator
        self._early = [rule for rule in rules if rule.before_authentication]
        self._of_tickets = [rule for rule in rules if rule.refuses_tickets]
        others = (*self._early, *self._of_tickets)
        self._late = [rule for rule in rules if rule not in others]
        self._log = log
        self._https = https
        self._host = service.machine.name
        #: Waits until a request or an answer may pass; raises ConnectionError if none ever may.
        self.let_through: Callable[[web.BaseRequest], Awaitable[None]] = _at_once
        self._connections: WeakKeyDictionary[asyncio.BaseTransport, Connection] = (
            WeakKeyDictionary()
        )
        #: Where this listener is behind a port: makes all later connections get stuck.
        self.get_stuck: Callable[[Rule], Awaitable[None]] | None = None

    @property
    def stuck(self) -> Rule | None:
        """The rule by which connections get stuck from now on, before anything is read."""
        return next((rule for rule in self._late if _sticks(rule) and rule.due(self._host)), None)

    async def handle(self, http: web.BaseRequest) -> web.StreamResponse:
        """One HTTP request."""
        exchange = _Exchange(http, _head_size(http))
        try:
            await self.let_through(http)
            answer = await self._answer(exchange)
        except ConnectionError:
            return web.Response()
        except Exception:
            LOG.exception("%s: this simulator failed", self._host)
            answer = Answer(500)
        if exchange.sticking is not None and self.get_stuck is not None:
            # Nobody comes in before the port is stuck: the client still waits for this answer.
            await self.get_stuck(exchange.sticking)

        def record(bytes_out: int) -> None:
            self._record(exchange, answer.status, bytes_out)

        try:
            await self.let_through(http)
            return await send(http, answer, exchange.rules, record)
        except ConnectionError:
            return answer.response()

    async def _answer(self, exchange: _Exchange) -> Answer:
        http = exchange.http
        exchange.rules = striking(self._early, Message(self._host))
        if exchange.rules:
            return self._instead(exchange.rules[0])
        if http.path.rstrip("/").lower() != "/wsman":
            return Answer(404)
        if http.method != "POST":
            return Answer(405)
        body = await self._body(exchange)
        if body is None:
            return Answer(413)  # MS-WSMV 3.1.4.1.20
        if _asks_who_this_is(http, body):
            machine = self.service.machine
            language = LANGUAGES[machine.language].tag
            text = identify(machine, language, self.service.access, authenticated=False)
            return _soap(Reply(200, text), charset_of(body))
        if is_ticket(http.headers.get("Authorization")):
            exchange.rules = striking(self._of_tickets, Message(self._host))
            if exchange.rules:
                return self._ticket_refused(int(exchange.rules[0].value))
        connection = self._connection(http)
        outcome = self._authenticator.check(http.headers.get("Authorization"), connection)
        if outcome.user is None:
            exchange.rules = self._slow_to_authenticate()
            return Answer(401, authenticate=outcome.headers)
        exchange.user = outcome.user
        answer = await self._authenticated(exchange, body, connection)
        if not answer.authenticate:
            answer.authenticate = outcome.headers
        return answer

    async def _body(self, exchange: _Exchange) -> bytes | None:
        """The body; None when it is larger than the service takes."""
        limit = self.service.machine.wsman.max_envelope_size
        if is_sealed(exchange.http.headers.get("Content-Type", "")):
            limit += _SEALED_OVERHEAD
        if (exchange.http.content_length or 0) > limit:
            return None
        body = bytearray()
        async for chunk in exchange.http.content.iter_any():
            body += chunk
            exchange.bytes_in += len(chunk)
            if len(body) > limit:
                return None
        return bytes(body)

    async def _authenticated(
        self, exchange: _Exchange, body: bytes, connection: Connection
    ) -> Answer:
        sealed = is_sealed(exchange.http.headers.get("Content-Type", ""))
        context = connection.context if sealed else None
        declared = http_charset(exchange.http.headers.get("Content-Type", ""))
        if sealed:
            if context is None:
                return Answer(400)
            try:
                opened = unseal(context, body)
            except SealError as error:
                LOG.warning("%s: a sealed message can't be opened: %s", self._host, error)
                return Answer(400)
            body, declared = opened.plain, opened.charset
        elif not body:
            # Clients open a security context with an empty request first.
            return Answer(200)
        elif not self._https and not self.service.access.allow_unencrypted:
            return Answer(500)  # AllowUnencrypted is false (MS-WSMV 3.1.4.1.29.1)
        answer = await self._soap_answer(exchange, body, declared)
        if context is not None and answer.body:
            answer.body = seal(context, answer.body, charset_of(answer.body))
            answer.content_type = CONTENT_TYPE
        return answer

    async def _soap_answer(self, exchange: _Exchange, body: bytes, declared: str) -> Answer:
        scheme = "https" if self._https else "http"
        http = exchange.http
        caller = Caller(exchange.user, http.remote or "", f"{scheme}://{http.host}/wsman")
        if declared not in {"", UTF_8, UTF_16}:
            nothing = Request(action="", message_id="")
            return _soap(self.service.fault(nothing, caller, unknown_charset()))
        request = self.service.read(body, caller)
        if isinstance(request, Reply):
            return _soap(request, charset_of(body))
        exchange.request = request
        exchange.class_name = self.service.asked_class(request)
        message = Message(self._host, request.verb, exchange.class_name)
        exchange.rules = striking(self._late, message)
        kinds = {rule.kind for rule in exchange.rules}
        for rule in exchange.rules:
            if rule.kind in {"http", "html"}:
                return self._instead(rule)
            if rule.stops_connections:
                # This connection is open already: it ends, and the next one gets stuck.
                exchange.sticking = rule if _sticks(rule) else None
                exchange.rules = [Rule("reset-before")]
                return Answer(200)
        if _in_chunks(http) and request.resource_uri.lower().startswith(SHELL.lower()):
            # MS-WSMV 3.1.4.1.31.8
            return _soap(
                self.service.fault(request, caller, FaultError("w:InternalError", 50)),
                request.charset,
            )
        if "reset-before" in kinds:
            return Answer(200)
        fault = next((FAULTS[kind] for kind in kinds if kind in FAULTS), None)
        if fault is not None:
            reply = self.service.fault(request, caller, fault())
        else:
            injected = {
                rule.kind: rule.value for rule in exchange.rules if KINDS[rule.kind].behaves
            }
            await self._wait_for_output(request)
            reply = self.service.answer(request, caller, injected)
        text, charset = reply.text, request.charset
        for rule in exchange.rules:
            text = change(rule, text)
            if rule.kind == "charset":
                charset = rule.value
        return _soap(replace(reply, text=text), charset)

    async def _wait_for_output(self, request: Request) -> None:
        """A Receive waits for its program, until OperationTimeout goes by (MS-WSMV 3.1.4.14)."""
        awaited = self.service.awaited(request)
        if awaited is not None:
            longest = self.service.machine.wsman.max_timeout_ms / 1000
            timeout = min(request.operation_timeout or longest, longest)
            await asyncio.wait([asyncio.wrap_future(awaited)], timeout=timeout)

    def _slow_to_authenticate(self) -> list[Rule]:
        """The rule by which no authentication comes to its end, where there is one."""
        return [
            rule
            for rule in self._late
            if rule.stops_connections and not _sticks(rule) and rule.due(self._host)
        ][:1]

    def _instead(self, rule: Rule) -> Answer:
        """The answer of a rule that leaves no room for SOAP."""
        if rule.kind == "html":
            return Answer(200, WEB_PAGE.encode(), _HTML)
        status = int(rule.value)
        if status == 401:
            return Answer(401, authenticate=self._authenticator.offers)
        return Answer(status, UNAVAILABLE.encode(), _HTML) if status == 503 else Answer(status)

    def _ticket_refused(self, code: int) -> Answer:
        service = f"HTTP/{full_name(self._host, self._realm)}"
        said = base64.b64encode(error_token(code, service, self._realm)).decode()
        return Answer(401, authenticate=(f"Negotiate {said}",))

    def _connection(self, http: web.BaseRequest) -> Connection:
        if http.transport is None:  # the client is gone already
            return Connection()
        return self._connections.setdefault(http.transport, Connection())

    def _record(self, exchange: _Exchange, status: int, bytes_out: int) -> None:
        request = exchange.request
        entry = Entry(
            host=self._host,
            status=status,
            bytes_in=exchange.bytes_in,
            bytes_out=bytes_out,
            action=request.verb if request is not None else "",
            class_name=exchange.class_name,
            detail=request.detail if request is not None else "",
            user=exchange.user,
            injected=tuple(rule.kind for rule in exchange.rules),
        )
        self._log.add(entry)
        LOG.info(
            "%s %s %s %s -> %d (%d in, %d out)%s",
            self._host,
            exchange.http.remote,
            entry.action or exchange.http.method,
            entry.detail or entry.class_name or exchange.http.path,
            status,
            entry.bytes_in,
            bytes_out,
            "".join(f" [{kind}]" for kind in entry.injected),
        )


def _in_chunks(http: web.BaseRequest) -> bool:
    return "chunked" in http.headers.get("Transfer-Encoding", "").lower()


def _asks_who_this_is(http: web.BaseRequest, body: bytes) -> bool:
    """An Identify for which nobody needs to authenticate (MS-WSMV 3.1.4.1.23)."""
    if http.headers.get("WSMANIDENTIFY", "").lower() != "unauthenticated":
        return False
    try:
        content = read_request(body).body
    except FaultError:
        return False
    return content is not None and local_name(content) == "Identify"


def _sticks(rule: Rule) -> bool:
    """Whether connections get stuck by it before anything is read from them."""
    return rule.stops_connections and rule.value != "authentication"


async def _at_once(_http: web.BaseRequest) -> None:
    """Nothing is kept back."""


def http_charset(content_type: str) -> str:
    """The character set that a Content-Type names, in capitals; empty where it names none."""
    named = re.search(r"charset\s*=\s*[\"']?([^\s\"';]+)", content_type, re.IGNORECASE)
    return named[1].upper() if named is not None else ""


def _soap(reply: Reply, charset: str = UTF_8) -> Answer:
    return Answer(
        reply.status,
        encode(reply.text, charset),
        reply.content_type.format(charset=charset.upper()),
        chunks=reply.chunks,
        last=reply.last,
    )


def _head_size(http: web.BaseRequest) -> int:
    line = len(http.method) + len(http.raw_path) + len(" HTTP/1.1 \r\n")
    return line + sum(len(name) + len(value) + 4 for name, value in http.raw_headers) + 2
