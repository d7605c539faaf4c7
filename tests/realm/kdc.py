# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kerberos realm for tests: Debian's KDC of MIT on a loopback address, with a folder of its own.

Nothing of the machine's own Kerberos is read or changed: what finds the realm does so by the
variables of `Realm.variables`.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import TracebackType

from ansible.release import __version__ as ansible_version
from packaging.version import Version

#: Where Debian has what a realm needs. The first two are for root elsewhere, not here.
KDC, DATABASE, ADMIN = "/usr/sbin/krb5kdc", "/usr/sbin/kdb5_util", "/usr/sbin/kadmin.local"
KINIT = "/usr/bin/kinit"

NAME = "CORP.TEST"
DOMAIN = "corp.test"
#: Above those that only root may use. No other listener has the address.
PORT = 10_088

#: What each connection asks for a ticket to, by default.
SERVICES = {
    "winrm": "HTTP",
    "psrp": "host" if Version(ansible_version) >= Version("2.21") else "WSMAN",
}

_CLIENT = """\
[libdefaults]
    default_realm = {name}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
    default_ccache_name = FILE:{folder}/default
[realms]
    {name} = {{
        kdc = {address}:{port}
    }}
[domain_realm]
    .{domain} = {name}
"""
_SERVER = """\
[kdcdefaults]
    kdc_listen = {address}:{port}
    kdc_tcp_listen = {address}:{port}
[realms]
    {name} = {{
        database_name = {folder}/principal
        key_stash_file = {folder}/stash
        acl_file = {folder}/acl
        default_principal_flags = +preauth
        supported_enctypes = aes256-cts-hmac-sha1-96:normal
        master_key_type = aes256-cts-hmac-sha1-96
    }}
[logging]
    kdc = FILE:{folder}/kdc.log
"""


class Realm:
    """A realm, with a KDC that runs until the block of a ``with`` ends.

    :param folder: an empty one
    :param address: a loopback address that nothing else listens on
    """

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._kdc: subprocess.Popen[str] | None = None
        named = {"folder": folder, "address": address, "port": PORT}
        named |= {"name": NAME, "domain": DOMAIN}
        (folder / "krb5.conf").write_text(_CLIENT.format(**named))
        (folder / "kdc.conf").write_text(_SERVER.format(**named))
        self._run(DATABASE, "create", "-s", "-r", NAME, "-P", "of this folder alone")

    def __enter__(self) -> Realm:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def settings(self) -> Path:
        """The krb5.conf of clients."""
        return self._folder / "krb5.conf"

    @property
    def keytab(self) -> Path:
        """The keys of all services."""
        return self._folder / "keytab"

    @property
    def variables(self) -> dict[str, str]:
        """Where clients and services of the realm find it, and their keys. A service keeps no file
        of the tickets that it has seen: the tests are no replays of one another."""
        return {
            "KRB5_CONFIG": str(self.settings),
            "KRB5_KTNAME": f"FILE:{self.keytab}",
            "KRB5RCACHENAME": "none:",
        }

    def noted(self) -> list[str]:
        """The lines in which the KDC has noted what it was asked."""
        log = self._folder / "kdc.log"
        return log.read_text().splitlines() if log.exists() else []

    def start(self) -> None:
        """Returns when the KDC listens."""
        command = [KDC, "-n", "-r", NAME]
        self._kdc = subprocess.Popen(
            command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._kdc.stdout is not None
        for line in self._kdc.stdout:
            if "starting..." in line:
                return
        log = self._folder / "kdc.log"
        raise OSError(f"the KDC does not start: {log.read_text() if log.exists() else ''}")

    def stop(self) -> None:
        """End the KDC, as if its machine were off. It may be started again."""
        if self._kdc is not None:
            self._kdc.terminate()
            self._kdc.communicate()
            self._kdc = None

    def add_user(self, name: str, password: str, *options: str) -> None:
        """Add an account.

        :param options: of kadmin's ``addprinc``, such as ``-allow_tix``
        """
        self._administer("addprinc", *options, "-pw", password, name)

    def add_service(self, *names: str, key_known: bool = True) -> None:
        """Add services, such as ``HTTP/win-1.corp.test``.

        :param key_known: whether the key of the realm is that of the keytab too
        """
        for name in names:
            self._administer("addprinc", "-randkey", name)
            self._administer("ktadd", "-k", str(self.keytab), name)
            if not key_known:
                # The number of the key stays, so that it is another key of the same number.
                self._administer("delprinc", "-force", name)
                self._administer("addprinc", "-randkey", name)
                self._administer("cpw", "-randkey", name)

    def ticket(self, name: str, password: str, path: Path) -> str:
        """Have ``kinit`` write the ticket of an account to a file, as a user does.

        :returns: the value of KRB5CCNAME for it
        """
        where = f"FILE:{path}"
        self._run(KINIT, "-c", where, f"{name}@{NAME}", typed=f"{password}\n")
        return where

    def _administer(self, *words: str) -> None:
        self._run(ADMIN, "-r", NAME, *words)

    @property
    def _environment(self) -> dict[str, str]:
        server = {"KRB5_KDC_PROFILE": str(self._folder / "kdc.conf"), "LC_ALL": "C"}
        return {**os.environ, **self.variables, **server}

    def _run(self, *command: str, typed: str = "") -> None:
        done = subprocess.run(
            command,
            env=self._environment,
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,  # or it would read a password from the terminal
        )
        if done.returncode:
            raise OSError(f"{command[0]} ended with {done.returncode}: {done.stdout}")
