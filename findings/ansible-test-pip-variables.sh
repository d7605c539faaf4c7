#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: ansible-test of ansible-core 2.19.14 (PyPI), on Python 3.11 to 3.13.
#: Expected: where pip is told by PIP_INDEX_URL, PIP_CERT or https_proxy how to reach packages,
#:   "ansible-test sanity" reaches them in the same way when it makes its virtual environments.
#: Happens: it hands none of these variables on to pip, which therefore asks PyPI directly. pip reads the
#:   pip.conf below HOME, but before pip there is a script to install it, which ansible-test fetches
#:   itself from a site of its own, unless it is in its cache. Here a script in that place tells which
#:   variables reach it.
#: Matters to: who runs the sanity tests of a collection on a machine whose only way to packages is a
#:   mirror or a proxy. Both can be prepared: pip.conf, and that script in the cache.
#: Known: https://github.com/ansible/ansible/issues/77304 (proxies and the cache); of PIP_ not found.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    ansible-core==2.19.14 Jinja2==3.1.6 MarkupSafe==3.0.4 PyYAML==6.0.3 packaging==26.3 \
    resolvelib==1.2.1 cryptography==50.0.2 cffi==2.1.1 pycparser==3.12
collection="$folder/ansible_collections/example/empty"
cache="$folder/home/.ansible/test/cache"
mkdir -p "$collection" "$cache"
cat >"$collection/galaxy.yml" <<'YAML'
namespace: example
name: empty
version: 1.0.0
readme: README.md
authors: [nobody]
YAML
touch "$collection/README.md"
cat >"$cache/get_pip_24_2.py" <<PYTHON
import os

with open("$folder/seen", "w", encoding="utf-8") as file:
    for name in ("HOME", "PIP_INDEX_URL", "PIP_CERT", "https_proxy"):
        print(f"{name}: {'handed on' if name in os.environ else 'not handed on'}", file=file)
raise SystemExit("That is all.")
PYTHON
cd "$collection"
HOME="$folder/home" PATH="$folder/venv/bin:$PATH" PIP_INDEX_URL=http://127.0.0.1:9/simple \
    PIP_CERT="$folder/ca.pem" https_proxy=http://127.0.0.1:9 \
    ansible-test sanity --test yamllint --python default >"$folder/log" 2>&1 || true

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
HOME: handed on
PIP_INDEX_URL: not handed on
PIP_CERT: not handed on
https_proxy: not handed on
SEEN
