# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# ruff: noqa: E501
"""The names that Windows shows for its own rules, by the reference that it stores.

Made by `make rule-names` from recorded stores and public sources. A line has the file and number of
the text, its name in English, in Japanese (if a source shows it), and in English on earlier versions
of Windows (if it differed), and the letters of its sources, which tests/samples/SOURCES.md explains.
"""

from __future__ import annotations

TABLE = """
diagtrack.dll,-3001 | Connected User Experiences and Telemetry |  |  | S
dosvc.dll,-102 | Delivery Optimization (TCP-In) |  |  | S
dosvc.dll,-103 | Delivery Optimization (UDP-In) |  |  | S
firewallapi.dll,-25001 | Core Networking - Packet Too Big (ICMPv6-In) |  |  | S
firewallapi.dll,-25002 | Core Networking - Packet Too Big (ICMPv6-Out) |  |  | S
firewallapi.dll,-25008 | Core Networking - Router Solicitation (ICMPv6-Out) |  |  | S
firewallapi.dll,-25009 | Core Networking - Router Solicitation (ICMPv6-In) |  |  | S
firewallapi.dll,-25012 | Core Networking - Router Advertisement (ICMPv6-In) |  |  | S
firewallapi.dll,-25013 | Core Networking - Router Advertisement (ICMPv6-Out) |  |  | S
firewallapi.dll,-25019 | Core Networking - Neighbor Discovery Solicitation (ICMPv6-In) |  |  | S
firewallapi.dll,-25020 | Core Networking - Neighbor Discovery Solicitation (ICMPv6-Out) |  |  | S
firewallapi.dll,-25026 | Core Networking - Neighbor Discovery Advertisement (ICMPv6-In) |  |  | S
firewallapi.dll,-25027 | Core Networking - Neighbor Discovery Advertisement (ICMPv6-Out) |  |  | S
firewallapi.dll,-25061 | Core Networking - Multicast Listener Query (ICMPv6-In) |  |  | S
firewallapi.dll,-25062 | Core Networking - Multicast Listener Query (ICMPv6-Out) |  |  | S
firewallapi.dll,-25068 | Core Networking - Multicast Listener Report (ICMPv6-In) |  |  | S
firewallapi.dll,-25069 | Core Networking - Multicast Listener Report (ICMPv6-Out) |  |  | S
firewallapi.dll,-25075 | Core Networking - Multicast Listener Report v2 (ICMPv6-In) |  |  | S
firewallapi.dll,-25076 | Core Networking - Multicast Listener Report v2 (ICMPv6-Out) |  |  | S
firewallapi.dll,-25082 | Core Networking - Multicast Listener Done (ICMPv6-In) |  |  | S
firewallapi.dll,-25083 | Core Networking - Multicast Listener Done (ICMPv6-Out) |  |  | S
firewallapi.dll,-25110 | Core Networking - Destination Unreachable (ICMPv6-In) |  |  | S
firewallapi.dll,-25113 | Core Networking - Time Exceeded (ICMPv6-In) |  |  | S
firewallapi.dll,-25114 | Core Networking - Time Exceeded (ICMPv6-Out) |  |  | S
firewallapi.dll,-25116 | Core Networking - Parameter Problem (ICMPv6-In) |  |  | S
firewallapi.dll,-25117 | Core Networking - Parameter Problem (ICMPv6-Out) |  |  | S
firewallapi.dll,-25251 | Core Networking - Destination Unreachable Fragmentation Needed (ICMPv4-In) |  |  | S
firewallapi.dll,-25301 | Core Networking - Dynamic Host Configuration Protocol (DHCP-In) |  |  | S
firewallapi.dll,-25302 | Core Networking - Dynamic Host Configuration Protocol (DHCP-Out) |  |  | S
firewallapi.dll,-25304 | Core Networking - Dynamic Host Configuration Protocol for IPv6(DHCPV6-In) |  |  | S
firewallapi.dll,-25305 | Core Networking - Dynamic Host Configuration Protocol for IPv6(DHCPV6-Out) |  |  | S
firewallapi.dll,-25326 | Core Networking - Teredo (UDP-In) |  |  | S
firewallapi.dll,-25327 | Core Networking - Teredo (UDP-Out) |  |  | S
firewallapi.dll,-25351 | Core Networking - IPv6 (IPv6-In) |  |  | S
firewallapi.dll,-25352 | Core Networking - IPv6 (IPv6-Out) |  |  | S
firewallapi.dll,-25376 | Core Networking - Internet Group Management Protocol (IGMP-In) |  |  | S
firewallapi.dll,-25377 | Core Networking - Internet Group Management Protocol (IGMP-Out) |  |  | S
firewallapi.dll,-25401 | Core Networking - Group Policy (NP-Out) |  |  | S
firewallapi.dll,-25403 | Core Networking - Group Policy (TCP-Out) |  |  | S
firewallapi.dll,-25405 | Core Networking - DNS (UDP-Out) |  |  | S
firewallapi.dll,-25407 | Core Networking - Group Policy (LSASS-Out) |  |  | S
firewallapi.dll,-25426 | Core Networking - IPHTTPS (TCP-In) | コア ネットワーク - IPHTTPS (TCP-受信) |  | K S
firewallapi.dll,-25427 | Core Networking - IPHTTPS (TCP-Out) |  |  | S
firewallapi.dll,-27001 | Core Networking Diagnostics - ICMP Echo Request (ICMPv4-In) |  |  | S
firewallapi.dll,-27002 | Core Networking Diagnostics - ICMP Echo Request (ICMPv4-Out) |  |  | S
firewallapi.dll,-27003 | Core Networking Diagnostics - ICMP Echo Request (ICMPv6-In) |  |  | S
firewallapi.dll,-27004 | Core Networking Diagnostics - ICMP Echo Request (ICMPv6-Out) |  |  | S
firewallapi.dll,-28003 | Key Management Service (TCP-In) |  |  | S
firewallapi.dll,-28503 | File and Printer Sharing (NB-Session-In) | ファイルとプリンターの共有 (NB セッション受信) |  | A S
firewallapi.dll,-28507 | File and Printer Sharing (NB-Session-Out) |  |  | S
firewallapi.dll,-28511 | File and Printer Sharing (SMB-In) | ファイルとプリンターの共有 (SMB 受信) |  | A S
firewallapi.dll,-28515 | File and Printer Sharing (SMB-Out) |  |  | S
firewallapi.dll,-28519 | File and Printer Sharing (NB-Name-In) |  |  | S
firewallapi.dll,-28523 | File and Printer Sharing (NB-Name-Out) |  |  | S
firewallapi.dll,-28527 | File and Printer Sharing (NB-Datagram-In) |  |  | S
firewallapi.dll,-28531 | File and Printer Sharing (NB-Datagram-Out) |  |  | S
firewallapi.dll,-28535 | File and Printer Sharing (Spooler Service - RPC) |  |  | S
firewallapi.dll,-28539 | File and Printer Sharing (Spooler Service - RPC-EPMAP) |  |  | S
firewallapi.dll,-28543 | File and Printer Sharing (Echo Request - ICMPv4-In) | ファイルとプリンターの共有 (エコー要求 - ICMPv4 受信) |  | A S
firewallapi.dll,-28544 | File and Printer Sharing (Echo Request - ICMPv4-Out) |  |  | S
firewallapi.dll,-28545 | File and Printer Sharing (Echo Request - ICMPv6-In) | ファイルとプリンターの共有 (エコー要求 - ICMPv6 受信) |  | J S
firewallapi.dll,-28546 | File and Printer Sharing (Echo Request - ICMPv6-Out) |  |  | S
firewallapi.dll,-28548 | File and Printer Sharing (LLMNR-UDP-In) |  |  | S
firewallapi.dll,-28550 | File and Printer Sharing (LLMNR-UDP-Out) |  |  | S
firewallapi.dll,-28603 | File and Printer Sharing over SMBDirect (iWARP-In) |  |  | S
firewallapi.dll,-28673 | File and Printer Sharing (Restrictive) (SMB-In) | ファイルとプリンターの共有 (制限付き) (SMB 入力) |  | K L
firewallapi.dll,-28677 | File and Printer Sharing (Restrictive) (Spooler Service - RPC) |  |  | L
firewallapi.dll,-28679 | File and Printer Sharing (Restrictive) (Spooler Service - RPC-EPMAP) |  |  | L
firewallapi.dll,-28681 | File and Printer Sharing (Restrictive) (Echo Request - ICMPv4-In) |  |  | L
firewallapi.dll,-28683 | File and Printer Sharing (Restrictive) (Echo Request - ICMPv6-In) |  |  | L
firewallapi.dll,-28686 | File and Printer Sharing (Restrictive) (LLMNR-UDP-In) |  |  | L
firewallapi.dll,-28753 | Remote Desktop (TCP-In) | リモート デスクトップ (TCP 受信) |  | A L
firewallapi.dll,-28775 | Remote Desktop - User Mode (TCP-In) | リモート デスクトップ - ユーザー モード (TCP 受信) |  | J S
firewallapi.dll,-28776 | Remote Desktop - User Mode (UDP-In) | リモート デスクトップ - ユーザー モード (UDP 受信) |  | J S
firewallapi.dll,-28778 | Remote Desktop - Shadow (TCP-In) | リモート デスクトップ - シャドウ (TCP 受信) |  | J S
firewallapi.dll,-28780 | Remote Desktop - (TCP-WS-In) |  |  | S
firewallapi.dll,-28783 | Remote Desktop - (TCP-WSS-In) |  |  | S
firewallapi.dll,-29003 | iSCSI Service (TCP-In) |  |  | S
firewallapi.dll,-29007 | iSCSI Service (TCP-Out) |  |  | S
firewallapi.dll,-29253 | Remote Event Log Management (RPC) | リモート イベント ログ管理 (RPC) |  | A S
firewallapi.dll,-29257 | Remote Event Log Management (NP-In) | リモート イベント ログ管理 (NP 受信) |  | A S
firewallapi.dll,-29265 | Remote Event Log Management (RPC-EPMAP) | リモート イベント ログ管理 (RPC-EPMAP) |  | A S
firewallapi.dll,-29503 | Remote Service Management (RPC) |  |  | S
firewallapi.dll,-29507 | Remote Service Management (NP-In) |  |  | S
firewallapi.dll,-29515 | Remote Service Management (RPC-EPMAP) |  |  | S
firewallapi.dll,-30003 | Windows Defender Firewall Remote Management (RPC) |  | Windows Firewall Remote Management (RPC) | E S
firewallapi.dll,-30007 | Windows Defender Firewall Remote Management (RPC-EPMAP) |  | Windows Firewall Remote Management (RPC-EPMAP) | E S
firewallapi.dll,-30253 | Windows Remote Management (HTTP-In) | Windows リモート管理 (HTTP 受信) |  | A S
firewallapi.dll,-30507 | Wireless Portable Devices (SSDP-In) |  |  | L
firewallapi.dll,-30515 | Wireless Portable Devices (UPnP-In) |  |  | L
firewallapi.dll,-30753 | Media Center Extenders - SSDP (UDP-In) |  |  | L
firewallapi.dll,-30757 | Media Center Extenders - SSDP (UDP-Out) |  |  | L
firewallapi.dll,-30761 | Media Center Extenders - Media Streaming (TCP-In) |  |  | L
firewallapi.dll,-30769 | Media Center Extenders - qWave (UDP-In) |  |  | L
firewallapi.dll,-30773 | Media Center Extenders - qWave (UDP-Out) |  |  | L
firewallapi.dll,-30777 | Media Center Extenders - qWave (TCP-In) |  |  | L
firewallapi.dll,-30781 | Media Center Extenders - qWave (TCP-Out) |  |  | L
firewallapi.dll,-30785 | Media Center Extenders - HTTP Streaming (TCP-In) |  |  | L
firewallapi.dll,-31003 | Windows Media Player (UDP-In) |  |  | D
firewallapi.dll,-31007 | Windows Media Player (UDP-Out) |  |  | L
firewallapi.dll,-31011 | Windows Media Player (TCP-Out) |  |  | L
firewallapi.dll,-31023 | Windows Media Player x86 (UDP-In) |  |  | D
firewallapi.dll,-31024 | Windows Media Player x86 (UDP-Out) |  |  | L
firewallapi.dll,-31025 | Windows Media Player x86 (TCP-Out) |  |  | L
firewallapi.dll,-31253 | Windows Media Player Network Sharing Service (qWave-UDP-In) |  |  | D
firewallapi.dll,-31257 | Windows Media Player Network Sharing Service (qWave-UDP-Out) |  |  | L
firewallapi.dll,-31261 | Windows Media Player Network Sharing Service (qWave-TCP-In) |  |  | D
firewallapi.dll,-31265 | Windows Media Player Network Sharing Service (qWave-TCP-Out) |  |  | L
firewallapi.dll,-31269 | Windows Media Player Network Sharing Service (SSDP-In) |  |  | D
firewallapi.dll,-31273 | Windows Media Player Network Sharing Service (SSDP-Out) |  |  | L
firewallapi.dll,-31277 | Windows Media Player Network Sharing Service (UPnP-In) |  |  | D
firewallapi.dll,-31281 | Windows Media Player Network Sharing Service (UPnP-Out) |  |  | L
firewallapi.dll,-31285 | Windows Media Player Network Sharing Service (HTTP-Streaming-In) |  |  | D
firewallapi.dll,-31289 | Windows Media Player Network Sharing Service (HTTP-Streaming-Out) |  |  | L
firewallapi.dll,-31293 | Windows Media Player Network Sharing Service (Streaming-UDP-In) |  |  | D
firewallapi.dll,-31297 | Windows Media Player Network Sharing Service (Streaming-UDP-Out) |  |  | L
firewallapi.dll,-31301 | Windows Media Player Network Sharing Service (Streaming-TCP-Out) |  |  | L
firewallapi.dll,-31305 | Windows Media Player Network Sharing Service (UDP-In) |  |  | D
firewallapi.dll,-31309 | Windows Media Player Network Sharing Service (UDP-Out) |  |  | L
firewallapi.dll,-31313 | Windows Media Player Network Sharing Service (TCP-In) |  |  | D
firewallapi.dll,-31317 | Windows Media Player Network Sharing Service (TCP-Out) |  |  | L
firewallapi.dll,-31321 | Windows Media Player Network Sharing Service (UPnPHost-Out) |  |  | L
firewallapi.dll,-31501 | Windows Media Player Network Sharing Service (HTTP-Streaming-In) |  |  | D
firewallapi.dll,-32003 | Windows Peer to Peer Collaboration Foundation (TCP-In) |  |  | L
firewallapi.dll,-32011 | Windows Peer to Peer Collaboration Foundation (WSD-In) |  |  | L
firewallapi.dll,-32019 | Windows Peer to Peer Collaboration Foundation (PNRP-In) |  |  | L
firewallapi.dll,-32023 | Windows Peer to Peer Collaboration Foundation (PNRP-Out) |  |  | L
firewallapi.dll,-32027 | Windows Peer to Peer Collaboration Foundation (SSDP-In) |  |  | L
firewallapi.dll,-32753 | Network Discovery (SSDP-In) |  |  | S
firewallapi.dll,-32754 | Network Discovery for Teredo (SSDP-In) |  |  | C
firewallapi.dll,-32757 | Network Discovery (SSDP-Out) |  |  | S
firewallapi.dll,-32761 | Network Discovery (UPnP-In) |  |  | S
firewallapi.dll,-32762 | Network Discovery for Teredo (UPnP-In) |  |  | C
firewallapi.dll,-32765 | Network Discovery (UPnP-Out) |  |  | S
firewallapi.dll,-32769 | Network Discovery (NB-Name-In) |  |  | S
firewallapi.dll,-32773 | Network Discovery (NB-Name-Out) |  |  | S
firewallapi.dll,-32777 | Network Discovery (NB-Datagram-In) |  |  | S
firewallapi.dll,-32781 | Network Discovery (NB-Datagram-Out) |  |  | S
firewallapi.dll,-32785 | Network Discovery (WSD-In) |  |  | S
firewallapi.dll,-32789 | Network Discovery (WSD-Out) |  |  | S
firewallapi.dll,-32801 | Network Discovery (LLMNR-UDP-In) |  |  | S
firewallapi.dll,-32805 | Network Discovery (LLMNR-UDP-Out) |  |  | S
firewallapi.dll,-32809 | Network Discovery (Pub-WSD-In) |  |  | S
firewallapi.dll,-32811 | Network Discovery (Pub WSD-Out) |  |  | S
firewallapi.dll,-32813 | Network Discovery (WSD EventsSecure-In) |  |  | S
firewallapi.dll,-32815 | Network Discovery (WSD EventsSecure-Out) |  |  | S
firewallapi.dll,-32817 | Network Discovery (WSD Events-In) | ネットワーク探索 (WSD イベント受信) |  | K S
firewallapi.dll,-32819 | Network Discovery (WSD Events-Out) |  |  | S
firewallapi.dll,-32821 | Network Discovery (UPnPHost-Out) |  |  | S
firewallapi.dll,-33003 | Remote Assistance (TCP-In) |  |  | C
firewallapi.dll,-33007 | Remote Assistance (TCP-Out) |  |  | C
firewallapi.dll,-33011 | Remote Assistance (RA Server TCP-In) |  |  | C
firewallapi.dll,-33015 | Remote Assistance (RA Server TCP-Out) |  |  | C
firewallapi.dll,-33019 | Remote Assistance (SSDP UDP-In) |  |  | L
firewallapi.dll,-33023 | Remote Assistance (SSDP UDP-Out) |  |  | C
firewallapi.dll,-33027 | Remote Assistance (SSDP TCP-In) |  |  | L
firewallapi.dll,-33031 | Remote Assistance (SSDP TCP-Out) |  |  | C
firewallapi.dll,-33035 | Remote Assistance (DCOM-In) | リモート アシスタンス (DCOM 受信) |  | F K
firewallapi.dll,-33037 | Remote Assistance (PNRP-Out) |  |  | C
firewallapi.dll,-33039 | Remote Assistance (PNRP-In) |  |  | L
firewallapi.dll,-33253 | Remote Scheduled Tasks Management (RPC) |  |  | S
firewallapi.dll,-33257 | Remote Scheduled Tasks Management (RPC-EPMAP) |  |  | S
firewallapi.dll,-33503 | Distributed Transaction Coordinator (TCP-In) |  |  | S
firewallapi.dll,-33507 | Distributed Transaction Coordinator (TCP-Out) |  |  | S
firewallapi.dll,-33511 | Distributed Transaction Coordinator (RPC) |  |  | S
firewallapi.dll,-33513 | Distributed Transaction Coordinator (RPC-EPMAP) |  |  | S
firewallapi.dll,-33753 | Routing and Remote Access (L2TP-In) |  |  | S
firewallapi.dll,-33757 | Routing and Remote Access (L2TP-Out) |  |  | S
firewallapi.dll,-33761 | Routing and Remote Access (PPTP-Out) |  |  | S
firewallapi.dll,-33765 | Routing and Remote Access (PPTP-In) |  |  | S
firewallapi.dll,-33769 | Routing and Remote Access (GRE-In) |  |  | S
firewallapi.dll,-33773 | Routing and Remote Access (GRE-Out) |  |  | S
firewallapi.dll,-34003 | Windows Collaboration Computer Name Registration Service (PNRP-In) |  |  | L
firewallapi.dll,-34007 | Windows Collaboration Computer Name Registration Service (SSDP-In) |  |  | L
firewallapi.dll,-34252 | Windows Management Instrumentation (DCOM-In) |  |  | S
firewallapi.dll,-34254 | Windows Management Instrumentation (WMI-In) |  |  | S
firewallapi.dll,-34256 | Windows Management Instrumentation (ASync-In) |  |  | S
firewallapi.dll,-34258 | Windows Management Instrumentation (WMI-Out) |  |  | S
firewallapi.dll,-34502 | Remote Volume Management - Virtual Disk Service (RPC) |  |  | S
firewallapi.dll,-34504 | Remote Volume Management - Virtual Disk Service Loader (RPC) |  |  | S
firewallapi.dll,-34506 | Remote Volume Management (RPC-EPMAP) |  |  | S
firewallapi.dll,-34753 | Performance Logs and Alerts (TCP-In) |  |  | S
firewallapi.dll,-34755 | Performance Logs and Alerts (DCOM-In) |  |  | S
firewallapi.dll,-35001 | Windows Remote Management - Compatibility Mode (HTTP-In) |  |  | S
firewallapi.dll,-36002 | Cast to Device streaming server (HTTP-Streaming-In) |  |  | D
firewallapi.dll,-36004 | Cast to Device streaming server (RTCP-Streaming-In) |  |  | C
firewallapi.dll,-36006 | Cast to Device streaming server (RTP-Streaming-Out) |  |  | C
firewallapi.dll,-36008 | Cast to Device streaming server (RTSP-Streaming-In) |  |  | D
firewallapi.dll,-36010 | Cast to Device functionality (qWave-UDP-In) |  |  | L
firewallapi.dll,-36012 | Cast to Device functionality (qWave-UDP-Out) |  |  | C
firewallapi.dll,-36014 | Cast to Device functionality (qWave-TCP-In) |  |  | L
firewallapi.dll,-36016 | Cast to Device functionality (qWave-TCP-Out) |  |  | C
firewallapi.dll,-36104 | Cast to Device SSDP Discovery (UDP-In) |  |  | L
firewallapi.dll,-36106 | Cast to Device UPnP Events (TCP-In) |  |  | L
firewallapi.dll,-36252 | Proximity sharing over TCP (TCP sharing-In) |  |  | C
firewallapi.dll,-36254 | Proximity sharing over TCP (TCP sharing-Out) |  |  | C
firewallapi.dll,-36502 | TPM Virtual Smart Card Management (DCOM-In) |  |  | S
firewallapi.dll,-36504 | TPM Virtual Smart Card Management (TCP-In) |  |  | S
firewallapi.dll,-36506 | TPM Virtual Smart Card Management (TCP-Out) |  |  | S
firewallapi.dll,-36753 | Inbound Rule for Remote Shutdown (TCP-In) |  |  | S
firewallapi.dll,-36755 | Inbound Rule for Remote Shutdown (RPC-EP-In) |  |  | S
firewallapi.dll,-36802 | Remote Event Monitor (RPC) |  |  | S
firewallapi.dll,-36804 | Remote Event Monitor (RPC-EPMAP) |  |  | S
firewallapi.dll,-36852 | Wi-Fi Direct Network Discovery (In) |  |  | C
firewallapi.dll,-36854 | Wi-Fi Direct Network Discovery (Out) |  |  | C
firewallapi.dll,-36856 | Wi-Fi Direct Spooler Use (In) |  |  | C
firewallapi.dll,-36858 | Wi-Fi Direct Spooler Use (Out) |  |  | C
firewallapi.dll,-36860 | Wi-Fi Direct Scan Service Use (In) |  |  | C
firewallapi.dll,-36862 | Wi-Fi Direct Scan Service Use (Out) |  |  | C
firewallapi.dll,-37003 | AllJoyn Router (TCP-In) |  |  | S
firewallapi.dll,-37005 | AllJoyn Router (TCP-Out) |  |  | S
firewallapi.dll,-37007 | AllJoyn Router (UDP-In) |  |  | S
firewallapi.dll,-37009 | AllJoyn Router (UDP-Out) |  |  | S
firewallapi.dll,-37102 | DIAL protocol server (HTTP-In) |  |  | D
firewallapi.dll,-37303 | mDNS (UDP-In) |  |  | S
firewallapi.dll,-37305 | mDNS (UDP-Out) |  |  | S
firewallapi.dll,-37403 | Connected Devices Platform (TCP-In) |  |  | C
firewallapi.dll,-37405 | Connected Devices Platform (TCP-Out) |  |  | C
firewallapi.dll,-37407 | Connected Devices Platform (UDP-In) |  |  | C
firewallapi.dll,-37409 | Connected Devices Platform (UDP-Out) |  |  | C
firewallapi.dll,-37411 | Connected Devices Platform - Wi-Fi Direct Transport (TCP-In) |  |  | C
firewallapi.dll,-37413 | Connected Devices Platform - Wi-Fi Direct Transport (TCP-Out) |  |  | C
firewallapi.dll,-37503 | Windows Device Management Sync Client (TCP out) |  |  | L
firewallapi.dll,-37505 | Windows Device Management Enrollment Service (TCP out) |  |  | L
firewallapi.dll,-37507 | Windows Device Management Certificate Installer (TCP out) |  |  | L
firewallapi.dll,-37509 | Windows Device Management Device Enroller (TCP out) |  |  | L
firewallapi.dll,-37682 | Netlogon Service (NP-In) | Netlogon サービス (NP 受信) |  | A S
firewallapi.dll,-37684 | Netlogon Service Authz (RPC) |  |  | S
firewallapi.dll,-38520 | World Wide Web Services (HTTP Traffic-In) | World Wide Web サービス (HTTP トラフィック受信) |  | D J
firewallapi.dll,-38522 | World Wide Web Services (HTTPS Traffic-In) |  |  | D
firewallapi.dll,-38526 | Web Management Service (HTTP Traffic-In) |  |  | D
firewallapi.dll,-50327 | SNMP Trap Service (UDP In) |  |  | S
firewallapi.dll,-53501 | Recommended Troubleshooting Client (HTTP/HTTPS Out) |  |  | C
firewallapi.dll,-54002 | Microsoft Media Foundation Network Source IN [TCP 554] |  |  | L
firewallapi.dll,-54004 | Microsoft Media Foundation Network Source OUT [TCP ALL] |  |  | C
firewallapi.dll,-54006 | Microsoft Media Foundation Network Source IN [UDP 5004-5009] |  |  | L
firewallapi.dll,-80201 | Microsoft Media Foundation Network Source IN [TCP 554] |  |  | L
firewallapi.dll,-80204 | Microsoft Media Foundation Network Source OUT [TCP ALL] |  |  | C
firewallapi.dll,-80206 | Microsoft Media Foundation Network Source IN [UDP 5004-5009] |  |  | L
icsvc.dll,-701 | Virtual Machine Monitoring (Echo Request - ICMPv4-In) |  |  | S
icsvc.dll,-703 | Virtual Machine Monitoring (Echo Request - ICMPv6-In) |  |  | S
icsvc.dll,-705 | Virtual Machine Monitoring (NB-Session-In) |  |  | S
icsvc.dll,-707 | Virtual Machine Monitoring (RPC) |  |  | S
icsvc.dll,-709 | Virtual Machine Monitoring (DCOM-In) |  |  | S
netlogon.dll,-1003 | Netlogon Service (NP-In) |  |  | L
netlogon.dll,-1008 | Netlogon Service Authz (RPC) |  |  | L
peerdistsh.dll,-10000 | BranchCache Content Retrieval (HTTP-In) |  |  | S
peerdistsh.dll,-10001 | BranchCache Content Retrieval (HTTP-Out) |  |  | S
peerdistsh.dll,-10002 | BranchCache Peer Discovery (WSD-In) |  |  | S
peerdistsh.dll,-10003 | BranchCache Peer Discovery (WSD-Out) |  |  | S
peerdistsh.dll,-10004 | BranchCache Hosted Cache Server (HTTP-In) |  |  | S
peerdistsh.dll,-10005 | BranchCache Hosted Cache Server(HTTP-Out) |  |  | S
peerdistsh.dll,-10006 | BranchCache Hosted Cache Client (HTTP-Out) |  |  | S
sstpsvc.dll,-35002 | Secure Socket Tunneling Protocol (SSTP-In) |  |  | D
wifidisplay.dll,-10200 | Wireless Display (TCP-In) |  |  | C
wifidisplay.dll,-10202 | Wireless Display (TCP-Out) |  |  | C
wifidisplay.dll,-10204 | Wireless Display (UDP-Out) |  |  | C
wifidisplay.dll,-10206 | Wireless Display Infrastructure Back Channel (TCP-In) |  |  | L
wlansvc.dll,-37376 | WFD ASP Coordination Protocol (UDP-In) |  |  | L
wlansvc.dll,-37377 | WFD ASP Coordination Protocol (UDP-Out) |  |  | L
wlansvc.dll,-37378 | WFD Driver-only (TCP-In) |  |  | C
wlansvc.dll,-37379 | WFD Driver-only (TCP-Out) |  |  | C
wlansvc.dll,-37380 | WFD Driver-only (UDP-In) |  |  | C
wlansvc.dll,-37381 | WFD Driver-only (UDP-Out) |  |  | C
"""
