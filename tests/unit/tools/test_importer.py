# SPDX-License-Identifier: GPL-3.0-or-later
"""What galaxy-importer says is wrong is found in its output, and its packages have exact versions."""

from __future__ import annotations

from tools import importer


def test_warnings_are_found_among_what_it_tells() -> None:
    output = """\
Importing with galaxy-importer 0.4.44
Loading module port_check
WARNING: Could not get doc strings for portkeeper.windows.port_check
Linting collection via ansible-lint 26.10.1...
ERROR: galaxy_importer.exceptions.ManifestValidationError: Invalid collection metadata
...ansible-lint run complete
"""
    assert importer.objections(output) == [
        "WARNING: Could not get doc strings for portkeeper.windows.port_check",
        "ERROR: galaxy_importer.exceptions.ManifestValidationError: Invalid collection metadata",
    ]
    assert importer.objections("Importer processing completed successfully\n") == []


def test_its_packages_have_exact_versions() -> None:
    lines = importer.PINS.read_text("utf-8").splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert any(name.startswith("galaxy_importer==") for name in names)
    assert [name for name in names if name.count("==") != 1] == []
