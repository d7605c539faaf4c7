# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# ruff: noqa: E501
"""The names that Windows shows for its own groups, by the reference that it stores.

Made by `make rule-names` from recorded stores and public sources. A line has the file and number of
the text, its name in English, in Japanese (if a source shows it), and in English on earlier versions
of Windows (if it differed), and the letters of its sources, which tests/samples/SOURCES.md explains.
"""

from __future__ import annotations

TABLE = """
dosvc.dll,-100 | Delivery Optimization |  |  | N
firewallapi.dll,-3400 | COM+ Network Access |  |  | U
firewallapi.dll,-3405 | COM+ Remote Administration |  |  | U
firewallapi.dll,-25000 | Core Networking |  |  | U
firewallapi.dll,-27000 | Core Networking Diagnostics |  |  | U
firewallapi.dll,-28002 | Key Management Service |  |  | U
firewallapi.dll,-28502 | File and Printer Sharing | ファイルとプリンターの共有 |  | A U
firewallapi.dll,-28602 | File and Printer Sharing over SMBDirect |  |  | U
firewallapi.dll,-28652 | File and Printer Sharing over QUIC |  |  | U
firewallapi.dll,-28672 | File and Printer Sharing (Restrictive) |  |  | L
firewallapi.dll,-28752 | Remote Desktop | リモート デスクトップ |  | J U
firewallapi.dll,-28782 | Remote Desktop (WebSocket) |  |  | U
firewallapi.dll,-29002 | iSCSI Service |  |  | U
firewallapi.dll,-29252 | Remote Event Log Management | リモート イベント ログ管理 |  | A U
firewallapi.dll,-29502 | Remote Service Management |  |  | U
firewallapi.dll,-30002 | Windows Defender Firewall Remote Management |  | Windows Firewall Remote Management | E U
firewallapi.dll,-30252 | Windows Remote Management (Compatibility) |  |  | U
firewallapi.dll,-30267 | Windows Remote Management |  |  | U
firewallapi.dll,-30502 | Wireless Portable Devices |  |  | L
firewallapi.dll,-30752 | Media Center Extenders |  |  | L
firewallapi.dll,-31002 | Windows Media Player |  |  | D
firewallapi.dll,-31252 | Windows Media Player Network Sharing Service |  |  | D
firewallapi.dll,-31500 | Windows Media Player Network Sharing Service (Internet) |  |  | D
firewallapi.dll,-32002 | Windows Peer to Peer Collaboration Foundation |  |  | L
firewallapi.dll,-32752 | Network Discovery | ネットワーク探索 |  | J U
firewallapi.dll,-33002 | Remote Assistance |  |  | F
firewallapi.dll,-33252 | Remote Scheduled Tasks Management |  |  | U
firewallapi.dll,-33502 | Distributed Transaction Coordinator |  |  | U
firewallapi.dll,-33752 | Routing and Remote Access |  |  | U
firewallapi.dll,-34002 | Windows Collaboration Computer Name Registration Service |  |  | L
firewallapi.dll,-34251 | Windows Management Instrumentation (WMI) |  |  | U
firewallapi.dll,-34501 | Remote Volume Management |  |  | U
firewallapi.dll,-34752 | Performance Logs and Alerts |  |  | U
firewallapi.dll,-36001 | Cast to Device functionality |  |  | D
firewallapi.dll,-36251 | Proximity Sharing |  |  | N
firewallapi.dll,-36501 | TPM Virtual Smart Card Management |  |  | D
firewallapi.dll,-36751 | Remote Shutdown |  |  | U
firewallapi.dll,-36801 | Remote Event Monitor |  |  | U
firewallapi.dll,-36851 | Wi-Fi Direct Network Discovery |  |  | N
firewallapi.dll,-37002 | AllJoyn Router |  |  | D
firewallapi.dll,-37101 | DIAL protocol server |  |  | U
firewallapi.dll,-37302 | mDNS |  |  | U
firewallapi.dll,-37402 | Connected Devices Platform |  |  | N
firewallapi.dll,-37502 | Windows Device Management |  |  | U
firewallapi.dll,-37681 | Netlogon Service |  |  | U
firewallapi.dll,-38201 | Windows Deployment Services |  |  | U
firewallapi.dll,-38521 | World Wide Web Services (HTTP) | World Wide Web サービス (HTTP) |  | D G
firewallapi.dll,-38523 | Secure World Wide Web Services (HTTPS) | セキュア World Wide Web サービス (HTTPS) |  | D G
firewallapi.dll,-38527 | Web Management Service (HTTP) |  |  | D
firewallapi.dll,-50209 | DHCP Server |  |  | U
firewallapi.dll,-50213 | DHCP Server Management |  |  | U
firewallapi.dll,-50323 | SNMP Trap |  |  | U
firewallapi.dll,-53012 | DNS Service |  |  | U
firewallapi.dll,-54001 | Microsoft Media Foundation Network Source |  |  | U
firewallapi.dll,-60201 | Hyper-V Management Clients |  |  | U
firewallapi.dll,-80200 | Microsoft Media Foundation Network Source |  |  | L
fssmres.dll,-100 | File Server Remote Management |  |  | U
icsvc.dll,-700 | Virtual Machine Monitoring |  |  | D
netlogon.dll,-1010 | Netlogon Service |  |  | L
peerdistsh.dll,-9000 | BranchCache - Content Retrieval (Uses HTTP) |  |  | D
peerdistsh.dll,-9001 | BranchCache - Peer Discovery (Uses WSD) |  |  | D
peerdistsh.dll,-9002 | BranchCache - Hosted Cache Server (Uses HTTPS) |  |  | D
sstpsvc.dll,-35001 | Secure Socket Tunneling Protocol |  |  | U
vmms.exe,-210 | Hyper-V |  |  | U
vmms.exe,-251 | Hyper-V Replica HTTP |  |  | U
vmms.exe,-253 | Hyper-V Replica HTTPS |  |  | U
wifidisplay.dll,-100 | Wireless Display |  |  | N
wlansvc.dll,-36864 | WLAN Service - WFD Application Services Platform Coordination Protocol |  |  | N
wlansvc.dll,-36865 | WLAN Service - WFD Services Kernel Mode Driver Rules |  |  | N
"""
