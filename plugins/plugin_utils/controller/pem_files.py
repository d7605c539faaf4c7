# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks the files of certificates and keys that the settings of a connection name."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

from ...module_utils.words.phrases import Verbatim
from .setting_error import SettingError


def problems(files: Mapping[str, str]) -> Iterator[SettingError]:
    """What is wrong with the files: they can't be read, or not by OpenSSL.

    Args:
        files: paths of a certificate, its key, and authorities (a file or a folder), by the name of
            the variable that has them.
    """
    readable = True
    for variable, path in files.items():
        problem = _unreadable(variable, path)
        if problem is not None:
            readable = False
            yield problem
    if readable:
        yield from _format_problems(files)


def _is_authority(variable: str) -> bool:
    return "_ca_" in variable.lower()


def _unreadable(variable: str, path: str) -> SettingError | None:
    try:
        if _is_authority(variable) and Path(path).is_dir():
            return None
        Path(path).read_bytes()
    except OSError as error:
        reason = Verbatim(str(error.strerror))
        return SettingError("setting.unreadable", variable=variable, path=path, reason=reason)
    except ValueError:
        return SettingError("setting.no_path", variable=variable, path=path)
    return None


def _format_problems(files: Mapping[str, str]) -> Iterator[SettingError]:
    """The problems of readable files. OpenSSL decides, as for the connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    pair = [name for name in files if not _is_authority(name)]
    if len(pair) == 2:
        asked = []

        def password() -> str:
            # Without this, OpenSSL would prompt on the terminal, where no one may be.
            asked.append(True)
            return ""

        certificate, key = sorted(pair, key=lambda name: "_key_" in name)
        try:
            context.load_cert_chain(files[certificate], files[key], password)
        except (ssl.SSLError, ValueError):
            if asked:
                yield SettingError("setting.passphrase", variable=key, path=files[key])
            else:
                yield SettingError(
                    "setting.no_pair",
                    certificate=certificate,
                    key=key,
                    certificate_path=files[certificate],
                    key_path=files[key],
                )
    for variable in files:
        if _is_authority(variable) and Path(files[variable]).is_file():
            try:
                context.load_verify_locations(files[variable])
            except ssl.SSLError:
                yield SettingError(
                    "setting.no_certificate", variable=variable, path=files[variable]
                )
