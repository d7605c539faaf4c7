#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: pywinrm 0.5.0 (PyPI), on Python 3.11 or later.
#: Expected: Session("2001:db8::1") and Session("http://[2001:db8::1]:5985/wsman") mean that IPv6
#:   host, or raise an error; "https://" without a port means the port of WinRM over HTTPS, 5986;
#:   the path of a URL is kept.
#: Happens: a bare IPv6 address becomes a host that is named like its first group, one in brackets
#:   behind a scheme becomes the host "http", and one in brackets alone raises ValueError. Only the
#:   transport "ssl" decides the port, so "https://" with "ntlm" goes to 5985, the port for HTTP. All
#:   of a path but "/" or "/wsman" is dropped.
#: Matters to: who gives pywinrm the hosts of an inventory with IPv6 addresses, or URLs behind a
#:   gateway: the request goes to another address than was written. Ansible is not concerned, because
#:   it gives Protocol a whole URL.
#: Known: the brackets, in https://github.com/diyan/pywinrm/issues/400; the others not found.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    pywinrm==0.5.0 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.18 \
    charset-normalizer==3.5.2 requests_ntlm==1.3.0 pyspnego==0.12.4 cryptography==50.0.2 \
    cffi==2.1.1 pycparser==3.12 xmltodict==1.0.4

"$folder/venv/bin/python" -I - >"$folder/seen" <<'PYTHON'
from winrm import Session

for target, transport in (
    ("2001:db8::1", "ntlm"),
    ("[2001:db8::1]", "ntlm"),
    ("http://[2001:db8::1]:5985/wsman", "ntlm"),
    ("https://win.example.com", "ntlm"),
    ("https://win.example.com", "ssl"),
    ("https://win.example.com/gateway/wsman", "ssl"),
):
    try:
        said = Session(target, auth=("user", "secret"), transport=transport).url
    except ValueError as error:
        said = type(error).__name__
    print(f"{target} with {transport}: {said}")
PYTHON

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
2001:db8::1 with ntlm: http://2001:5985/wsman
[2001:db8::1] with ntlm: ValueError
http://[2001:db8::1]:5985/wsman with ntlm: http://http:5985/wsman
https://win.example.com with ntlm: https://win.example.com:5985/wsman
https://win.example.com with ssl: https://win.example.com:5986/wsman
https://win.example.com/gateway/wsman with ssl: https://win.example.com:5986/
SEEN
