# SPDX-License-Identifier: GPL-3.0-or-later
"""What a secret may look like in a text or a file, and where one has got to."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

from spnego._ntlm_raw.crypto import ntowfv1

# Tokens of NTLM and SPNEGO as they stand in a header, and the headers themselves with a value.
_TOKENS = re.compile(
    rb"TlRMTVNTUA|NTLMSSP\0|\bYII[A-Za-z0-9+/]{40}|\bYIG[A-Za-z0-9+/]{40}"
    rb"|Authorization\W{1,6}(Basic|Negotiate|NTLM|Kerberos)",
    re.IGNORECASE,
)


def forms(marker: str, whole: str) -> dict[str, bytes]:
    """The forms of a secret, each a part that nothing else contains.

    Args:
        marker: letters and digits in the midst of it, which stay as they are in JSON, XML, YAML and
            URLs, whatever becomes of the rest.
        whole: the secret.
    """
    found = {"plain": marker.encode(), "hex": marker.encode().hex().encode()}
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        octets = marker.encode(encoding)
        found[encoding] = octets
        for shift in range(3):
            # The characters at both ends depend on what stands beside.
            text = base64.b64encode(b"\0" * shift + octets)
            found[f"base64 of {encoding}, shifted by {shift}"] = text[4:-4]
    digest = ntowfv1(whole)
    found["NT hash"] = digest
    found["NT hash, hex"] = digest.hex().encode()
    found["NT hash, base64"] = base64.b64encode(digest)[:-4]
    return found


def found_in(content: bytes, secrets: dict[str, dict[str, bytes]]) -> Iterator[str]:
    """What of the secrets, by name, stands in some content, in which form and beside what."""
    lower = content.lower()
    for name, by_form in secrets.items():
        for form, octets in by_form.items():
            # Hex digits are written in either case.
            at = lower.find(octets) if "hex" in form else content.find(octets)
            if at >= 0:
                yield f"{name} ({form}): {content[max(0, at - 200) : at + 200]!r}"
    for token in _TOKENS.finditer(content):
        yield f"a token: {content[max(0, token.start() - 200) : token.end() + 60]!r}"


def files_in(folder: Path) -> dict[str, bytes]:
    """The content of every file in a folder and below."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
