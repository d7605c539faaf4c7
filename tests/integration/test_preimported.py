# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of Ansible that comes from a process which has imported it is as one that a user starts."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from integration.preimported import MOST_LIBRARIES, OF_A_RUN, Libraries, Starter
from integration.pseudo_terminal import on_a_terminal
from integration.remembered_templates import Remembered
from integration.runs import CHECKOUT, program, results_in, results_to, start

pytestmark = pytest.mark.integration

PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.debug: {msg: "{{ lookup('pipe', command) }}"}
      vars: {command: "pwd; env | sort | sha256sum"}
    - ansible.builtin.debug: {msg: "{{ ansible_config_file }} {{ ansible_version }} {{ of_host }}"}
    - ansible.builtin.copy: {content: "{{ 6 * 7 }}", dest: "{{ dest }}", mode: "0600"}
      delegate_to: localhost
      vars: {ansible_connection: local}
      when: not ansible_check_mode
    - portkeeper.windows.port_facts: {ports: 80}
      ignore_unreachable: true
    - port_firewall: {nmae: x}
      ignore_errors: true
    - ansible.builtin.debug: {msg: "{{ 6 * }}"}
      ignore_errors: true
    - ansible.builtin.debug: {msg: "{{ ports | portkeeper.windows.value_mistakes }}"}
      ignore_errors: true
    - ansible.builtin.fail: {msg: "{{ missing }}"}
"""
# Nothing listens at port 9. Since ansible-core 2.22, a password is masked wherever it stands, however
# short it is.
HOST = (
    "ansible_connection=winrm ansible_host=127.0.0.1 ansible_port=9 ansible_user=a "
    "ansible_password=a-word-that-is-nowhere-else ansible_winrm_transport=ntlm"
)
# Variables that a process need not have known when it imported Ansible.
OPTIONS = {
    "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
    "PORTKEEPER_LANGUAGE": "ja",
    "PORTKEEPER_TABLE_IN_PLAYBOOKS": "1",
}
#: Each with such variables.
COMMANDS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "a playbook": (("ansible-playbook", "-vvv", "--check", "--diff", "play.yml"), {}),
    "the same in earnest": (("ansible-playbook", "play.yml"), OPTIONS),
    "wrong arguments": (("ansible", "--no-such-option"), {}),
}


def text_of(run: tuple[int, str] | None) -> str:
    """What a run has printed."""
    assert run is not None
    return run[1]


def steady(text: str) -> list[str]:
    """The lines without ids of processes and times."""
    text = re.sub(r"ansible-(local|tmp)-[\w.-]+", "FOLDER", text)
    text = re.sub(r"\btmp[a-z0-9_]{8}\b|(?<=')\.[a-z0-9_]{8}(?=')", "FILE", text)
    text = re.sub(r"\d+:\d\d:\d\d\.\d+|\d+\.\d{3,}", "TIME", text)
    return text.splitlines()


@pytest.mark.every_core
def test_temporary_files_are_where_ansible_has_them(tmp_path: Path) -> None:
    """The default is a template, and a folder of that name would be one of the checkout."""
    folder = tmp_path / "folder"
    folder.mkdir()
    settings = tmp_path / "ansible.cfg"
    settings.write_text("[defaults]\n", "utf-8")
    environment = os.environ | {"ANSIBLE_HOME": str(tmp_path / "home")}
    environment |= {"ANSIBLE_CONFIG": str(settings)}
    environment.pop("ANSIBLE_LOCAL_TEMP", None)
    libraries = Libraries(environment)
    try:
        forked = libraries.with_ansible(folder, environment)
        told = "-a", "msg={{ lookup('ansible.builtin.config', 'DEFAULT_LOCAL_TMP') }}"
        command = [program("ansible"), "localhost", "-m", "ansible.builtin.debug", *told]
        code, text = forked.run(command, folder, environment)
    finally:
        libraries.close()
    assert code == 0, text
    assert str(tmp_path / "home" / "tmp") in text
    assert list(folder.iterdir()) == []


@pytest.mark.every_core
def test_all_are_alike(tmp_path: Path) -> None:
    (tmp_path / "play.yml").write_text(PLAY, "utf-8")
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars" / "pc-01.yml").write_text("of_host: its own", "utf-8")
    (tmp_path / "hosts").write_text(f"pc-01 {HOST} dest={tmp_path}/x\n", "utf-8")
    results = tmp_path / "results.jsonl"
    temporary = tmp_path / "temporary"
    settings = {
        "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_INVENTORY": str(tmp_path / "hosts"),
        "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".dev"),
        "ANSIBLE_LOCAL_TEMP": str(temporary),
    }
    environment = os.environ | settings | results_to(results)
    libraries = Libraries(os.environ)
    codes = []
    try:
        forked = libraries.with_ansible(tmp_path, environment)
        # The second time it knows the templates.
        ways = (start, forked.run, forked.run)
        for name, ((first, *rest), options) in COMMANDS.items():
            command = [program(first), *rest]
            found = []
            for way in ways:
                results.unlink(missing_ok=True)
                (tmp_path / "x").unlink(missing_ok=True)
                code, text = way(command, tmp_path, environment | options)
                found.append((code, steady(text), steady(str(results_in(results)))))
            assert found[1] == found[0], name
            assert found[2] == found[0], name
            assert ("its own" in text) == (first == "ansible-playbook"), text
            # Japanese, and as YAML.
            assert (bool(re.search("[ぁ-ん]", text)), "\n    msg: " in text) == (
                (bool(options),) * 2
            ), text
            codes.append(found[0][0])
    finally:
        libraries.close()
    assert codes == [2, 2, 2]
    # Each has removed what it has made, and so has the process that they came from.
    assert list(temporary.iterdir()) == []


def test_all_are_alike_on_a_terminal(tmp_path: Path) -> None:
    """Headings are as long as it is wide, and there are colours."""
    asked = [{"ansible.builtin.debug": {"msg": "業務"}}, {"port_firewall": {"nmae": "x"}}]
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": asked}]
    (tmp_path / "play.yml").write_text(json.dumps(plays), "utf-8")
    command = ("ansible-playbook", "-i", "localhost,", "play.yml")
    settings = {"ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".dev")}
    found = {
        (columns, started): on_a_terminal(
            *command, columns=columns, folder=tmp_path, environment=settings, started=started
        )
        # The first one that may fork is started if no other run was before it.
        for columns, started in ((120, False), (93, False), (93, True))
    }
    for (columns, _started), (code, text) in found.items():
        assert code == 2, text
        (heading,) = re.findall(r"^PLAY \[.*(?=\r$)", text, re.M)
        assert len(heading) == columns, text
        assert "\x1b[0;31m" in text
    assert steady(found[93, False][1]) == steady(found[93, True][1])


def test_the_first_run_is_started_and_what_libraries_may_look_at_has_its_own(
    tmp_path: Path,
) -> None:
    settings = tmp_path / "ansible.cfg"
    settings.write_text("[defaults]\n", "utf-8")
    environment = os.environ | {"ANSIBLE_CONFIG": str(settings)}
    command = [program("ansible"), "--version"]
    starter = Starter()
    try:
        assert starter.fork(command, tmp_path, environment) is None
        started = start(command, tmp_path, environment)
        for other in ({}, dict.fromkeys(OF_A_RUN, "other")):
            assert starter.fork(command, tmp_path, environment | other) == started
        # More than there are processes with libraries at a time: the first one's has ended then.
        homes = [tmp_path / str(number) for number in range(MOST_LIBRARIES)]
        for home in homes:
            elsewhere = environment | {"HOME": str(home), "LIBRARIES_OF": str(home)}
            found = text_of(starter.fork(command, tmp_path, elsewhere))
            assert f"'{home}/.ansible/plugins/modules'" in found
        assert starter.fork(command, tmp_path, environment) == started
        assert starter.fork([program("ansible-doc"), "--version"], tmp_path, environment) is None
    finally:
        starter.close()


def test_what_ansible_looks_at_is_imported_anew(tmp_path: Path) -> None:
    """Settings of a file, the environment and the folder: for the first run with them, and the next."""
    settings = tmp_path / "ansible.cfg"
    environment = os.environ | {"ANSIBLE_CONFIG": "ansible.cfg"}
    asked = "-a", "msg={{ lookup('ansible.builtin.config', 'DEFAULT_FORKS') }}"
    command = [program("ansible"), "localhost", "-m", "ansible.builtin.debug", *asked]
    starter = Starter()
    try:
        assert starter.fork(command, CHECKOUT, environment) is None
        # Twice with the first, for which Ansible is imported once.
        for forks in ("6", "6", "7"):
            settings.write_text(f"[defaults]\nforks = {forks}\n", "utf-8")
            found = starter.fork(command, tmp_path, environment)
            assert f'"msg": {forks}' in text_of(found)
        found = starter.fork(command, tmp_path, environment | {"ANSIBLE_FORKS": "8"})
        assert '"msg": 8' in text_of(found)
    finally:
        starter.close()


def test_what_one_process_has_compiled_another_knows() -> None:
    remembered = Remembered()
    for number in range(3):
        assert remembered.get(f"of {number}") is None
        child = os.fork()
        if child == 0:
            known = all(remembered.get(f"of {each}") for each in range(number))
            remembered.put(f"of {number}", compile(f"found = {number}", "<template>", "exec"))
            os._exit(0 if known else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        code = remembered.get(f"of {number}")
        assert code is not None
        names: dict[str, int] = {}
        exec(code, names)
        assert names["found"] == number
