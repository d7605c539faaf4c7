# SPDX-License-Identifier: GPL-3.0-or-later
"""Two and more hosts in one task: each is reached as the inventory says of it, whatever the others are
reached with, and nothing else is reached at all.

The action in `actions/read_hosts.py` is one of this collection in all but its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from integration.runs import CHECKOUT, Played, ad_hoc, play
from loopback import Network
from winsim.config import Access
from winsim.images import load
from winsim.inventory import Plugin, Transport, inventory
from winsim.request_log import RequestLog
from winsim.server import Host, Hosts

pytestmark = [pytest.mark.integration, pytest.mark.every_core]

ACTIONS = {"ANSIBLE_ACTION_PLUGINS": str(CHECKOUT / "tests" / "integration" / "actions")}
VAULT_PASSWORD = "opens the vault"
CLI_PASSWORD = "Cm5LpQ8wZ2 of the command line"
ODD = "Fj4XtY8qW1"
CLIENT_PASSWORD = "Bx3TfV6yK9 of the client"

_NETWORK = Network()


@dataclass(frozen=True)
class Pc:
    """How a PC is reached, and the only account that it has."""

    plugin: Plugin
    transport: Transport
    user: str
    password: str
    https: bool = False
    faults: tuple[str, ...] = ()


PCS = {
    "client": Pc("winrm", "ntlm", "client-user", CLIENT_PASSWORD),
    "templated": Pc("psrp", "ntlm", "templated-user", "Rw7JhN4cM1 {{ not a template }}"),
    "vaulted": Pc("winrm", "basic", "vaulted-user", "Gy2SdF9bX6", https=True),
    "grouped": Pc("psrp", "basic", "grouped-user", "Lk8VzC3nP5", https=True),
    "of-play": Pc("psrp", "ntlm", "user-of-of-play", "Tq6HmB1vR4"),
    "of-cli": Pc("winrm", "ntlm", "cli-user", CLI_PASSWORD),
    "of-cli-too": Pc("psrp", "ntlm", "cli-user", CLI_PASSWORD),
    "slow": Pc("winrm", "basic", "slow-user", "Dn9WkJ7xG2", faults=("slow=body",)),
}


class _Dumper(yaml.SafeDumper):
    pass


class Unsafe(str):
    """Text that Ansible must not take for a template."""


class Vaulted(str):
    """A value that stands encrypted in the inventory."""


def _encrypted(dumper: yaml.SafeDumper, text: Vaulted) -> yaml.Node:
    secrets = [("default", VaultSecret(VAULT_PASSWORD.encode()))]
    octets = VaultLib(secrets).encrypt(text.encode())
    return dumper.represent_scalar("!vault", octets.decode(), style="|")


_Dumper.add_representer(Vaulted, _encrypted)
_Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def variables(name: str, pc: Pc, host: Host) -> dict[str, Any]:
    """What the inventory says of a PC beside it; the rest of it stands elsewhere."""
    group = inventory([host], pc.transport, pc.plugin)["windows"]
    found: dict[str, Any] = {**group["vars"], **group["hosts"][name]}
    if name == "templated":
        found["ansible_password"] = "{{ passwords[inventory_hostname] }}"
    elif name == "vaulted":
        found["ansible_password"] = Vaulted(pc.password)
    elif name not in ("client", "slow"):
        del found["ansible_user"], found["ansible_password"]
    if name == "of-play":
        del found["ansible_connection"]
    elif name == "of-cli-too":
        found["ansible_connection"] = "ansible.builtin.psrp"
    return found


def odd_hosts(server: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Hosts that can't be reached, or should not be, with what is wrong with each."""
    known = {name: value for name, value in server.items() if name != "ansible_password"}
    return {
        "over-ssh": server | {"ansible_connection": "ssh"},
        "local": {"ansible_connection": "local"},
        "unset": {name: value for name, value in server.items() if name != "ansible_connection"},
        "nowhere": server | {"ansible_connection": "no.such.plugin"},
        "without-password": known,
        "undefined": known | {"ansible_password": "{{ nobody_has_set_this }}"},
        "broken": known | {"ansible_password": "{{ 'Fj4XtY8qW1' | nothing_of_this_name }}"},
        "quoted": known | {"ansible_password": "{{ 'Fj4XtY8qW1' | from_json }}"},
        "listed": known | {"ansible_password": [ODD]},
        "locked": known | {"ansible_password": Vaulted(ODD)},
        "odd-port": server | {"ansible_port": "many"},
        "wrong-password": known | {"ansible_password": ODD},
        "closed": server | {"ansible_port": 9},
        "a\u202ec{{ 7*7 }}": server | {"ansible_connection": "ssh"},
    }


@dataclass(frozen=True)
class Running:
    """PCs that run, and the folder of their inventory."""

    folder: Path
    hosts: dict[str, Hosts]

    def log(self, name: str) -> RequestLog:
        return self.hosts[name].log

    def forget(self) -> None:
        for each in self.hosts.values():
            each.log.clear()

    def read(
        self,
        *tasks: dict[str, Any],
        options: tuple[str, ...] = (),
        vault: bool = True,
        **of_play: Any,
    ) -> Played:
        """Run tasks on the client: `read_hosts`, where just its arguments are given."""
        passwords = {name: Unsafe(pc.password) for name, pc in PCS.items()}
        passwords["alias"] = passwords["templated"]
        book = {
            "hosts": "client",
            "gather_facts": False,
            "ignore_errors": True,
            "vars": {"passwords": passwords},
            "tasks": [{"read_hosts": each} if "others" in each else each for each in tasks],
        }
        text = yaml.dump([book | of_play], Dumper=_Dumper, allow_unicode=True, width=10_000)
        opened = ("--vault-password-file", str(self.folder / "vault.password")) if vault else ()
        return play(text, self.folder, *opened, *options, environment=ACTIONS)


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("others")
    running, known = {}, {}
    with ExitStack() as stack:
        for name, pc in PCS.items():
            machine = load("win11-ja").boot(name, _NETWORK.next(), {pc.user: pc.password})
            machine.computer_name = name.upper()
            access = Access(
                pc.transport == "basic", pc.transport == "ntlm", pc.transport == "basic"
            )
            running[name] = stack.enter_context(
                Hosts([machine], https=pc.https, access=access, faults=pc.faults)
            )
            known[name] = variables(name, pc, running[name][name])
        odd = odd_hosts(known["of-cli"] | {"ansible_user": "cli-user", "ansible_password": "x"})
        groups = {
            "windows": {"hosts": known | {"alias": known["templated"]}},
            "servers": {"hosts": {"grouped": {}}},
            "odd": {"hosts": odd},
        }
        content = yaml.dump(groups, Dumper=_Dumper, allow_unicode=True)
        (folder / "inventory.yml").write_text(content, "utf-8")
        (folder / "vault.password").write_text(VAULT_PASSWORD)
        (folder / "cli.password").write_text(CLI_PASSWORD)
        (folder / "group_vars").mkdir()
        grouped = {
            "ansible_user": PCS["grouped"].user,
            "ansible_password": Vaulted(PCS["grouped"].password),
        }
        (folder / "group_vars" / "servers.yml").write_text(yaml.dump(grouped, Dumper=_Dumper))
        yield Running(folder, running)


def cli(pcs: Running) -> tuple[str, ...]:
    password = str(pcs.folder / "cli.password")
    return ("-u", "cli-user", "--connection-password-file", password)


def secrets() -> list[str]:
    return [pc.password for pc in PCS.values()] + [VAULT_PASSWORD, ODD]


@pytest.mark.parametrize("at_once", [False, True], ids=["in turn", "at once"])
def test_each_is_reached_as_the_inventory_says_of_it(pcs: Running, at_once: bool) -> None:
    """Those outside of the limit too, one PC by both of its names, and the task's own."""
    pcs.forget()
    others = ["templated", "vaulted", "grouped", "of-cli", "of-cli-too", "alias", "client"]
    task = {"others": others, "at_once": at_once}
    done = pcs.read(task, options=(*cli(pcs), "-vvvv", "--limit", "client"))
    (result,) = (each["result"] for each in done.results)
    assert result["status"] == "ok", result
    assert set(result["own"]) == {"CLIENT"}
    for name in others:
        pc = PCS["templated" if name == "alias" else name]
        (host,) = pcs.hosts["templated" if name == "alias" else name]
        assert result["seen"][name] == [host.machine.computer_name, host.url]
        assert {each.user for each in pcs.log(name=host.name).entries()} <= {pc.user, ""}
        actions = pcs.log(host.name).actions()
        # The shell in which a program has run is closed.
        assert actions.count("Create") == actions.count("Delete") > 0
    assert [each for each in secrets() if each in done.text] == []


def test_ad_hoc_with_all_that_ansible_can_print(pcs: Running) -> None:
    vault = ("--vault-password-file", str(pcs.folder / "vault.password"))
    done = ad_hoc(
        pcs.folder / "inventory.yml", "read_hosts", {"others": ["vaulted", "grouped", "of-cli"]},
        pcs.folder, *vault, *cli(pcs), "-vvvvv", hosts="client",
        environment=ACTIONS | {"ANSIBLE_DEBUG": "1"},
    )  # fmt: skip
    seen = done.results["client"]["seen"]
    assert [each for each, _url in seen.values()] == ["VAULTED", "GROUPED", "OF-CLI"]
    assert "ESTABLISH WINRM CONNECTION FOR USER: vaulted-user" in done.text
    assert [each for each in secrets() if each in done.text] == []


PLACES = {
    "connection": "{{ 'psrp' if inventory_hostname == 'of-play' else 'winrm' }}",
    "remote_user": "{{ 'user-of-' ~ inventory_hostname }}",
}


def test_what_a_play_says_holds_for_each_host_by_its_own_variables(pcs: Running) -> None:
    """In the play, in a block and in the task itself, also for each item of a loop."""
    pcs.forget()
    passwords = {name: Unsafe(pc.password) for name, pc in PCS.items()}
    of_play = {"passwords": passwords, "ansible_password": "{{ passwords[inventory_hostname] }}"}
    arguments = {"others": ["of-play"]}
    block = {"block": [{"read_hosts": arguments}], **PLACES}
    nobody = {"remote_user": "nobody", "connection": "local"}
    results = []
    for play_says, tasks in (
        (PLACES, [{"read_hosts": {"others": ["{{ item }}"]}, "loop": ["of-play", "templated"]}]),
        (nobody, [block, {"read_hosts": arguments, **PLACES}]),
    ):
        done = pcs.read(vars=of_play, tasks=tasks, **play_says)
        results += [each["result"] for each in done.results]
    seen = [each["seen"] for each in results[0]["results"]]
    assert [*seen[0], *seen[1]] == ["of-play", "templated"]
    for result in results[1:]:
        assert result["status"] == "ok", result
        assert result["seen"]["of-play"][0] == "OF-PLAY"
    users = {each.user for each in pcs.log("of-play").entries()}
    assert users <= {"user-of-of-play", ""}


def test_a_delegated_task_goes_to_both(pcs: Running) -> None:
    done = pcs.read({"read_hosts": {"others": ["client"]}, "delegate_to": "vaulted"})
    (result,) = (each["result"] for each in done.results)
    assert result["status"] == "ok", result
    assert (result["own"], result["seen"]["client"][0]) == (["VAULTED"] * 2, "CLIENT")


REFUSED = {
    "windows": ("is a group of the inventory", ""),
    "all": ("is a group", ""),
    "templ*": ("'templ*' is not the name of a host in the inventory, so nothing is sent", ""),
    "client,templated": ("is not the name of a host", ""),
    "Templated": ("'Templated' is not the name", ""),
    "127.0.0.1": ("'127.0.0.1' is not the name", ""),
    "localhost": ("'localhost' is not the name", ""),
    "": ("'' is not the name", ""),
    "over-ssh": ("on over-ssh: ", "connection 'ssh' can't carry it. Set ansible_connection: winrm"),
    "local": ("on local: ", "connection 'local'"),
    "unset": ("on unset: ", "connection 'ssh'"),
    "nowhere": ("on nowhere: ", "connection 'no.such.plugin'"),
    "without-password": ("on without-password (127.", "ansible_password is missing"),
    "undefined": ("on undefined: ", "ansible_password of this host can't be resolved ('nobody_has"),
    "broken": ("on broken: ", "ansible_password of this host can't be resolved; correct it"),
    "quoted": ("on quoted: ", "ansible_password of this host can't be resolved; correct it"),
    "listed": ("on listed: ", "ansible_password of this host can't be resolved; correct it"),
    "locked": ("on locked: ", "no vault secrets found"),
    "odd-port": ("on odd-port: ", "The variables of this host can't be used (Config 'port'"),
    "a\u202ec{{ 7*7 }}": ("on a\\u202ec{{ 7*7 }}: ", "connection 'ssh'"),
}


def test_what_can_not_be_reached_is_refused_before_anything_is_sent(pcs: Running) -> None:
    pcs.forget()
    # A name with braces is no template where it comes from.

    tasks = [{"others": [Unsafe(name)]} for name in REFUSED]
    done = pcs.read(*tasks, options=("-vvvv",), vault=False)
    for (name, words), each in zip(REFUSED.items(), done.results, strict=True):
        result = each["result"]
        assert result["status"] == "failed", (name, result)
        assert all(part in result["msg"] for part in words), (name, result["msg"])
    assert [name for name in PCS if pcs.log(name).entries()] == []
    assert [each for each in secrets() if each in done.text] == []


def test_the_task_of_a_host_goes_on_without_another_one(pcs: Running) -> None:
    """The host of the task is not to blame, so it stays in the play."""
    pcs.forget()
    done = pcs.read(
        {"others": ["closed"]}, {"others": ["wrong-password"]}, {"others": ["templated", "closed"]},
        {"others": ["templated"]}, options=(*cli(pcs), "-vvv"),
    )  # fmt: skip
    closed, wrong, second, last = (each["result"] for each in done.results)
    assert [each["status"] for each in (closed, wrong, second, last)] == ["failed"] * 3 + ["ok"]
    for result in (closed, second):
        assert "on closed (http://127." in result["msg"]
        assert "connection was refused" in result["msg"]
    assert "on wrong-password (http" in wrong["msg"]
    assert "credentials were rejected" in wrong["msg"]
    assert [each for each in secrets() if each in done.text] == []


def test_both_end_with_the_time_of_the_task(pcs: Running) -> None:
    pcs.forget()
    tasks = [
        {"read_hosts": {"others": ["slow"]}, "timeout": 4},
        {"read_hosts": {"others": ["templated"], "rest": 60}, "timeout": 4},
    ]
    done = pcs.read(*tasks)
    for each in done.results:
        assert each["result"]["status"] == "failed"
        assert "timed out" in each["result"]["msg"].lower()
    assert pcs.log("client").actions().count("Create") == 2


def test_errors_are_told_in_japanese_too(pcs: Running) -> None:
    done = pcs.read(
        {"others": ["templ*"], "language": "ja"}, {"others": ["over-ssh"], "language": "ja"}
    )
    told = [each["result"]["msg"] for each in done.results]
    assert "という名前のホストはインベントリーにない" in told[0]
    assert told[1].startswith("over-ssh の WinRM に接続できませんでした")
