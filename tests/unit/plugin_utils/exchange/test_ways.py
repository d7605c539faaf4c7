# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether credentials were refused is known, whichever way failed last."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.ways import (
    Untaken,
    none_is_left,
)


def failed(*failures: Failure) -> TransportError:
    ways = ("ntlm", "basic", "kerberos")
    return none_is_left(
        [Untaken(way, TransportError(each)) for way, each in zip(ways, failures, strict=False)]
    )


def test_a_refusal_by_an_earlier_way_is_kept() -> None:
    error = failed(Failure.AUTHENTICATION, Failure.UNENCRYPTED)
    assert error.failure is Failure.UNENCRYPTED
    assert error.refused
    assert failed(Failure.KERBEROS).refused
    assert not failed(Failure.UNENCRYPTED, Failure.NOT_WINRM).refused
