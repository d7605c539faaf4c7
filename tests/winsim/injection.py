# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: the rules that a user writes, and which message each of them strikes.

Rules count messages; none uses chance, so that a test that fails once fails always. Each host
counts for itself: what happens to one doesn't depend on how busy the others are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """What a kind of fault is called and does. `value` names what stands behind ``=``, None
    where nothing does; `default` is taken when nothing is given; `settings` have numbers.
    `behaves` says that it changes what an operation does, and not how its answer is sent."""

    meaning: str
    value: str | None = None
    default: str | None = None
    settings: tuple[tuple[str, float], ...] = ()
    behaves: bool = False


#: Where an exchange can be slow without end. From the first three of them on no message gets
#: through any more, however few are to be struck.
SLOW_STAGES = {
    "connect": "connections are taken, and nothing is ever said",
    "tls": "the TLS handshake",
    "authentication": "the answer that asks for credentials, or goes on with them",
    "interim": "interim answers (100 Continue), one behind the other",
    "status": "the status line",
    "headers": "the headers",
    "body": "the body",
    "chunks": "the size of the body's first chunk",
    "trailers": "trailers behind the last chunk of the body",
}
#: Those in which a whole connection is stuck, before there is a message.
CONNECTION_STAGES = frozenset({"connect", "tls", "authentication"})


KINDS = {
    "delay": Kind("wait before answering", "SECONDS"),
    "reset-before": Kind("reset the connection, and do nothing of what was asked"),
    "reset": Kind(
        "reset the connection after that many octets of the answer", settings=(("after", 0),)
    ),
    "truncate": Kind(
        "close the connection after that many octets of the answer", settings=(("after", 0),)
    ),
    "close": Kind("close the connection right behind the answer"),
    "slow-drip": Kind(
        "send the answer in small pieces, with pauses of that many seconds",
        settings=(("bytes", 256), ("every", 0.05)),
    ),
    "slow": Kind(
        "never come to the end of a stage of the exchange (below), and send an octet of it every "
        "so many seconds",
        "STAGE",
        settings=(("every", 0.25),),
    ),
    "http": Kind("answer with this HTTP status and no SOAP", "STATUS"),
    "html": Kind("answer with a web page, as something that isn't WinRM would"),
    "ticket": Kind(
        "refuse each Kerberos ticket with this error of RFC 4120, 7.5.9 (37: clocks, 41: keys)",
        "CODE",
    ),
    "quota": Kind("fault: too many concurrent operations"),
    "command-quota": Kind("fault: too many concurrent commands in shells"),
    "shell-quota": Kind("fault: too many concurrent shells"),
    "timed-out": Kind("fault: OperationTimeout went by"),
    "access-denied": Kind("fault: access denied"),
    "envelope": Kind("fault: the answer exceeds the maximum envelope size"),
    "endless": Kind("an Enumerate that never ends, a Receive that always has more", behaves=True),
    "empty": Kind(
        "an Enumerate that has nothing and never ends, a Pull that brings nothing yet, a Receive "
        "of a program that goes on and prints nothing",
        behaves=True,
    ),
    "ignored": Kind(
        "a Put, Create, Delete or method that changes something is answered as if it had been "
        "carried out, and isn't; input for a program as if taken, and isn't",
        behaves=True,
    ),
    "only": Kind(
        "a Put or Create is carried out for that property alone, and answered as if for all",
        "PROPERTY",
        behaves=True,
    ),
    "without": Kind(
        "a Put or Create is carried out but for that property, and answered as if for all",
        "PROPERTY",
        behaves=True,
    ),
    "options-ignored": Kind(
        "a Create is carried out without its options for the provider, and answered as if with",
        behaves=True,
    ),
    "options-refused": Kind("fault: a Create has options for the provider", behaves=True),
    "unfiltered": Kind(
        "the filter of an association is ignored: all instances come, those of each class turned "
        "by that many",
        "NUMBER",
        "0",
        behaves=True,
    ),
    "malformed": Kind("the answer isn't well-formed XML"),
    "dtd": Kind("the answer has a document type declaration with nested entities"),
    "external-entity": Kind("the answer has a document type declaration that names a file"),
    "depth": Kind("the answer has that many elements, one in the other", "ELEMENTS", "100000"),
    "oversize": Kind("the answer has that many characters of padding", "CHARACTERS", "2000000"),
    "wrong-relates-to": Kind("the answer relates to another message"),
    "charset": Kind("the answer is encoded, and declared, in this character set", "NAME", "utf-16"),
    "duplicate": Kind("the first element of that local name stands twice", "ELEMENT"),
    "missing": Kind("the first element of that local name is left out", "ELEMENT"),
    "busy": Kind("fault: the program has not taken the input before, nor does it take this"),
    "pipe-ended": Kind("fault: the program that input is for has ended"),
}

SELECTORS = {
    "host": "only this host (win-2)",
    "action": "only this action: Enumerate, Pull, Get, Command, Receive, StopService ...",
    "class": "only requests about this class",
    "message": "only the message of this number among those that match, from 1",
    "skip": "let that many matching messages through first",
    "count": "strike at most that many times",
}

GRAMMAR = "KIND[=VALUE][:NAME=VALUE[,NAME=VALUE]...]"


@dataclass(frozen=True)
class Message:
    """What a rule may look at. `action` is empty as long as no SOAP was read."""

    host: str
    action: str = ""
    class_name: str = ""


@dataclass
class Rule:
    """One fault. Counters are kept for each host."""

    kind: str
    value: str = ""
    settings: dict[str, float] = field(default_factory=dict)
    host: str | None = None
    action: str | None = None
    class_name: str | None = None
    skip: int = 0
    count: int | None = None
    _seen: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def before_authentication(self) -> bool:
        """Strikes any HTTP request, whether or not it holds SOAP: something else than WinRM
        answers, so nothing may depend on what the request says. Not if messages are counted."""
        return (
            self.kind in {"http", "html"}
            and self.action is None
            and self.class_name is None
            and self.skip == 0
            and self.count is None
        )

    @property
    def refuses_tickets(self) -> bool:
        """Strikes what comes with a Kerberos ticket, whether or not it holds SOAP."""
        return self.kind == "ticket"

    @property
    def stops_connections(self) -> bool:
        """Whether connections are stuck before there is a message."""
        return self.kind == "slow" and self.value in CONNECTION_STAGES

    def due(self, host: str) -> bool:
        """Whether the next message of a host that matches would be struck."""
        named = self.host is None or self.host.lower() == host.lower()
        return named and self.seen(host) >= self.skip

    def seen(self, host: str) -> int:
        """How many messages of a host have matched so far."""
        return self._seen.get(host, 0)

    def strikes(self, message: Message) -> bool:
        """Does the rule strike this message? Counts it if it matches."""
        for wanted, actual in (
            (self.host, message.host),
            (self.action, message.action),
            (self.class_name, message.class_name),
        ):
            if wanted is not None and wanted.lower() != actual.lower():
                return False
        number = self.seen(message.host)
        self._seen[message.host] = number + 1
        return number >= self.skip and (self.count is None or number < self.skip + self.count)


def parse(text: str) -> Rule:
    """The rule that `text` writes down (`GRAMMAR`). Raises ValueError that says what's wrong."""
    head, _unused, tail = text.strip().partition(":")
    if "," in head:  # the first separator may be a comma as well
        head, _unused, rest = head.partition(",")
        tail = f"{rest},{tail}" if tail else rest
    name, equals, value = head.partition("=")
    kind = KINDS.get(name)
    if kind is None:
        raise ValueError(f"{text!r}: no fault is called {name!r}; there are: {', '.join(KINDS)}")
    rule = Rule(name, _value(text, kind, value if equals else None), dict(kind.settings))
    for part in filter(None, tail.split(",")):
        key, equals, content = part.partition("=")
        if not equals or not content:
            raise ValueError(f"{text!r}: {part!r} isn't NAME=VALUE")
        _set(text, rule, key, content)
    return rule


def _value(text: str, kind: Kind, value: str | None) -> str:
    if kind.value is None:
        if value is not None:
            raise ValueError(f"{text!r}: this fault takes no value")
        return ""
    value = value or kind.default
    if value is None:
        raise ValueError(f"{text!r}: a value is wanted: {kind.value}")
    if kind.value == "SECONDS":
        _number(text, kind.value, value)
    elif kind.value == "STATUS":
        if not 400 <= _whole(text, kind.value, value) <= 599:
            raise ValueError(f"{text!r}: an HTTP status from 400 to 599 is wanted")
    elif kind.value in {"CHARACTERS", "CODE", "ELEMENTS", "NUMBER"}:
        _whole(text, kind.value, value)
    elif kind.value == "STAGE":
        if value not in SLOW_STAGES:
            raise ValueError(f"{text!r}: {value!r} is no stage: {', '.join(SLOW_STAGES)}")
    elif kind.value == "NAME":
        try:
            "".encode(value)
        except LookupError:
            raise ValueError(f"{text!r}: {value!r} is no character set") from None
    return value


def _set(text: str, rule: Rule, key: str, content: str) -> None:
    if key in rule.settings:
        rule.settings[key] = _number(text, key, content)
    elif key in {"host", "action"}:
        setattr(rule, key, content)
    elif key == "class":
        rule.class_name = content
    elif key == "message":
        number = _whole(text, key, content)
        if number < 1:
            raise ValueError(f"{text!r}: messages are counted from 1")
        rule.skip, rule.count = number - 1, 1
    elif key in {"skip", "count"}:
        setattr(rule, key, _whole(text, key, content))
    else:
        known = [*rule.settings, *SELECTORS]
        raise ValueError(f"{text!r}: {key!r} isn't known here; there are: {', '.join(known)}")


def _whole(text: str, name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise ValueError(f"{text!r}: {name} wants a whole number, not {value!r}")
    return int(value)


def _number(text: str, name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e9:
        raise ValueError(f"{text!r}: {name} wants a number, not {value!r}")
    return number


def help_text() -> str:
    """The grammar, kinds and selectors, for ``--help``."""
    lines = [f"A fault is written {GRAMMAR}:", ""]
    for name, kind in KINDS.items():
        value = f"={kind.value}" if kind.value else ""
        settings = "".join(f", {key}={number:g}" for key, number in kind.settings)
        usual = f" (default {kind.default})" if kind.default else ""
        lines.append(f"  {name + value:24}{kind.meaning}{usual}{settings}")
    lines += ["", "The stages of an exchange that can be slow:"]
    lines += [f"  {name:24}{meaning}" for name, meaning in SLOW_STAGES.items()]
    lines += [
        "  The first three strike connections: with message=3 or skip=2 the third message's",
        "  connection is reset, and none gets any further from then on.",
        "",
        "Every fault may be narrowed down:",
    ]
    lines += [f"  {name + '=':24}{meaning}" for name, meaning in SELECTORS.items()]
    lines += ["", "Example: --fault reset:after=1000,message=3 --fault delay=5:action=Pull"]
    return "\n".join(lines)


def striking(rules: Iterable[Rule], message: Message) -> list[Rule]:
    """The rules that strike this message, every one of them having counted it."""
    return [rule for rule in rules if rule.strikes(message)]
