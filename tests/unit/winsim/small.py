# SPDX-License-Identifier: GPL-3.0-or-later
"""A small image for tests, and the address that its machine listens on."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import yaml

from loopback import Network
from winsim.images import Image
from winsim.machine import Machine

DOCUMENT = r"""
computer_name: TEST01
console_user: user
os: {caption: Windows, version: 10.0.22631, language: en, sku: 48,
     installed: 2026-04-06T09:00:00+00:00, booted: 2026-04-13T08:00:00+00:00}
network:
  ipv4: 10.1.2.3
  ipv6_link_local: fe80::1%7
  excluded: {ipv4 tcp: [50000-50059*, 21000-21009]}
processes:
  - {pid: 0, name: System Idle Process}
  - {pid: 4, parent: 0, name: System, protected: true}
  - {pid: 600, parent: 500, name: services.exe, protected: true}
  - {pid: 700, svchost: RPCSS -p, user: network service, services: [RpcSs], tcp: ['0.0.0.0:20135']}
  - pid: 800
    svchost: netsvcs
    services: [Alpha, Beta, WinRM]
    tcp: ['0.0.0.0:20001 (Alpha)', '0.0.0.0:20002 (Beta)', '0.0.0.0:20003']
    udp: ['0.0.0.0:20001 (Alpha)']
  - {pid: 900, name: web.exe, path: 'C:\Web Server\web.exe', services: [Web],
     tcp: ['*:20080', '127.0.0.1:20081', '%ipv4%:20082', '[%ipv6%]:20083', '[::]:20084']}
  - {pid: 904, name: host.exe, services: [Pool]}
  - {pid: 908, parent: 904, name: worker.exe}
  - {pid: 1000, parent: 900, name: app.exe, session: 1,
     tcp: ['%ipv4%:50100 -> 203.0.113.5:80', '%ipv4%:20082 -> 203.0.113.9:50200',
           '%ipv4%:50101 -> 203.0.113.5:80 time_wait']}
http:
  - {pids: [800], service: WinRM, urls: ['HTTP://+:5985/WSMAN/', 'HTTP://+:47001/WSMAN/']}
  - {name: Pool, pids: [908], controller: 904, service: Pool, urls: ['HTTP://*:20090/']}
  - {pids: [1000], urls: ['HTTP://+:20090/APP/']}
services:
  RpcSs: {stoppable: false}
  Alpha: {display: The Alpha Service, needs: [RpcSs]}
  Beta: {needs: [alpha]}
  Gamma: {group: netsvcs}
  Delta: {path: '"C:\Program Files\Delta\delta.exe" -run', needs: [Beta]}
  Dormant: {group: netsvcs, start: disabled}
  Lone: {group: netsvcs -p, account: local service}
  Pool: {}
  Web: {}
  WinRM: {}
"""


def document() -> dict[str, Any]:
    """The image, fresh, to be changed at will."""
    return deepcopy(_parsed())


@cache
def _parsed() -> dict[str, Any]:
    result = yaml.load(DOCUMENT, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    assert isinstance(result, dict)
    return result


address = Network().next


def boot(changed: dict[str, Any] | None = None) -> Machine:
    """The machine of that image, or of a changed one, with an address of its own."""
    image = _small() if changed is None else Image("small", changed)
    return image.boot("test-1", address())


@cache
def _small() -> Image:
    return Image("small", document())
