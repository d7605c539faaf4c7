# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows Defender Firewall of a simulated host: its stores in the registry, and what follows."""
