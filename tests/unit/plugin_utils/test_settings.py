# SPDX-License-Identifier: GPL-3.0-or-later
"""Each wrong setting of a connection has a sentence that names the variable, before anything is
sent."""

from __future__ import annotations

import datetime
import re
import sys
import types
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.plugin_utils import settings
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller.setting_error import (
    SettingError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.settings import Settings, problems
from unit.rows import each_row

WINRM = Settings(
    "winrm", "pc-01.example.net", 5985, ("ntlm",), user="admin", password="Passw0rd!"
)  # fmt: skip
PSRP = replace(WINRM, kind="psrp")
READ, OPERATION = "ansible_winrm_read_timeout_sec", "ansible_winrm_operation_timeout_sec"


@each_row(
    "right",
    [
        WINRM,
        PSRP,
        replace(WINRM, host="192.0.2.1"),
        replace(WINRM, host="2001:db8::1"),
        replace(WINRM, host="[2001:db8::1]"),
        replace(WINRM, host="fe80::1%eth0"),
        replace(WINRM, host="経理.example.jp"),
        replace(WINRM, host="PC_01"),
        replace(WINRM, user="CORP\\たなか", password="パスワード"),
        replace(WINRM, ways=("kerberos", "ntlm")),
        replace(WINRM, proxy="http://user:pass@proxy.example.net:3128"),
        replace(WINRM, proxy="legacy_requests"),
        replace(WINRM, path="/wsman"),
        replace(PSRP, path="/wsman"),
        replace(WINRM, ways=("basic",), password="é"),
        replace(
            WINRM, timeouts={OPERATION: "20", READ: 30}, longer=((OPERATION, READ),)
        ),
    ],
)  # fmt: skip
def test_right_settings_pass(right: Settings) -> None:
    assert list(problems(right)) == []


WRONG = [
    (replace(WINRM, host=""), "ansible_host is empty"),
    (replace(WINRM, host="http://pc-01:5985"), "ansible_host: 'http://pc-01:5985' is neither"),
    (replace(WINRM, host="pc 01"), "ansible_host: 'pc 01' is neither"),
    (replace(WINRM, host="pc..example.net"), "ansible_host"),
    (replace(WINRM, host="ü" * 64), "ansible_host"),
    (replace(WINRM, host="\ud800"), "ansible_host"),
    (replace(WINRM, host="a\x1b[31m"), "ansible_host"),
    (replace(WINRM, host="2001:db8::1]"), "ansible_host: '2001:db8::1]' is neither"),
    (replace(WINRM, host="[pc-01]"), "ansible_host: '[pc-01]' is neither"),
    (replace(WINRM, host="[192.0.2.1]"), "ansible_host: '[192.0.2.1]' is neither"),
    (replace(WINRM, host="[]"), "ansible_host is empty"),
    (replace(WINRM, path="//wsman"), "ansible_winrm_path: '//wsman' makes a URL with two slashes"),
    (replace(WINRM, path="/ssl///wsman"), "write /ssl/wsman."),
    (replace(PSRP, path="//wsman"), "ansible_psrp_path: '/wsman' makes a URL with two slashes in a "
     "row, at which there is no WinRM; write wsman."),
    (replace(PSRP, ways=("negotiate",), password=None), "ansible_password is missing, and ntlm"),
    (replace(WINRM, port=0), "ansible_port: 0 is not a port"),
    (replace(WINRM, port=70000), "ansible_port: 70000 is not a port"),
    (replace(PSRP, port=-1), "ansible_port: -1 is not a port"),
    (replace(WINRM, ways=("ntml",)), "ansible_winrm_transport: 'ntml' is unknown; set it to basic"),
    (replace(PSRP, ways=("ntml",)), "ansible_psrp_auth: 'ntml' is unknown"),
    (replace(WINRM, ways=("kerberos",)), "pip install 'pywinrm[kerberos]'"),
    (replace(PSRP, ways=("kerberos",)), "pip install 'pypsrp[kerberos]'"),
    (replace(WINRM, ways=("credssp",)), "pip install 'pywinrm[credssp]'"),
    (replace(PSRP, ways=("credssp",)), "pip install 'pypsrp[credssp]'"),
    (replace(WINRM, user=None), "ansible_user is missing, and ntlm needs it"),
    (replace(WINRM, user=""), "ansible_user is missing"),
    (replace(WINRM, password=None), "ansible_password is missing"),
    (replace(WINRM, ways=("basic",), user="たなか"), "ansible_user holds characters that Basic"),
    (replace(PSRP, ways=("basic",), password="密"), "ansible_password holds characters that Basic"),
    (replace(WINRM, ways=("basic",), user="a:b"), "ansible_user holds a colon"),
    (replace(WINRM, user="adm\udce9n"), "ansible_user holds a character that is not text"),
    (replace(PSRP, password="\ud83d"), "ansible_password holds a character that is not text"),
    (replace(WINRM, proxy="proxy:3128"), "ansible_winrm_proxy is not the URL of a proxy"),
    (replace(PSRP, proxy="http://u:geheim@"), "ansible_psrp_proxy is not the URL of a proxy"),
    (replace(PSRP, proxy="http://u:geheim@h:99999"), "ansible_psrp_proxy is not the URL"),
    (replace(PSRP, proxy="socks5://u:geheim@h:1080"), "pip install 'requests[socks]'"),
    (replace(WINRM, timeouts={READ: 0}), f"{READ}: '0' is not a time; set it to whole seconds"),
    (replace(WINRM, timeouts={READ: "-5"}), f"{READ}: '-5' is not a time"),
    (replace(WINRM, timeouts={READ: "soon"}), f"{READ}: 'soon' is not a time"),
    (replace(WINRM, timeouts={READ: "٣"}), f"{READ}: '٣' is not a time"),
    (replace(WINRM, timeouts={READ: "9" * 5000}), f"{READ}: '999"),
    (
        replace(WINRM, timeouts={OPERATION: 30, READ: 30}, longer=((OPERATION, READ),)),
        f"{OPERATION} (30) has to be less than {READ} (30)",
    ),
    (
        replace(WINRM, choices={"ansible_winrm_server_cert_validation": ("no", ("validate", "x"))}),
        "ansible_winrm_server_cert_validation: 'no' is unknown; set it to validate or x",
    ),
    (replace(WINRM, ways=("certificate",)), "needs HTTPS; set ansible_port: 5986"),
    (replace(PSRP, ways=("certificate",)), "ansible_psrp_protocol: https"),
    (replace(WINRM, ways=("certificate",), tls=True), "ansible_winrm_cert_pem is missing"),
    (replace(PSRP, ways=("certificate",), tls=True), "ansible_psrp_certificate_pem is missing"),
]  # fmt: skip


@each_row(("wrong", "said"), WRONG)
def test_a_wrong_setting_is_named_with_what_to_do(wrong: Settings, said: str) -> None:
    first = next(problems(wrong))
    assert said in str(first)
    assert clear(str(first))


@each_row("wrong", [wrong for wrong, _said in WRONG])
def test_in_japanese_it_names_the_same_settings(wrong: Settings) -> None:
    first = next(problems(wrong))
    japanese = render(first.phrase, "ja")
    names = re.compile(r"ansible_\w+|pip install '[^']+'")
    assert set(names.findall(japanese)) == set(names.findall(str(first)))
    assert re.search("ください。|必要です。|pip install '[^']+'$", japanese)
    assert japanese.isprintable()
    assert "geheim" not in japanese


def clear(sentence: str) -> bool:
    """Whether it is what a person can act on, and nothing else."""
    return (
        re.search(r"Error|Exception|Traceback|None|0x", sentence) is None
        and sentence.isprintable()
        and "geheim" not in sentence
        and "Passw0rd!" not in sentence
        and re.search(r"\b(set|install|write|name|change|need|leave)", sentence) is not None
    ) or "name two files in PEM" in sentence


# -- files -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate, its key, plain and with a passphrase, another key, and what is neither."""
    folder = tmp_path_factory.mktemp("files")
    keys = [ec.generate_private_key(ec.SECP256R1()) for _number in range(2)]
    plain = serialization.NoEncryption()
    for name, key, encryption in (
        ("key", keys[0], plain),
        ("other", keys[1], plain),
        ("locked", keys[0], serialization.BestAvailableEncryption(b"secret")),
    ):
        encoded = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
        )
        (folder / f"{name}.pem").write_bytes(encoded)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "admin")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, keys[0].public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(keys[0], hashes.SHA256())
    )
    (folder / "admin.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "admin.der").write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    (folder / "empty.pem").write_bytes(b"")
    return folder


CERTIFICATE, KEY = "ansible_winrm_cert_pem", "ansible_winrm_cert_key_pem"
AUTHORITY = "ansible_winrm_ca_trust_path"


@each_row(
    ("named", "said"),
    [
        ({CERTIFICATE: "admin.pem", KEY: "key.pem"}, None),
        ({CERTIFICATE: "gone.pem", KEY: "key.pem"}, "can't be read (No such file or directory)"),
        ({CERTIFICATE: "admin.pem", KEY: "gone.pem"}, f"{KEY}: "),
        ({CERTIFICATE: ".", KEY: "key.pem"}, "can't be read (Is a directory)"),
        ({CERTIFICATE: "a\0b", KEY: "key.pem"}, "is not a path"),
        ({CERTIFICATE: "admin.der", KEY: "key.pem"}, "name two files in PEM"),
        ({CERTIFICATE: "empty.pem", KEY: "key.pem"}, "name two files in PEM"),
        ({CERTIFICATE: "admin.pem", KEY: "other.pem"}, "name two files in PEM"),
        ({CERTIFICATE: "admin.pem", KEY: "admin.pem"}, "name two files in PEM"),
        ({CERTIFICATE: "admin.pem", KEY: "locked.pem"}, "is encrypted with a passphrase"),
        ({AUTHORITY: "admin.pem"}, None),
        ({AUTHORITY: "."}, None),
        ({AUTHORITY: "gone.pem"}, "can't be read (No such file or directory)"),
        ({AUTHORITY: "empty.pem"}, "holds no certificate in PEM"),
        ({AUTHORITY: "key.pem"}, "holds no certificate in PEM"),
    ],
)
def test_a_file_that_openssl_does_not_take_is_named(
    files: Path, named: dict[str, str], said: str | None
) -> None:
    way = "certificate" if CERTIFICATE in named else "ntlm"
    paths = {variable: str(files / name) for variable, name in named.items()}
    found = list(map(str, problems(replace(WINRM, tls=True, ways=(way,), files=paths))))
    if said is None:
        assert found == []
    else:
        assert said in found[0]
        assert any(variable in found[0] for variable in named)
        assert "Error" not in found[0]


# -- Ansible's own connections ---------------------------------------------------------------------


@each_row(
    ("kind", "variables", "said"),
    [
        ("winrm", {}, None),
        ("winrm", {"ansible_winrm_transport": "ntlm,kerberos"}, None),
        ("winrm", {"ansible_winrm_connection_timeout": 15}, None),
        ("winrm", {"ansible_winrm_connection_timeout": -1}, "ansible_winrm_connection_timeout"),
        ("winrm", {"ansible_winrm_read_timeout_sec": "x"}, "ansible_winrm_read_timeout_sec: 'x'"),
        ("winrm", {"ansible_winrm_operation_timeout_sec": 40}, "has to be less than"),
        ("winrm", {"ansible_winrm_proxy": "nonsense"}, "ansible_winrm_proxy"),
        ("winrm", {"ansible_winrm_server_cert_validation": "no"}, "set it to validate or ignore"),
        ("winrm", {"ansible_winrm_message_encryption": "si"}, "set it to auto, always or never"),
        ("winrm", {"ansible_winrm_transport": []}, "ansible_winrm_transport: '' is unknown"),
        ("winrm", {"ansible_winrm_transport": ""}, "ansible_winrm_transport: '' is unknown"),
        ("winrm", {"ansible_winrm_transport": "ntlm,"}, "ansible_winrm_transport: '' is unknown"),
        ("winrm", {"ansible_winrm_transport": "basic,ssl",
                   "ansible_winrm_message_encryption": "always"}, "that brings keys; set"),
        ("winrm", {"ansible_winrm_transport": "basic,ntlm",
                   "ansible_winrm_message_encryption": "always"}, None),
        ("winrm", {"ansible_port": 70000}, "ansible_port: 70000"),
        ("winrm", {"ansible_user": "admin@CORP", "ansible_winrm_transport": None}, "Kerberos"),
        ("winrm", {"ansible_winrm_transport": "ssl", "ansible_port": 5986,
                   "ansible_winrm_cert_pem": "/gone", "ansible_winrm_cert_key_pem": "/gone"},
         "'/gone' can't be read"),
        ("winrm", {"ansible_winrm_ca_trust_path": "/gone", "ansible_port": 5986}, "'/gone' can't"),
        ("winrm", {"ansible_winrm_ca_trust_path": "/gone", "ansible_port": 5986,
                   "ansible_winrm_server_cert_validation": "ignore"}, None),
        ("psrp", {}, None),
        ("psrp", {"ansible_psrp_read_timeout": 0}, "ansible_psrp_read_timeout: '0'"),
        ("psrp", {"ansible_psrp_proxy": "nonsense"}, "ansible_psrp_proxy"),
        ("psrp", {"ansible_psrp_auth": "kerberos"}, "pypsrp[kerberos]"),
        ("psrp", {"ansible_psrp_auth": "certificate", "ansible_port": 5986},
         "ansible_psrp_certificate_pem is missing"),
        ("psrp", {"ansible_psrp_ca_cert": "/gone", "ansible_port": 5986}, "'/gone' can't"),
        ("psrp", {"ansible_password": "p\udcff"}, "ansible_password"),
        ("psrp", {"ansible_psrp_path": "/wsman"}, "write wsman."),
        ("winrm", {"ansible_winrm_path": "//wsman"}, "write /wsman."),
    ],
)  # fmt: skip
def test_what_is_set_is_read_from_the_connection(
    kind: str, variables: dict[str, object], said: str | None
) -> None:
    connection = connection_with(kind, variables)
    if said is None:
        settings.check(connection)
        return
    with pytest.raises(SettingError) as caught:
        settings.check(connection)
    assert said in str(caught.value)


def connection_with(kind: str, variables: Mapping[str, object]) -> Any:
    connection = connection_loader.get(kind, PlayContext(), "/dev/null")
    given = {
        "ansible_host": "pc-01", "ansible_port": 5985, "ansible_user": "admin",
        "ansible_password": "Passw0rd!", "ansible_winrm_transport": "ntlm",
        "ansible_psrp_auth": "ntlm",
    }  # fmt: skip
    variables = given | dict(variables)
    # As Ansible gives them to a connection that takes more than its documented options.
    extras = {
        name: value for name, value in variables.items() if name.startswith(f"ansible_{kind}_")
    }
    connection.set_options(var_options=variables | {"_extras": extras})
    return connection


@pytest.mark.parametrize(("kind", "package"), [("winrm", "pywinrm"), ("psrp", "pypsrp")])
def test_a_missing_package_is_told_with_the_command(
    kind: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "winrm" if kind == "winrm" else "pypsrp", None)
    first = next(problems(replace(WINRM, kind=kind)))
    assert str(first) == (
        f"The Python package {package} is missing on the controller; install it where Ansible "
        f"runs: pip install '{package}'."
    )


def test_a_ticket_may_stand_for_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    by_ticket = replace(PSRP, ways=("negotiate",), user=None, password=None)
    monkeypatch.setitem(sys.modules, "gssapi", types.ModuleType("gssapi"))
    assert list(problems(by_ticket)) == []


def test_the_environment_may_name_authorities_too(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {}
    for kind, variables in (
        ("winrm", {"ansible_port": 5986}),
        ("psrp", {"ansible_port": 5986}),
        ("winrm", {"ansible_port": 5985}),
        ("winrm", {"ansible_port": 5986, "ansible_winrm_server_cert_validation": "ignore"}),
        ("psrp", {"ansible_port": 5986, "ansible_psrp_cert_validation": "ignore"}),
    ):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/gone/ssl.pem")
        try:
            settings.check(connection_with(kind, variables))
        except SettingError as error:
            said[kind, len(variables), variables["ansible_port"]] = str(error)
    assert set(said) == {("winrm", 1, 5986), ("psrp", 1, 5986)}
    assert set(said.values()) == {
        "REQUESTS_CA_BUNDLE: '/gone/ssl.pem' can't be read (No such file or directory)."
    }


def test_each_of_several_ways_has_its_own_problem() -> None:
    """The check of all leaves them to the next way; each is told once none is left."""
    variables = {"ansible_winrm_transport": "ssl,certificate,credssp,basic,ntlm"}
    connection = connection_with("winrm", variables | {"ansible_password": None})
    settings.check(connection)
    told = {
        way: str(settings.problem_of_way(connection, way))
        for way in ("ssl", "certificate", "credssp", "kerberos", "ntlm")
    }
    assert {way: sentence.partition(";")[0] for way, sentence in told.items()} == {
        "ssl": "ansible_password is missing, and ssl needs it",
        "certificate": "certificate authentication needs HTTPS",
        "credssp": "CredSSP needs a Python package that is missing on the controller",
        "kerberos": "Kerberos needs a Python package that is missing on the controller",
        "ntlm": "ansible_password is missing, and ntlm needs it",
    }
    halves = {"ansible_port": 5986, "ansible_winrm_cert_pem": "/gone/c.pem"}
    certificate = connection_with("winrm", variables | halves)
    assert "ansible_winrm_cert_key_pem is missing" in str(
        settings.problem_of_way(certificate, "ssl")
    )


class Other:
    transport = "ssh"


def test_another_connection_is_left_to_who_refuses_it() -> None:
    settings.check(Other())


@given(st.text(), st.text(), st.text(), st.integers(), st.text())
def test_whatever_is_set_nothing_but_sentences_comes_of_it(
    host: str, user: str, proxy: str, port: int, timeout: str
) -> None:
    for way in ("basic", "ntlm", "certificate", proxy):
        found = Settings(
            "winrm", host, port, (way,), tls=True, user=user, password=user, proxy=proxy,
            timeouts={READ: timeout}, files={CERTIFICATE: user, KEY: host},
        )  # fmt: skip
        for sentence in problems(found):
            assert str(sentence).isprintable()
