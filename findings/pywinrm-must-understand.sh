#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: pywinrm 0.5.0 (PyPI), on Python 3.11 or later.
#: Expected: headers that the host has to understand carry mustUnderstand in the namespace of SOAP,
#:   as SOAP 1.2 (part 1, 5.2.3) and WS-Management (DSP0226) have it.
#: Happens: the attribute has no namespace, so for SOAP it is not there: no header of pywinrm is one
#:   that a host has to understand. Windows takes it all the same.
#: Matters to: who writes or tests a server. One that follows SOAP treats ResourceURI, Action and
#:   MaxEnvelopeSize as optional, and one that answers each marked header that it doesn't know with a
#:   NotUnderstood fault is never tested in that by pywinrm.
#: Known: no report found.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    pywinrm==0.5.0 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.18 \
    charset-normalizer==3.5.2 requests_ntlm==1.3.0 pyspnego==0.12.4 cryptography==50.0.2 \
    cffi==2.1.1 pycparser==3.12 xmltodict==1.0.4

"$folder/venv/bin/python" -I - >"$folder/seen" <<'PYTHON'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from xml.etree import ElementTree

from winrm.protocol import Protocol

SOAP = "http://www.w3.org/2003/05/soap-envelope"
requests = []


class Host(BaseHTTPRequestHandler):
    """Keeps what it gets, and answers that a shell was created."""

    def do_POST(self):
        requests.append(self.rfile.read(int(self.headers["Content-Length"])))
        answer = b'<Answer><Selector Name="ShellId">1</Selector></Answer>'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):
        """Nothing."""


server = HTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/wsman"
Protocol(url, transport="basic", username="user", password="secret").open_shell()
server.shutdown()
for element in ElementTree.fromstring(requests[0]).find(f"{{{SOAP}}}Header").iter():
    for name in element.keys():
        if name.endswith("mustUnderstand"):
            of = "of SOAP" if name.startswith(f"{{{SOAP}}}") else "without a namespace"
            print(f"{element.tag.rpartition('}')[2]}: {element.get(name)}, {of}")
PYTHON

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
Address: true, without a namespace
MaxEnvelopeSize: true, without a namespace
Locale: false, without a namespace
DataLocale: false, without a namespace
ResourceURI: true, without a namespace
Action: true, without a namespace
SEEN
