# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a user has set for the connection of a host, looked at before anything is made of it.

The libraries below say of a wrong setting whatever happens to break, some of them only after they
have begun to talk to the host. Here each has its sentence, which names the variable to change. No
value of a password, and no URL that may hold one, stands in any of them.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import ssl
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible.errors import AnsibleError

from ..module_utils.ground.text import for_display

# The packages that a way of authentication needs besides, and what pip calls them.
_KERBEROS = {"winrm": ("kerberos", "pywinrm[kerberos]"), "psrp": ("gssapi", "pypsrp[kerberos]")}
_CREDSSP = {"winrm": "pywinrm[credssp]", "psrp": "pypsrp[credssp]"}
_LIBRARIES = {"winrm": ("winrm", "pywinrm"), "psrp": ("pypsrp", "pypsrp")}
_PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
# Credentials that HTTP carries as they are, in the only encoding that requests writes them in.
_BASIC = frozenset({"basic", "plaintext", "ssl"})
# Those whose keys encrypt messages. pypsrp tells itself where its settings don't fit together.
_SEALING = frozenset({"credssp", "kerberos", "ntlm"})
_ENCRYPTION = "ansible_winrm_message_encryption"
_WITHOUT_PASSWORD = frozenset({"kerberos", "negotiate", "certificate"})
_KNOWN = {
    "winrm": ("basic", "certificate", "credssp", "kerberos", "ntlm", "plaintext", "ssl"),
    "psrp": ("basic", "certificate", "credssp", "kerberos", "negotiate", "ntlm"),
}


@dataclass(frozen=True)
class Settings:
    """What is set for one host.

    Attributes:
        kind: winrm or psrp.
        ways: how to authenticate, in the order in which it is tried.
        tls: whether the connection is HTTPS.
        timeouts: seconds, by the name of the variable.
        longer: pairs of variables in `timeouts`, of which the second has to be the longer.
        files: paths of the certificate, its key, and the authority, by the name of the variable.
        choices: variables that take one of a few words: what is set, and the words.
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

    @property
    def way_variable(self) -> str:
        return "ansible_winrm_transport" if self.kind == "winrm" else "ansible_psrp_auth"


def check(connection: Any) -> None:
    """Look at what is set for a connection of Ansible; one that is neither winrm nor psrp passes.

    Raises:
        AnsibleError: nothing can be sent with it. The text says why, and what to change.
    """
    read = _READERS.get(str(getattr(connection, "transport", "")))
    if read is None:
        return
    for problem in problems(read(connection)):
        raise AnsibleError(problem)


def problems(settings: Settings) -> Iterator[str]:
    """What is wrong with settings, the plainest first. Each is a sentence or two."""
    yield from _library_problems(settings)
    yield from _address_problems(settings)
    yield from _time_problems(settings)
    for variable, (value, words) in settings.choices.items():
        if value not in words:
            yield f"{variable}: {_shown(value)} is unknown; set it to {_either(words)}."
    yield from _credential_problems(settings)
    yield from _proxy_problems(settings)
    yield from _file_problems(settings)


# -- what Ansible's connections have ---------------------------------------------------------------


def _of_winrm(connection: Any) -> Settings:
    extras: Mapping[str, Any] = connection.get_option("_extras") or {}
    port = connection.get_option("port")
    user = _text(connection.get_option("remote_user"))
    tls = str(connection.get_option("scheme") or ("http" if port == 5985 else "https")) == "https"
    files = {
        name: str(extras[name])
        for name in ("ansible_winrm_cert_pem", "ansible_winrm_cert_key_pem")
        if extras.get(name)
    }
    given = connection.get_option("transport")
    if given is not None and list(given)[:1] != [None]:
        ways = tuple(str(each or "") for each in given) or ("",)
    else:  # as the connection itself decides it
        ways = ("kerberos",) if user and "@" in user else ("ssl" if tls else "plaintext",)
    if ways == ("ssl",) and files:
        ways = ("certificate",)
    validation = extras.get("ansible_winrm_server_cert_validation", "validate")
    trusted = extras.get("ansible_winrm_ca_trust_path")
    if trusted and validation != "ignore" and trusted != "legacy_requests":
        files["ansible_winrm_ca_trust_path"] = str(trusted)
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
    return Settings(
        kind="psrp",
        host=str(option("remote_addr") or ""),
        port=port,
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


_READERS = {"winrm": _of_winrm, "psrp": _of_psrp}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


# -- what can be wrong -----------------------------------------------------------------------------


def _library_problems(settings: Settings) -> Iterator[str]:
    module, package = _LIBRARIES[settings.kind]
    if not _is_there(module):
        yield f"The Python package {package} is missing on the controller; {_pip(package)}."
    known = _KNOWN[settings.kind]
    for way in settings.ways:
        if way not in known:
            yield f"{settings.way_variable}: {_shown(way)} is unknown; set it to {_either(known)}."
    # With several ways one that is missing is passed over.
    if settings.ways == ("kerberos",):
        module, package = _KERBEROS[settings.kind]
        if not _is_there(module):
            yield (
                f"Kerberos needs a Python package that is missing on the controller; "
                f"{_pip(package)}, or set {settings.way_variable}: ntlm."
            )
    if settings.ways == ("credssp",) and not _is_there("requests_credssp"):
        yield (
            f"CredSSP needs a Python package that is missing on the controller; "
            f"{_pip(_CREDSSP[settings.kind])}, or set {settings.way_variable}: ntlm."
        )


def _is_there(module: str) -> bool:
    return module in sys.modules or importlib.util.find_spec(module) is not None


def _pip(package: str) -> str:
    return f"install it where Ansible runs: pip install '{package}'"


def _address_problems(settings: Settings) -> Iterator[str]:
    host = settings.host.strip("[]")
    if not host:
        yield "ansible_host is empty; set it to the name or address of the PC."
    elif not _is_address(host):
        odd = next((each for each in host if each.isspace() or each in "/\\@?#[]:"), None)
        try:
            host.encode("idna")
        except UnicodeError:
            odd = odd or host[:1]
        if odd or not host.isprintable():
            yield (
                f"ansible_host: {_shown(settings.host)} is neither a name that DNS can have nor "
                "an IP address; set it to one of them alone, without port or URL."
            )
    if settings.port is not None and not 0 < settings.port < 65536:
        yield (
            f"ansible_port: {settings.port} is no port (1 to 65535); set it to 5985 for HTTP or "
            "5986 for HTTPS."
        )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _time_problems(settings: Settings) -> Iterator[str]:
    seconds = {}
    for variable, value in settings.timeouts.items():
        text = str(value).strip()
        if text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 7:
            seconds[variable] = int(text)
        else:
            yield f"{variable}: {_shown(text)} is no time; set it to whole seconds, at least 1."
    for shorter, longer in settings.longer:
        if shorter in seconds and longer in seconds and seconds[shorter] >= seconds[longer]:
            yield (
                f"{shorter} ({seconds[shorter]}) has to be less than {longer} ({seconds[longer]}); "
                "set it so, and the PC itself says when an operation takes too long."
            )


def _credential_problems(settings: Settings) -> Iterator[str]:
    given = {"ansible_user": settings.user, "ansible_password": settings.password}
    for variable, value in given.items():
        if value is not None and not _encodable(value, "utf-8"):
            yield (
                f"{variable} holds a character that is no text, as where the controller's locale "
                "does not fit what was typed; set it anew, in UTF-8 (LC_ALL=C.UTF-8)."
            )
    if (
        settings.choices.get(_ENCRYPTION, ("",))[0] == "always"
        and settings.ways
        and not _SEALING.intersection(settings.ways)
    ):
        yield (
            f"{_ENCRYPTION}: always needs a way to authenticate that brings keys; set "
            f"{settings.way_variable}: ntlm, or leave {_ENCRYPTION} out and use HTTPS."
        )
    # Of several ways the next is tried.
    if len(settings.ways) != 1:
        return
    (way,) = settings.ways
    needed = () if way in _WITHOUT_PASSWORD else tuple(given)
    if way == "kerberos" and settings.password:
        needed = ("ansible_user",)  # whose ticket the password is for
    for variable in needed:
        value = given[variable]
        if value is None or (variable == "ansible_user" and not value):
            yield f"{variable} is missing, and {for_display(way)} needs it; set it for this host."
    if way in _BASIC:
        for variable, value in given.items():
            if value is not None and not _encodable(value, "latin-1"):
                yield (
                    f"{variable} holds characters that Basic authentication can't carry; set "
                    f"{settings.way_variable}: ntlm."
                )
        if settings.user and ":" in settings.user:
            yield (
                "ansible_user holds a colon, which ends the name in Basic authentication; set "
                f"{settings.way_variable}: ntlm."
            )


def _encodable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _proxy_problems(settings: Settings) -> Iterator[str]:
    if settings.proxy is None or settings.proxy in ("", "legacy_requests"):
        return
    variable = f"ansible_{settings.kind}_proxy"
    try:
        url = urlsplit(settings.proxy)
        right = url.scheme in _PROXY_SCHEMES and bool(url.hostname) and url.port != 0
    except ValueError:
        right = False
    if not right:
        yield (
            f"{variable} is no URL of a proxy; write it like http://proxy.example.net:3128, or "
            "leave it out."
        )
    elif url.scheme.startswith("socks") and not _is_there("socks"):
        yield f"{variable} is a SOCKS proxy, which needs PySocks; {_pip('requests[socks]')}."


def _file_problems(settings: Settings) -> Iterator[str]:
    files = dict(settings.files)
    if settings.ways == ("certificate",):
        if not settings.tls:
            yield (
                "A certificate as credentials needs HTTPS; set ansible_port: 5986"
                + (" and ansible_psrp_protocol: https." if settings.kind == "psrp" else ".")
            )
        prefix = "ansible_winrm_cert" if settings.kind == "winrm" else "ansible_psrp_certificate"
        for variable in (f"{prefix}_pem", f"{prefix}_key_pem"):
            if not files.get(variable):
                yield f"{variable} is missing, and authentication by certificate needs it."
    if not settings.tls:
        return
    readable = True
    for variable, path in files.items():
        problem = _unreadable(Path(path), folder="_ca_" in variable)
        if problem:
            readable = False
            yield f"{variable}: {_shown(path)} {problem}."
    if readable:
        yield from _format_problems(files)


def _unreadable(path: Path, *, folder: bool) -> str:
    try:
        if folder and path.is_dir():
            return ""
        path.read_bytes()
    except OSError as error:
        return f"can't be read ({error.strerror})"
    except ValueError:
        return "is no path"
    return ""


def _format_problems(files: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with files that can be read. OpenSSL is the judge, as for the connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    pair = [name for name in files if "_ca_" not in name]
    if len(pair) == 2:
        asked = []

        def password() -> str:
            # Without this OpenSSL asks at the terminal, where nobody may be.
            asked.append(True)
            return ""

        certificate, key = sorted(pair, key=lambda name: "_key_" in name)
        try:
            context.load_cert_chain(files[certificate], files[key], password)
        except (ssl.SSLError, ValueError):
            if asked:
                yield (
                    f"{key}: {_shown(files[key])} is encrypted with a passphrase, which the "
                    "connection has no way to give; name a key without one, readable by its owner "
                    "alone."
                )
            else:
                yield (
                    f"{certificate} and {key}: {_shown(files[certificate])} and "
                    f"{_shown(files[key])} are no certificate and its key; name two files in PEM "
                    "that belong together."
                )
    for variable in files:
        if "_ca_" in variable and Path(files[variable]).is_file():
            try:
                context.load_verify_locations(files[variable])
            except ssl.SSLError:
                yield (
                    f"{variable}: {_shown(files[variable])} holds no certificate in PEM; name a "
                    "file that does."
                )


def _shown(text: str) -> str:
    return f"'{for_display(text, 200)}'"


def _either(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
