# SPDX-License-Identifier: GPL-3.0-or-later
"""The work for a path grows with what one of the two hosts says of itself, and no faster."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.situation import (
    ClientSituation,
    ServerSituation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    OwnAddress,
    Route,
)
from fuzz.steps import MOST_GROWTH, lines_run
from unit.diagnosis.path.two_pcs import (
    CLIENT,
    DEFAULT,
    ON_LINK,
    ROUTER,
    SERVER,
    client,
    follow,
    own,
    server,
)

pytestmark = pytest.mark.sweep

# Some of few subnets are looked at one by one (`joining._MOST_SUBNETS`), and these are more.
SIZE = 100
Ends = tuple[ClientSituation, ServerSituation]


def addresses(size: int) -> list[OwnAddress]:
    return [own(f"10.99.{each >> 8}.{each & 255}", 31, 12 + each % 7) for each in range(size)]


def neighbours(start: str, size: int) -> list[OwnAddress]:
    """Addresses of one subnet and interface, which have much in common."""
    return [own(f"{start}.{each % 250 + 1}", 24, 12) for each in range(size)]


def networks(size: int) -> list[Network]:
    every = (Profile.PUBLIC, Profile.PRIVATE)
    return [Network(every[each % 2], name=f"n{each}", interface=12) for each in range(size)]


def routes(size: int) -> list[Route]:
    return [ON_LINK, DEFAULT, *(Route("10.20.1.0/24", 12 + n, ROUTER, 1) for n in range(size))]


SHAPES: dict[str, Callable[[int], Ends]] = {
    "addresses of the client": lambda n: (client(own(CLIENT), *addresses(n)), server()),
    "networks of the client": lambda n: (client(networks=networks(n)), server()),
    "routes of the client": lambda n: (client(routes=routes(n)), server()),
    "addresses of the server": lambda n: (
        client(),
        server(addresses=[own(SERVER), *addresses(n)]),
    ),
    "networks of the server": lambda n: (client(), server(networks=networks(n))),
    "addresses of both": lambda n: (
        client(own(CLIENT), *addresses(n)),
        server(addresses=[own(SERVER), *addresses(2 * n)[n:]]),
    ),
    "addresses of one subnet of both": lambda n: (
        client(*neighbours("10.20.2", n)),
        server(addresses=[own(SERVER), *neighbours("10.20.3", n)]),
    ),
    "routes of the client and addresses of the server": lambda n: (
        client(
            routes=[
                *routes(n),
                *(
                    Route(f"10.99.{each >> 8}.{each & 255}/32", 12, f"10.20.2.{each & 127}", 1)
                    for each in range(n)
                ),
            ]
        ),
        server(addresses=[own(SERVER), *addresses(n)]),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_the_size_and_no_faster(shape: str) -> None:
    def work(size: int) -> int:
        there, here = SHAPES[shape](size)
        return lines_run(lambda: follow(there, here))

    work(5 * SIZE)  # what is kept of a part is kept for all then
    small, middle, large = (work(SIZE * factor) for factor in (1, 2, 4))
    assert large - middle <= MOST_GROWTH * (middle - small), (small, middle, large)
