#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: pywinrm 0.5.0 with requests_ntlm 1.3.0, beside pypsrp 0.9.1 (PyPI), on
#:   Python 3.11 or later.
#: Expected: a host that takes no NTLM (it offers Negotiate, because Kerberos goes, and answers the
#:   first message of NTLM with 401) is an InvalidCredentialsError of pywinrm, or one of its base
#:   WinRMError. pypsrp has its AuthenticationError for it.
#: Happens: what comes is Python's own PermissionError, an OSError, without a number, from
#:   requests_ntlm. No exception class of pywinrm or requests is its base.
#: Matters to: who catches WinRMError or requests' RequestException around pywinrm, and has the
#:   program end; or who catches OSError for a network that fails, and tries again.
#: Known: as a change of requests_ntlm, https://github.com/requests/requests-ntlm/pull/138; of pywinrm
#:   not found.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    pywinrm==0.5.0 pypsrp==0.9.1 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.18 \
    charset-normalizer==3.5.2 requests_ntlm==1.3.0 pyspnego==0.12.4 cryptography==50.0.2 \
    cffi==2.1.1 pycparser==3.12 xmltodict==1.0.4

"$folder/venv/bin/python" -I - >"$folder/seen" <<'PYTHON'
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pypsrp.wsman import WSMan
from requests import RequestException
from winrm.exceptions import WinRMError
from winrm.protocol import Protocol


class Host(BaseHTTPRequestHandler):
    """Answers 401, whatever comes, and keeps the connection as a host does."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(401)
        self.send_header("WWW-Authenticate", "Negotiate")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        """Nothing."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
host, port = server.server_address
known = {"username": "user", "password": "secret"}


def tell(who, call):
    try:
        call()
    except Exception as error:
        print(f"{who}: {type(error).__module__}.{type(error).__name__}")
        return error


protocol = Protocol(f"http://{host}:{port}/wsman", transport="ntlm", **known)
error = tell("pywinrm", protocol.open_shell)
for kind in (WinRMError, RequestException, OSError):
    print(f"  is a {kind.__name__}: {isinstance(error, kind)}")
wsman = WSMan(host, port=port, ssl=False, auth="ntlm", **known)
tell("pypsrp", lambda: wsman.get("http://schemas.microsoft.com/wbem/wsman/1/config"))
PYTHON

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
pywinrm: builtins.PermissionError
  is a WinRMError: False
  is a RequestException: False
  is a OSError: True
pypsrp: pypsrp.exceptions.AuthenticationError
SEEN
