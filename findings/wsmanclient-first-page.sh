#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: python-wsmanclient 0.1.0 (PyPI), on Python 3.11 or later.
#: Expected: enumerate() merges all pages, which is what its auto_pull promises.
#: Happens: with its defaults it asks for an optimised enumeration, in which the first page comes with
#:   the EnumerateResponse, in Items of the namespace of WS-Management (DSP0226, 8.2.3). It looks for
#:   Items of WS-Enumeration alone, which the later pages have. So it drops the first page, silently,
#:   and merges the others; if there is only one page, that comes back as it is.
#: Matters to: who lists something of more than a page (100 items by default): the count is wrong and
#:   there is no error. With optimization=False all items come.
#: Known: no report found.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    setuptools==84.2.1 pbr==7.1.3 wheel==0.48.0
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
    python-wsmanclient==0.1.0 lxml==6.1.3 requests==2.34.2 urllib3==2.8.0 idna==3.20 \
    certifi==2026.10.18 charset-normalizer==3.5.2

"$folder/venv/bin/python" -I - >"$folder/seen" <<'PYTHON'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from wsmanclient import Client

ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"'
    ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Body>{}</s:Body></s:Envelope>'
)
PAGES = (("a", "b"), ("c", "d"), ("e",))


def items(page):
    return "".join(f"<Item>{each}</Item>" for each in PAGES[page])


def answer_to(request):
    if b"OptimizeEnumeration" in request:
        body = f"<w:Items>{items(0)}</w:Items>"
        page, kind = 0, "EnumerateResponse"
    elif b"EnumerationContext" not in request:
        body, page, kind = "", -1, "EnumerateResponse"
    else:
        page = int(request.partition(b"EnumerationContext>")[2].partition(b"<")[0])
        body, kind = f"<n:Items>{items(page)}</n:Items>", "PullResponse"
    if page + 1 < len(PAGES):
        body = f"<n:EnumerationContext>{page + 1}</n:EnumerationContext>{body}"
    else:
        body += "<n:EndOfSequence/>"
    return ENVELOPE.format(f"<n:{kind}>{body}</n:{kind}>").encode()


class Host(BaseHTTPRequestHandler):
    def do_POST(self):
        answer = answer_to(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):
        """Nothing."""


server = HTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = Client("127.0.0.1", "user", "secret", port=server.server_port, protocol="http")
for optimization in (False, True):
    merged = client.enumerate("http://example.com/Thing", optimization=optimization, max_elems=2)
    found = " ".join(each.text for each in merged.iter("Item"))
    print(f"optimization={optimization}: {found}")
server.shutdown()
PYTHON

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
optimization=False: a b c d e
optimization=True: c d e
SEEN
