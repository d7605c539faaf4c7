#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: ansible-core 2.19.14, on Python 3.11 or later.
#: Expected: a collection's Python files are compiled once, as Python does with all that it imports: the
#:   first run leaves their bytecode in __pycache__, and later runs read it.
#: Happens: it is so for the plugins alone. What they import of the collection, such as plugin_utils,
#:   Ansible's loader of collections compiles from its source in each run, and leaves no bytecode; of
#:   bytecode that is there already, such as that of compileall, it reads none. What an action imports
#:   only while it runs is compiled for each host and task, since each has a process of its own.
#: Matters to: who writes a collection with much Python of its own: it is paid for at each start, and
#:   imports that are put off until they are needed, to start faster, cost more the more hosts there are.
#: Known: no report found.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check ansible-core==2.19.14 >pip.log 2>&1

# Python loads this at its start; it notes which of the files below are compiled.
mkdir noting
cat >noting/sitecustomize.py <<'PYTHON'
import os
import sys


def note(event, arguments):
    if event == "compile":
        name = os.path.basename(os.fsdecode(arguments[1] or ""))
        if name in ("at_start.py", "put_off.py"):
            with open(os.environ["COMPILED"], "a") as log:
                log.write(name + "\n")


sys.addaudithook(note)
PYTHON

one=collections/ansible_collections/example/one
mkdir -p "$one/plugins/action" "$one/plugins/plugin_utils" "$one/plugins/modules"
printf 'namespace: example\nname: one\nversion: 1.0.0\n' >"$one/galaxy.yml"
echo 'VALUE = 1' | tee "$one/plugins/plugin_utils/at_start.py" >"$one/plugins/plugin_utils/put_off.py"
echo '# The action does it.' >"$one/plugins/modules/both.py"
cat >"$one/plugins/action/both.py" <<'PYTHON'
from ansible.plugins.action import ActionBase

from ..plugin_utils import at_start


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        from ..plugin_utils import put_off

        return {"changed": False, "sum": at_start.VALUE + put_off.VALUE}
PYTHON
printf '%s ansible_connection=local\n' pc-1 pc-2 pc-3 >inventory
cat >play.yml <<'YAML'
- hosts: all
  gather_facts: false
  tasks:
    - example.one.both:
YAML

counted() {
    for name in at_start put_off; do
        printf '  %s.py compiled %s time(s)\n' "$name" "$(grep -c "^$name" "$COMPILED" || true)"
    done
    printf '  bytecode: %s\n' "$(cd "$one/plugins" && find . -name '*.pyc' -printf '%f ' | tr -s ' ' '\n' | cut -d. -f1 | sort | xargs)"
}
run() {
    export COMPILED=$folder/compiled-$1
    : >"$COMPILED"
    ANSIBLE_COLLECTIONS_PATH=$folder/collections ANSIBLE_LOCALHOST_WARNING=false PYTHONPATH=$folder/noting \
        venv/bin/ansible-playbook -i inventory play.yml >"log-$1" 2>&1
    grep -q 'pc-3 .*ok=1' "log-$1"
    echo "Ansible, three hosts, $2:"
    counted
}
{
    run 1 "first run"
    run 2 "second run"
    venv/bin/python -m compileall -q "$one"
    run 3 "with the bytecode of compileall"
    find "$one" -name '*.pyc' -delete
    for time in first second; do
        export COMPILED=$folder/compiled-by-python-$time
        : >"$COMPILED"
        PYTHONPATH=$folder/noting:$one/plugins venv/bin/python -c 'import plugin_utils.at_start'
        echo "Python itself, $time run:"
        counted
    done
} >seen

echo "Seen:"
cat seen
diff seen - <<'SEEN'
Ansible, three hosts, first run:
  at_start.py compiled 1 time(s)
  put_off.py compiled 3 time(s)
  bytecode: both
Ansible, three hosts, second run:
  at_start.py compiled 1 time(s)
  put_off.py compiled 3 time(s)
  bytecode: both
Ansible, three hosts, with the bytecode of compileall:
  at_start.py compiled 1 time(s)
  put_off.py compiled 3 time(s)
  bytecode: at_start both both put_off
Python itself, first run:
  at_start.py compiled 1 time(s)
  put_off.py compiled 0 time(s)
  bytecode: at_start
Python itself, second run:
  at_start.py compiled 0 time(s)
  put_off.py compiled 0 time(s)
  bytecode: at_start
SEEN
