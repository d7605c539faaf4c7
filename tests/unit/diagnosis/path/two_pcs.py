# SPDX-License-Identifier: GPL-3.0-or-later
"""A client and a server in two subnets of one office, and how to build variations of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.model import (
    Asked,
    PathDiagnosis,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.naming import (
    NameSource,
    Resolved,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.situation import (
    ClientSituation,
    ServerSituation,
    Try,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.judge import (
    Path,
    diagnose,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.joining import (
    joined,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    AddressState,
    OwnAddress,
    Protocol,
    Route,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.curl import TryOutcome
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    render,
    sentence,
)
from unit.diagnosis.cases import OPEN_80, firewall, situation

CLIENT, SERVER = "10.20.2.7", "10.20.1.5"
CLIENT6, SERVER6 = "2001:db8:2::7", "2001:db8:1::5"
ROUTER, ROUTER6 = "10.20.2.1", "fe80::1"
NAME = "srv1.example.com"


def own(
    text: str,
    prefix: int = 24,
    interface: int = 12,
    alias: str = "Ethernet",
    state: AddressState = AddressState.PREFERRED,
) -> OwnAddress:
    usable = state in (AddressState.PREFERRED, AddressState.DEPRECATED)
    return OwnAddress(parse_address(text), prefix, interface, alias, usable, state)


LOOPBACK = own("127.0.0.1", 8, 1, "Loopback Pseudo-Interface 1")
ON_LINK = Route("10.20.2.0/24", 12, None, 256)
DEFAULT = Route("0.0.0.0/0", 12, ROUTER, 0)
DEFAULT6 = Route("::/0", 12, ROUTER6, 0)


def client(
    *addresses: OwnAddress,
    routes: Iterable[Route] = (ON_LINK, DEFAULT),
    rules: Iterable[Any] = (),
    networks: Iterable[Network] = (Network(Profile.PRIVATE, name="Office", interface=12),),
    tries: Mapping[Any, Any] | TryOutcome | None = None,
    settings: dict[str, Any] | None = None,
    products: Iterable[Any] = (),
    **others: Any,
) -> ClientSituation:
    """The client. Without addresses it has one; `tries` is what came of connecting to the server, if
    one word says it."""
    known = (*(addresses or (own(CLIENT),)), LOOPBACK)
    if isinstance(tries, TryOutcome):
        tries = {SERVER: Try(tries, CLIENT if tries is TryOutcome.CONNECTED else None)}
    found: dict[str, Any] = {
        "firewall": firewall(*rules, settings=settings, products=products),
        "addresses": known,
        "routes": tuple(routes),
        "networks": joined(networks, known),
        "tries": {(address, 80): each for address, each in (tries or {}).items()},
    }
    return ClientSituation("office-7", **(found | others))


def server(
    *endpoints: Any,
    addresses: Iterable[OwnAddress] = (own(SERVER),),
    rules: Iterable[Any] = (OPEN_80,),
    networks: Iterable[Network] = (Network(Profile.PRIVATE, name="Servers", interface=12),),
    **others: Any,
) -> ServerSituation:
    """The server. Without endpoints Apache listens at port 80, which a rule opens."""
    known = (*addresses, LOOPBACK)
    given: dict[str, Any] = {
        "firewall": firewall(*rules),
        "networks": joined(networks, known),
        "targets": (),
        "controller": "198.51.100.5",
        "arrives": known[0].address.text if len(known) > 1 else None,
    }
    found = situation(*endpoints, **(given | others))
    found = replace(found, snapshot=replace(found.snapshot, addresses=known))
    return ServerSituation("srv1", found)


def named(*addresses: str, source: NameSource = NameSource.DNS_CACHE, name: str = NAME) -> Resolved:
    lines = (23,) if source is NameSource.HOSTS_FILE else ()
    return Resolved(name, source, addresses, lines=lines)


def follow(
    there: ClientSituation | None = None,
    here: ServerSituation | None = None,
    *,
    protocol: Protocol = Protocol.TCP,
    port: int = 80,
    expected: tuple[str, ...] = (),
    **asked: Any,
) -> tuple[Path, PathDiagnosis]:
    """The path to one port, with its answer."""
    wanted = Asked((WantedPort(protocol, port, expected),), **asked)
    path = diagnose(there or client(), here or server(), wanted)
    return path, path.diagnoses[0]


def ask(*ends: Any, **asked: Any) -> PathDiagnosis:
    return follow(*ends, **asked)[1]


def kinds(found: PathDiagnosis) -> list[str]:
    return [each.kind.value for each in found.causes]


def verdict(found: PathDiagnosis) -> tuple[str, str | None, list[str]]:
    """The verdict, the hop and the kinds of the causes."""
    return found.verdict.value, found.hop and found.hop.value, kinds(found)


def msg(found: PathDiagnosis, language: Any = "en") -> str:
    return sentence(render(found.summary, language), language)


def remarks(found: PathDiagnosis) -> list[str]:
    return [sentence(render(each, "en"), "en") for each in found.remarks]


def tasks(found: PathDiagnosis) -> list[tuple[str | None, dict[str, Any]]]:
    """The hosts and options of all tasks that are offered."""
    return [
        (each.host, dict(each.remedy.task.options))
        for cause in found.causes
        for each in cause.remedies
        if each.remedy.task is not None
    ]
