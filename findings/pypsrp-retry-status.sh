#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: pypsrp 0.9.1 with urllib3 2.8.0 (PyPI), on Python 3.11 or later.
#: Expected: with reconnection_retries=3, a request that is answered with HTTP 425, 429 or 503 is
#:   sent up to three more times: pypsrp gives these three to urllib3 as statuses to retry.
#: Happens: it is sent once, and the first such answer is the error. urllib3 retries a status only
#:   for methods that it takes for idempotent, unless allowed_methods says otherwise; all requests
#:   of WS-Management are POSTs, and pypsrp doesn't set it.
#: Matters to: who sets reconnection_retries, or Ansible's ansible_psrp_reconnection_retries, to get
#:   over a restart of WinRM: HTTP.sys answers 503 while the service is not there.
#: Known: not found; the statuses came with https://github.com/jborean93/pypsrp/pull/10.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    pypsrp==0.9.1 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.18 \
    charset-normalizer==3.5.2 pyspnego==0.12.4 cryptography==50.0.2 cffi==2.1.1 pycparser==3.12

"$folder/venv/bin/python" -I - >"$folder/seen" <<'PYTHON'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from pypsrp.exceptions import WinRMTransportError
from pypsrp.wsman import WSMan

times = {}


class Host(BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        times[self.path] = times.get(self.path, 0) + 1
        self.send_response(int(self.path[1:]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        """Nothing."""


server = HTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=server.serve_forever, daemon=True).start()
host, port = server.server_address
for status in ("425", "429", "503"):
    wsman = WSMan(
        host,
        port=port,
        path=status,
        ssl=False,
        auth="basic",
        encryption="never",
        username="user",
        password="secret",
        reconnection_retries=3,
        reconnection_backoff=0.01,
    )
    try:
        wsman.get("http://schemas.microsoft.com/wbem/wsman/1/config")
    except WinRMTransportError as error:
        print(f"HTTP {error.code}, sent: {times['/' + status]}")
server.shutdown()
PYTHON

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
HTTP 425, sent: 1
HTTP 429, sent: 1
HTTP 503, sent: 1
SEEN
