# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Removes private values from any text that Windows or a program wrote, in any language.

There are two steps, because a name may appear in an early message, and only a later one may show
that it is a name: `learn` collects names from places where they are certain, `text` replaces them
by pseudonyms, and with them all values that can be recognized by their form (addresses,
identifiers, paths of users).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence

from .forms import PATTERN, WORTH_A_LOOK, decoded, flat
from .names import KnownNames, is_long_enough, key
from .pseudonyms import Pseudonyms

# Folders of Users that belong to no person, and accounts that every Windows has.
_COMMON = frozenset(
    {
        "administrator", "all users", "default", "default user", "default.migrated",
        "defaultaccount", "defaultuser0", "guest", "local service", "localservice", "localsystem",
        "network service", "networkservice", "public", "system", "systemprofile",
        "wdagutilityaccount",
    }
)  # fmt: skip

# Authorities whose accounts are the same on every Windows (`NT AUTHORITY\SYSTEM`).
_AUTHORITIES = ("nt ", "nt-", "builtin", "iis apppool", "window manager", "font driver host")

# Words that keep their meaning even if someone uses them as a name: the vocabulary of rules, of
# programs and of paths.
_VOCABULARY = frozenset(
    {
        "action", "active", "admin", "administrators", "admins", "allow", "any", "app", "auth",
        "block", "bypass", "defer", "desc",
        "dir", "dll", "dns", "domain", "edge", "embedctxt", "exe", "false", "files", "group",
        "http", "https", "icmp", "icmp4", "icmp6", "in", "internet", "intranet", "la4", "la6",
        "listen", "listening", "local",
        "localhost", "localsubnet", "lport", "microsoft", "name", "network", "networks", "none",
        "null", "out", "private", "profile", "program", "programdata", "protocol", "public",
        "ra4", "ra6", "reg_dword", "reg_sz", "remote", "rport", "rule", "running", "service",
        "services", "software", "stopped", "svc", "svchost", "system32", "tcp", "true", "type",
        "udp", "user", "users", "version", "windows",
    }
)  # fmt: skip

# An account that is a number, such as an employee's. Shorter ones are ports and processes.
_SHORTEST_NUMBER = 6
_NETBIOS = 15

# The parts of a name that may be names by themselves.
_MOST_PARTS = 4

# The argument that tells svchost.exe which services to run together.
_SERVICE_GROUP = re.compile(r"-k \w+(?: -p)?(?: -s \w+)?")

# Hosts whose names are not secret: namespaces of XML, and pages of documentation.
_PUBLIC_HOSTS = (".xmlsoap.org", ".microsoft.com", ".dmtf.org", ".w3.org")

# An account of a domain or a computer, not a path: no path continues before or after it.
_ACCOUNT = re.compile(r"(?<![\w\\/:.$%-])(?P<authority>[\w.-]{2,64})\\[\w.$-]{1,64}(?![\w\\.$-])")

#: Characters of a line whose result is kept at most. Longer ones hardly ever come again.
_REMEMBERED = 1_000
#: Of how many values the places in their lines are kept at most. Each takes a kilobyte.
_MOST_MATCHES = 20_000

#: The replacement for a secret that needs no pseudonym.
REDACTED = "[redacted]"


class Redactor:
    """Replaces private values by pseudonyms.

    Args:
        keep: words of the requests, which have a meaning and are never a name.
    """

    def __init__(self, keep: Iterable[str] = ()) -> None:
        self._pseudonyms = Pseudonyms()
        self._keep = _VOCABULARY | {word.casefold() for word in keep}
        self._names = KnownNames()
        # Most lines of a recording occur many times in it, such as rules in the registry. No
        # private value extends over several lines.
        self._learned_from: set[str] = set()
        self._redacted: dict[str, str] = {}
        # What can be recognized in them by its form: nothing in nearly all.
        self._matches: dict[str, Sequence[re.Match[str]]] = {}
        self._room = _MOST_MATCHES

    # -- what is known to be a name ------------------------------------------------------------

    def learn(self, kind: str, name: str) -> None:
        """A name of a ``user``, ``host``, ``domain`` or ``network``: it gets a pseudonym wherever
        it is a separate word, unless it is a word with a meaning, or too short."""
        folded = name.strip().casefold()
        if not is_long_enough(key(name)) or self._has_a_meaning(folded):
            return
        if _is_address(folded) or (key(name).isdigit() and len(key(name)) < _SHORTEST_NUMBER):
            return
        self._add(kind, name)
        if kind == "host" and "." in name:
            first, _dot, rest = name.strip().partition(".")
            self.learn("host", first)
            self.learn("domain", rest)
        elif kind == "host":
            # Its truncated form in NetBIOS (RFC 1001, 14.1).
            if len(name.strip()) > _NETBIOS:
                self._add("host", name.strip()[:_NETBIOS])
        elif kind == "user":
            # Given name and family name, and the suffix that Windows adds if a folder already
            # exists (``tanaka.CORP``) or for its short name (``TANAKA~1``).
            parts = re.split(r"[\s.~\u3000]+", name.strip())
            for part in parts if 1 < len(parts) <= _MOST_PARTS else ():
                self.learn("user", part)

    def learn_account(self, text: str) -> None:
        r"""An account: ``DOMAIN\user``, ``user@domain`` or ``user``."""
        authority, user = _parts(text)
        if not authority.casefold().startswith(_AUTHORITIES):
            self.learn("user", user)
            if authority not in ("", "."):
                self.learn("domain", authority)

    def learn_from(self, text: str) -> None:
        """Names that can be recognized by their place in a text: owners of folders, servers,
        accounts."""
        for line in text.split("\n"):
            if line not in self._learned_from:
                if len(line) <= _REMEMBERED:
                    self._learned_from.add(line)
                self._learn_from_line(line)

    def _learn_from_line(self, line: str) -> None:
        for match in self._found(line, decoded(line)):
            if match["ipv4"]:
                self._learn_numbers(match["ipv4"])
            elif match["mac"]:
                # The spelling in places where it can't be recognized by its form.
                self._add("hardware", match["mac"])
            elif match["owner"]:
                self.learn("user", match["owner"])
            elif match["server"] and not _is_address(match["server"]):
                self.learn("host", match["server"])
            elif match["host"] and not _is_public(match["host"]):
                self.learn("host", match["host"])
            elif match["fqdn"]:
                self.learn("host", match["fqdn"])
            elif match["mail"]:
                self.learn_account(match["mail"])
            elif match["network"]:
                self.learn("network", match["network"])

    def _learn_numbers(self, text: str) -> None:
        """The address as one number, as some programs and names of hosts write it."""
        for each in re.split("[-/]", text):
            substitute = self._pseudonyms.address(each)
            if substitute is None or substitute == each:
                continue
            number = int.from_bytes(bytes(map(int, each.split("."))))
            for written in (f"{number:08x}", str(number)):
                if len(written) >= 8:
                    self._add("address", written)

    def _add(self, kind: str, name: str) -> None:
        self._names.add(kind, name)
        self._redacted.clear()

    # -- in its place --------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """A text with pseudonyms for all private values that are known or can be recognized by
        their form."""
        return "\n".join(map(self._line, text.split("\n")))

    def _line(self, line: str) -> str:
        known = self._redacted.get(line)
        if known is None:
            known = self._decoded_line(line, decoded(line))
            if len(line) <= _REMEMBERED:
                self._redacted[line] = known
        return known

    def _found(self, line: str, text: str) -> Sequence[re.Match[str]]:
        """What can be recognized in a line, by its decoded text. It is needed twice: to learn from
        the line, and to replace it."""
        found = self._matches.get(line)
        if found is None:
            found = tuple(_found(text))
            if len(line) <= _REMEMBERED and len(found) <= self._room:
                self._room -= len(found)
                self._matches[line] = found
        return found

    def _decoded_line(self, line: str, text: str) -> str:
        pieces, end = [], 0
        for match in self._found(line, text):
            substitute = self._substitute(match)
            if substitute is not None:
                pieces += [self._words(text[end : match.start()]), substitute]
                end = match.end()
        return "".join([*pieces, self._words(text[end:])])

    def name(self, kind: str, text: str) -> str:
        """The pseudonym of a text that is a name as a whole, of any kind."""
        folded = text.strip().casefold()
        if not folded or _is_common(folded):
            return text
        kind, own = self._names.of(text, kind)
        return self._pseudonyms.name(kind, own or folded)

    def account(self, text: str) -> str:
        """An account in any of its spellings; those of Windows itself stay."""
        authority, user = _parts(text)
        if not text or authority.casefold().startswith(_AUTHORITIES):
            return text
        if "@" in text:
            return f"{self.name('user', user)}@{self.name('domain', authority)}.example"
        if "\\" not in text:
            return self.name("user", text)
        shown = authority if authority == "." else self.name("domain", authority)
        return f"{shown}\\{self.name('user', user)}"

    def command_line(self, text: str) -> str:
        """The program of a command line, without its arguments, which may contain secrets. Those
        that tell Windows which services to run together stay."""
        match = re.match(r'\s*("[^"]*"|.*?\.exe\b|\S+)(.*)\Z', text, re.IGNORECASE | re.DOTALL)
        if match is None:
            return self.text(text)
        arguments = match[2].strip()
        shared = match[1].strip('"').casefold().endswith("\\svchost.exe")
        if not arguments or (shared and _SERVICE_GROUP.fullmatch(arguments)):
            return self.text(text)
        return self.text(match[1]) + " [arguments redacted]"

    def _words(self, text: str) -> str:
        """Replace known names that are words or parts of words, and accounts of known domains and
        computers."""
        pieces, end = [], 0
        for match in _ACCOUNT.finditer(text) if "\\" in text else ():
            if match["authority"] in self._names and not self._stays(match["authority"]):
                pieces += [self._known(text[end : match.start()]), self.account(match[0])]
                end = match.end()
        return "".join([*pieces, self._known(text[end:])])

    def _known(self, text: str) -> str:
        return self._names.replaced(text, self._pseudonyms.name, self._stays)

    def _stays(self, spelling: str) -> bool:
        return self._has_a_meaning(spelling.casefold())

    def _has_a_meaning(self, folded: str) -> bool:
        return folded in self._keep or _is_common(folded)

    def _substitute(self, match: re.Match[str]) -> str | None:
        """The replacement of a match, None if it is not private."""
        for form, made in _BY_FORM.items():
            if match[form]:
                return made(self._pseudonyms, match[0])
        if match["token"]:
            return REDACTED
        before = match["header"] or match["credential"] or match["query"] or match["way"]
        if before:
            return before + REDACTED
        if match["attribute"]:
            value = match["subject"]
            if value.casefold().lstrip('" ').startswith("microsoft"):
                return match[0]
            return match["attribute"] + self.name("subject", value)
        if match["owner"]:
            return match["profile"] + self.name("user", match["owner"])
        if match["server"]:
            server = self._pseudonyms.address(match["server"])
            return match["share"] + (server or self.name("host", match["server"]))
        if match["host"]:
            if _is_public(match["host"]) and not match["userinfo"]:
                return match[0]
            host = self._pseudonyms.address(match["host"]) or self.name("host", match["host"])
            return match["scheme"] + (f"{REDACTED}@" if match["userinfo"] else "") + host
        if match["fqdn"]:
            return self.name("host", match["fqdn"])
        if match["mail"]:
            return self.account(match["mail"])
        if match["network"]:
            return match["value"] + self.name("network", match["network"])
        if match["bytes"]:
            return match["binary"] + "0" * len(match["bytes"])
        names = match["names"].split(",")
        return match["field"] + ",".join(self.name("network", name) for name in names)


def _found(text: str) -> Iterable[re.Match[str]]:
    """The values that can be recognized by their form. Positions are those of the text; the values
    have no full-width characters."""
    narrow = flat(text)
    return PATTERN.finditer(narrow) if WORTH_A_LOOK.search(narrow) else ()


def _addresses(pseudonyms: Pseudonyms, text: str) -> str | None:
    """An address, a range, or a subnet; a colon or full stop after it is not part of it."""
    bare = text.rstrip(".:") if not text.endswith("::") else text
    if bare != text:
        made = _addresses(pseudonyms, bare)
        return None if made is None else made + text[len(bare) :]
    if "-" in text:
        ends = [pseudonyms.address(each) for each in text.split("-")]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            return None
        parsed = [ipaddress.ip_address(each) for each in ends if each is not None]
        return "-".join(map(str, sorted(parsed, key=lambda each: (each.version, int(each)))))
    first, slash, mask = text.partition("/")
    made = pseudonyms.address(first)
    if made is None or not slash:
        return made
    try:
        network = ipaddress.ip_network(f"{made}/{mask}", strict=False)
        aligned = ipaddress.ip_network(text, strict=True)
    except ValueError:
        return f"{made}/{mask}"
    # An address without bits beyond its mask has none afterwards.
    whole = aligned.prefixlen < aligned.max_prefixlen
    return f"{network.network_address if whole else made}/{mask}"


def _dashed(pseudonyms: Pseudonyms, text: str) -> str | None:
    """An IPv4 address that is part of a name (``ip-10-0-0-5``). If there are more numbers, the last
    four."""
    joint = "-" if "-" in text else "_"
    numbers = text.split(joint)
    made = pseudonyms.address(".".join(numbers[-4:]))
    if made is None:
        return None
    return joint.join(["0"] * (len(numbers) - 4) + made.split("."))


def _literal(pseudonyms: Pseudonyms, text: str) -> str | None:
    """An IPv6 address as a name in a UNC path: ``2001-db8--5.ipv6-literal.net``."""
    name, dot, rest = text.partition(".")
    made = pseudonyms.address(name.partition("s")[0].replace("-", ":"))
    return REDACTED + dot + rest if made is None else made.replace(":", "-") + dot + rest


_BY_FORM: dict[str, Callable[[Pseudonyms, str], str | None]] = {
    "guid": Pseudonyms.guid,
    "sid": Pseudonyms.sid,
    "key": Pseudonyms.key,
    "mac": Pseudonyms.mac,
    "digest": Pseudonyms.digest,
    "literal": _literal,
    "nibbles": lambda _pseudonyms, _text: REDACTED,
    "ipv4": _addresses,
    "dashed": _dashed,
    "ipv6": _addresses,
}


def _parts(account: str) -> tuple[str, str]:
    """Authority and user of an account."""
    if "\\" in account:
        authority, _backslash, user = account.partition("\\")
        return authority, user
    user, _at, authority = account.partition("@")
    return authority, user


def _is_common(folded: str) -> bool:
    return folded in _COMMON or folded.startswith(_AUTHORITIES)


def _is_public(host: str) -> bool:
    folded = host.casefold()
    # A tenant's name comes before onmicrosoft.com, so the dot matters.
    return folded == "localhost" or f".{folded}".endswith(_PUBLIC_HOSTS)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
