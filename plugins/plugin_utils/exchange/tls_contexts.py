# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One SSLContext for all connections with equal settings.

urllib3 makes one for each connection, and has it read all certificates of authorities again: more
work than a whole conversation with a host. No host has any influence on what a context holds. One
with the key of a client is not shared.
"""

from __future__ import annotations

import os
import ssl
from typing import Any

from ...module_utils.ground.kept import Kept

try:
    from urllib3.connection import HTTPSConnection
    from urllib3.util.ssl_ import (
        create_urllib3_context,
        resolve_cert_reqs,
        resolve_ssl_version,
    )
except ImportError:
    pass  # then there is neither winrm nor psrp

# A fleet has a handful: each with or without verification, by one authority or another.
_MOST = 32
_AUTHORITIES = ("ca_certs", "ca_cert_dir", "ca_cert_data")
_SETTINGS = (
    "cert_reqs", "ssl_version", "ssl_minimum_version", "ssl_maximum_version", "assert_hostname",
    "assert_fingerprint", *_AUTHORITIES,
)  # fmt: skip
# Where OpenSSL looks for authorities if none are named.
_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")

_kept: Kept[tuple[object, ...], ssl.SSLContext] = Kept(_MOST, 100 * _MOST)


def share(connection: Any) -> None:
    """Let a connection that is about to be made use the context that there is for its settings. If
    none can be made, urllib3 itself says why.

    Args:
        connection: a urllib3.connection.HTTPConnection.
    """
    if (
        not isinstance(connection, HTTPSConnection)
        or connection.ssl_context is not None
        or connection.cert_file
    ):
        return
    settings = {name: getattr(connection, name) for name in _SETTINGS}
    paths = (settings["ca_certs"], settings["ca_cert_dir"], *map(os.environ.get, _VARIABLES))
    try:
        key = (*settings.values(), *paths, *map(_state, paths))
        connection.ssl_context = _kept.get(key, lambda: _made(settings))
    except (OSError, ValueError, TypeError):
        return
    for name in _AUTHORITIES:  # it has read them
        setattr(connection, name, None)


def _state(path: str | None) -> tuple[int, ...] | None:
    """What differs once a file or folder has changed."""
    if not path:
        return None
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


def _made(settings: dict[str, Any]) -> ssl.SSLContext:
    """A context as urllib3 makes it (`_ssl_wrap_socket_and_match_hostname`)."""
    required = resolve_cert_reqs(settings["cert_reqs"])
    context = create_urllib3_context(
        ssl_version=resolve_ssl_version(settings["ssl_version"]),
        ssl_minimum_version=settings["ssl_minimum_version"],
        ssl_maximum_version=settings["ssl_maximum_version"],
        cert_reqs=required,
    )
    if any(settings[name] for name in _AUTHORITIES):
        context.load_verify_locations(*(settings[name] for name in _AUTHORITIES))
    elif required != ssl.CERT_NONE:
        context.load_default_certs()
    return context
