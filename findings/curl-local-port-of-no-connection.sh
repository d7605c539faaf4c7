#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: libcurl 7.61.1, 8.11.1, 8.12.1 and 8.16.0, as they are in the wheels of pycurl 7.45.3,
#:   7.45.4, 7.45.6 and 7.45.7 (PyPI, for CPython 3.11 on x86-64 Linux).
#: Expected: CURLINFO_LOCAL_PORT, which curl also prints as %{local_port}, is 0 if no connection was made,
#:   whatever the version is.
#: Happens: it is 0 in 7.61.1, and -1 in the three later versions, after a refused connection. After one
#:   that was made, it is the port in all four.
#: Matters to: scripts that ask curl by --write-out whether a port of another machine could be
#:   connected to. Exit codes don't tell it (a time-out afterwards is the same 28), so the local port
#:   is what is left: who tests for "not 0", or reads digits only, takes refused ports for open ones, or
#:   for none, since an update of curl.
#: Known: no report of the change found. The manual of CURLINFO_LOCAL_PORT says nothing of it up to
#:   8.9.1 at least; today's says -1.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/ask.py" <<'PYTHON'
import re
import socket

import pycurl


def local_port(port):
    handle = pycurl.Curl()
    handle.setopt(pycurl.URL, f"pop3://127.0.0.1:{port}/")
    handle.setopt(pycurl.NOPROXY, "*")
    handle.setopt(pycurl.TIMEOUT, 1)
    try:
        handle.perform()
    except pycurl.error as error:
        code = error.args[0]
    return code, handle.getinfo(pycurl.LOCAL_PORT)


listener = socket.create_server(("127.0.0.1", 0))
unused = socket.socket()
unused.bind(("127.0.0.1", 0))  # bound, but nobody listens
version = re.search(r"libcurl/([0-9.]+)", pycurl.version)[1]
code, port = local_port(unused.getsockname()[1])
print(f"libcurl {version}: refused: exit code {code}, local port {port}")
code, port = local_port(listener.getsockname()[1])
print(f"libcurl {version}: connected: exit code {code}, local port {'a port' if port > 0 else port}")
PYTHON
python3.11 -m venv "$folder/venv"
ask() {
    "$folder/venv/bin/python" "$folder/ask.py" >>"$folder/seen"
}
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: pycurl==7.45.3
ask
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: pycurl==7.45.4
ask
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: pycurl==7.45.6
ask
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: pycurl==7.45.7
ask

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
libcurl 7.61.1: refused: exit code 7, local port 0
libcurl 7.61.1: connected: exit code 28, local port a port
libcurl 8.11.1: refused: exit code 7, local port -1
libcurl 8.11.1: connected: exit code 28, local port a port
libcurl 8.12.1: refused: exit code 7, local port -1
libcurl 8.12.1: connected: exit code 28, local port a port
libcurl 8.16.0: refused: exit code 7, local port -1
libcurl 8.16.0: connected: exit code 28, local port a port
SEEN
