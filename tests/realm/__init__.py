# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible with Kerberos tickets, which Debian's KDC of MIT gives, against simulated hosts."""
