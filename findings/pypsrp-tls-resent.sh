#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: pypsrp 0.9.1 with urllib3 2.8.0 (PyPI), on Python 3.11 or later, with the
#:   program openssl.
#: Expected: with reconnection_retries=3, a request that has reached the host is not sent again if
#:   its answer fails: pypsrp tells urllib3 to retry connecting, and no reading (read=0).
#: Happens: if the connection is over TLS and the answer is not proper TLS, for example because a
#:   device on the way cut in, the host gets the whole request four times. For urllib3, an error of
#:   TLS is neither of connecting nor of reading but "other", which pypsrp leaves to the total.
#: Matters to: who sets reconnection_retries, or Ansible's ansible_psrp_reconnection_retries: a
#:   command of which nobody knows whether it ran, is started again.
#: Known: not found of pypsrp; the counter came with https://github.com/urllib3/urllib3/issues/1746.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    pypsrp==0.9.1 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.18 \
    charset-normalizer==3.5.2 pyspnego==0.12.4 cryptography==50.0.2 cffi==2.1.1 pycparser==3.12
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=host -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$folder/key.pem" -out "$folder/host.pem" 2>"$folder/openssl"

"$folder/venv/bin/python" -I - "$folder" >"$folder/seen" <<'PYTHON'
import os
import socket
import ssl
import sys
import threading

import requests
from pypsrp.wsman import WSMan

folder = sys.argv[1]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/host.pem", f"{folder}/key.pem")
listener = socket.create_server(("127.0.0.1", 0))
whole = []


def serve():
    while True:
        connection, _address = listener.accept()
        with context.wrap_socket(connection, server_side=True) as peer:
            request = b""
            while b":Envelope>" not in request:
                request += peer.recv(65536)
            whole.append(request)
            os.write(peer.fileno(), b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")


threading.Thread(target=serve, daemon=True).start()
host, port = listener.getsockname()
wsman = WSMan(
    host,
    port=port,
    ssl=True,
    auth="basic",
    cert_validation=f"{folder}/host.pem",
    username="user",
    password="secret",
    reconnection_retries=3,
    reconnection_backoff=0.01,
)
try:
    wsman.get("http://schemas.microsoft.com/wbem/wsman/1/config")
except requests.exceptions.SSLError:
    print(f"SSLError, whole requests at the host: {len(whole)}")
PYTHON

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
SSLError, whole requests at the host: 4
SEEN
