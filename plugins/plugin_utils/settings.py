# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks what a user has set for the connection of a host, before it is used.

With a wrong setting, the libraries below report whatever happens to break, some of them only after
they have begun to talk to the host. Here each mistake has its sentence, which names the variable to
change. None of them contains the value of a password, or a URL that may contain one.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import itertools
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from ..module_utils.words.phrases import Joined, Phrase
from .controller import pem_files
from .controller.setting_error import SettingError

# The additional packages that a way of authentication needs, and their names for pip.
_KERBEROS = {"winrm": ("kerberos", "pywinrm[kerberos]"), "psrp": ("gssapi", "pypsrp[kerberos]")}
_CREDSSP = {"winrm": "pywinrm[credssp]", "psrp": "pypsrp[credssp]"}
_LIBRARIES = {"winrm": ("winrm", "pywinrm"), "psrp": ("pypsrp", "pypsrp")}
_PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
# Credentials that HTTP transmits as they are, in the only encoding that requests uses.
_BASIC = frozenset({"basic", "plaintext", "ssl"})
# Those whose keys encrypt messages. pypsrp itself reports conflicting settings.
_SEALING = frozenset({"credssp", "kerberos", "ntlm"})
_ENCRYPTION = "ansible_winrm_message_encryption"
_CERTIFICATE = ("ansible_winrm_cert_pem", "ansible_winrm_cert_key_pem")
_WITHOUT_PASSWORD = frozenset({"kerberos", "negotiate", "certificate"})
_KNOWN = {
    "winrm": ("basic", "certificate", "credssp", "kerberos", "ntlm", "plaintext", "ssl"),
    "psrp": ("basic", "certificate", "credssp", "kerberos", "negotiate", "ntlm"),
}


@dataclass(frozen=True)
class Settings:
    """The settings of one host.

    Attributes:
        kind: winrm or psrp.
        ways: the ways of authentication, in the order in which they are tried.
        tls: whether the connection is HTTPS.
        timeouts: seconds, by the name of the variable.
        longer: pairs of variables in `timeouts`, of which the second has to be the longer.
        files: paths of the certificate, its key, and the authority, by the name of the variable.
        choices: variables that take one of a few words: the set value, and the words.
        path: that of the URL.
    """

    kind: str
    host: str
    port: int | None = None
    ways: tuple[str, ...] = ()
    tls: bool = False
    user: str | None = None
    password: str | None = None
    proxy: str | None = None
    timeouts: Mapping[str, Any] = field(default_factory=dict)
    longer: tuple[tuple[str, str], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    path: str = ""

    @property
    def way_variable(self) -> str:
        return "ansible_winrm_transport" if self.kind == "winrm" else "ansible_psrp_auth"


def check(connection: Any) -> None:
    """Check the settings of a connection of Ansible; one that is neither winrm nor psrp passes.

    Raises:
        SettingError: nothing can be sent with them. The phrase says why, and what to change.
    """
    if str(getattr(connection, "transport", "")) in _READERS:
        for problem in problems(read(connection)):
            raise problem


def read(connection: Any) -> Settings:
    """The settings of a connection of Ansible that is winrm or psrp."""
    return _READERS[str(connection.transport)](connection)


def problem_of_way(connection: Any, way: str) -> SettingError | None:
    """Why a connection of Ansible can't use one of its several ways of authentication, if its
    settings say so."""
    found = read(connection)
    if way == "ssl" and not found.files.keys().isdisjoint(_CERTIFICATE):
        way = "certificate"
    found = replace(found, ways=(way,))
    wrong = (_library_problems(found), _credential_problems(found), _file_problems(found))
    return next(itertools.chain.from_iterable(wrong), None)


def is_basic(way: str) -> bool:
    """Whether a way of authentication sends user and password as they are."""
    return way in _BASIC


def problems(settings: Settings) -> Iterator[SettingError]:
    """The problems of settings, the most obvious first. Each is a sentence or two."""
    yield from _library_problems(settings)
    yield from _address_problems(settings)
    yield from _time_problems(settings)
    for variable, (value, words) in settings.choices.items():
        if value not in words:
            yield _unknown(variable, value, words)
    yield from _credential_problems(settings)
    yield from _proxy_problems(settings)
    yield from _file_problems(settings)


# -- what Ansible's connections have ---------------------------------------------------------------


def _of_winrm(connection: Any) -> Settings:
    extras: Mapping[str, Any] = connection.get_option("_extras") or {}
    port = connection.get_option("port")
    user = _text(connection.get_option("remote_user"))
    tls = str(connection.get_option("scheme") or ("http" if port == 5985 else "https")) == "https"
    files = {name: str(extras[name]) for name in _CERTIFICATE if extras.get(name)}
    given = connection.get_option("transport")
    if given is not None and list(given)[:1] != [None]:
        ways = tuple(str(each or "") for each in given) or ("",)
    else:  # as the connection itself decides
        ways = ("kerberos",) if user and "@" in user else ("ssl" if tls else "plaintext",)
    if ways == ("ssl",) and files:
        ways = ("certificate",)
    validation = extras.get("ansible_winrm_server_cert_validation", "validate")
    trusted = extras.get("ansible_winrm_ca_trust_path")
    if trusted and validation != "ignore" and trusted != "legacy_requests":
        files["ansible_winrm_ca_trust_path"] = str(trusted)
    elif validation != "ignore":
        files |= _authority_of_environment()
    timeouts = {
        "ansible_winrm_operation_timeout_sec": 20,
        "ansible_winrm_read_timeout_sec": 30,
    }
    both = connection.get_option("connection_timeout")
    timeouts = (
        {"ansible_winrm_connection_timeout": both}
        if both
        else {name: extras.get(name, default) for name, default in timeouts.items()}
    )
    return Settings(
        kind="winrm",
        host=str(connection.get_option("remote_addr") or ""),
        port=port,
        path=str(connection.get_option("path") or ""),
        ways=ways,
        tls=tls,
        user=user,
        password=_text(connection.get_option("remote_password")),
        proxy=_text(extras.get("ansible_winrm_proxy")),
        timeouts=timeouts,
        longer=()
        if both
        else (("ansible_winrm_operation_timeout_sec", "ansible_winrm_read_timeout_sec"),),
        files=files,
        choices={
            "ansible_winrm_server_cert_validation": (str(validation), ("validate", "ignore")),
            _ENCRYPTION: (
                str(extras.get(_ENCRYPTION, "auto")),
                ("auto", "always", "never"),
            ),
        },
    )


def _of_psrp(connection: Any) -> Settings:
    option = connection.get_option
    port, protocol = option("port"), option("protocol")
    way = str(option("auth"))
    tls = (protocol or ("http" if port == 5985 else "https")) == "https"
    files = {}
    if way == "certificate":
        for name in ("certificate_pem", "certificate_key_pem"):
            files[f"ansible_psrp_{name}"] = str(option(name) or "")
    if option("ca_cert") and option("cert_validation") != "ignore":
        files["ansible_psrp_ca_cert"] = str(option("ca_cert"))
    elif option("cert_validation") != "ignore":
        files |= _authority_of_environment()
    return Settings(
        kind="psrp",
        host=str(option("remote_addr") or ""),
        port=port,
        path=f"/{option('path') or ''}",
        ways=(way,),
        tls=tls,
        user=_text(option("remote_user")),
        password=_text(option("remote_password")),
        proxy=_text(option("proxy")),
        timeouts={
            f"ansible_psrp_{name}": option(name)
            for name in ("connection_timeout", "read_timeout", "operation_timeout")
        },
        files=files,
    )


def _authority_of_environment() -> dict[str, str]:
    """The authorities that requests takes from the environment, as it does."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if path := os.environ.get(variable):
            return {variable: path}
    return {}


_READERS = {"winrm": _of_winrm, "psrp": _of_psrp}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


# -- what can be wrong -----------------------------------------------------------------------------


def _library_problems(settings: Settings) -> Iterator[SettingError]:
    module, package = _LIBRARIES[settings.kind]
    if not _is_there(module):
        yield SettingError("setting.package_missing", package=package)
    known = _KNOWN[settings.kind]
    for way in settings.ways:
        if way not in known:
            yield _unknown(settings.way_variable, way, known)
    # If there are several ways, one whose package is missing is skipped.
    if settings.ways == ("kerberos",):
        module, package = _KERBEROS[settings.kind]
        if not _is_there(module):
            yield _unsupported(settings, "Kerberos", package)
    if settings.ways == ("credssp",) and not _is_there("requests_credssp"):
        yield _unsupported(settings, "CredSSP", _CREDSSP[settings.kind])


def _is_there(module: str) -> bool:
    if module in sys.modules:
        return sys.modules[module] is not None
    return importlib.util.find_spec(module) is not None


def _unknown(variable: str, value: str, known: tuple[str, ...]) -> SettingError:
    first = Joined(known[:-1], "list.separator")
    either = Phrase("list.either", {"words": first, "last": known[-1]})
    return SettingError("setting.unknown", variable=variable, value=value, known=either)


def _unsupported(settings: Settings, way: str, package: str) -> SettingError:
    return SettingError(
        "setting.way_package_missing", way=way, package=package, variable=settings.way_variable
    )


def _address_problems(settings: Settings) -> Iterator[SettingError]:
    host = settings.host
    in_brackets = host.startswith("[") and host.endswith("]")
    if in_brackets and _is_address(host[1:-1]) and ":" in host:
        host = host[1:-1]
    if not host.strip("[]"):
        yield SettingError("setting.no_host")
    elif not _is_address(host):
        odd = next((each for each in host if each.isspace() or each in "/\\@?#[]:"), None)
        try:
            host.encode("idna")
        except UnicodeError:
            odd = odd or host[:1]
        if odd or not host.isprintable():
            yield SettingError("setting.host", host=settings.host)
    if "//" in settings.path:
        yield SettingError(
            "setting.path",
            variable=f"ansible_{settings.kind}_path",
            path=settings.path.removeprefix("/" if settings.kind == "psrp" else ""),
            right=_without_doubles(settings),
        )
    if settings.port is not None and not 0 < settings.port < 65536:
        yield SettingError("setting.port", port=settings.port)


def _without_doubles(settings: Settings) -> str:
    """The path as its variable has it, with single slashes. psrp adds the first one itself."""
    right = re.sub("//+", "/", settings.path)
    return right.removeprefix("/") if settings.kind == "psrp" else right


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def seconds_of(value: Any) -> int | None:
    """The value of a variable for a time, in whole seconds; None if it is no time."""
    text = str(value).strip()
    if text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 7:
        return int(text)
    return None


def _time_problems(settings: Settings) -> Iterator[SettingError]:
    seconds = {}
    for variable, value in settings.timeouts.items():
        found = seconds_of(value)
        if found is None:
            yield SettingError("setting.time", variable=variable, value=str(value).strip())
        else:
            seconds[variable] = found
    for shorter, longer in settings.longer:
        if shorter in seconds and longer in seconds and seconds[shorter] >= seconds[longer]:
            yield SettingError(
                "setting.times",
                shorter=shorter,
                less=seconds[shorter],
                longer=longer,
                more=seconds[longer],
            )


def _credential_problems(settings: Settings) -> Iterator[SettingError]:
    given = {"ansible_user": settings.user, "ansible_password": settings.password}
    for variable, value in given.items():
        if value is not None and not _encodable(value, "utf-8"):
            yield SettingError("setting.no_text", variable=variable)
    if (
        settings.choices.get(_ENCRYPTION, ("",))[0] == "always"
        and settings.ways
        and not _SEALING.intersection(settings.ways)
    ):
        yield SettingError(
            "setting.no_keys", encryption=_ENCRYPTION, variable=settings.way_variable
        )
    # If there are several ways, the next one is tried.
    if len(settings.ways) != 1:
        return
    (way,) = settings.ways
    if way == "negotiate" and not _is_there(_KERBEROS["psrp"][0]):
        way = "ntlm"  # all that it can come to
    needed = () if way in _WITHOUT_PASSWORD else tuple(given)
    if way == "kerberos" and settings.password:
        needed = ("ansible_user",)  # the password is for the ticket of this user
    for variable in needed:
        value = given[variable]
        if value is None or (variable == "ansible_user" and not value):
            yield SettingError("setting.credential_missing", variable=variable, way=way)
    if way in _BASIC:
        for variable, value in given.items():
            if value is not None and not _encodable(value, "latin-1"):
                yield SettingError(
                    "setting.not_for_basic", variable=variable, way_variable=settings.way_variable
                )
        if settings.user and ":" in settings.user:
            yield SettingError("setting.colon", way_variable=settings.way_variable)


def _encodable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _proxy_problems(settings: Settings) -> Iterator[SettingError]:
    if settings.proxy is None or settings.proxy in ("", "legacy_requests"):
        return
    variable = f"ansible_{settings.kind}_proxy"
    try:
        url = urlsplit(settings.proxy)
        right = url.scheme in _PROXY_SCHEMES and bool(url.hostname) and url.port != 0
    except ValueError:
        right = False
    if not right:
        yield SettingError("setting.proxy", variable=variable)
    elif url.scheme.startswith("socks") and not _is_there("socks"):
        yield SettingError("setting.socks", variable=variable, package="requests[socks]")


def _file_problems(settings: Settings) -> Iterator[SettingError]:
    files = dict(settings.files)
    if settings.ways == ("certificate",):
        if not settings.tls:
            psrp = settings.kind == "psrp"
            yield SettingError("setting.https_by_psrp" if psrp else "setting.https")
        prefix = "ansible_winrm_cert" if settings.kind == "winrm" else "ansible_psrp_certificate"
        for variable in (f"{prefix}_pem", f"{prefix}_key_pem"):
            if not files.get(variable):
                yield SettingError("setting.certificate_missing", variable=variable)
    if not settings.tls:
        return
    yield from pem_files.problems(files)
