# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with files on the controller, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

TEXTS: Mapping[str, Text] = {
    "file.problem": Text("{path}: {what}. {remedy}.", "{path}: {what}。{remedy}。"),
    "file.disk_full": Text("the disk is full", "ディスクの空き容量がありません"),
    "file.quota": Text(
        "the quota of this user is used up", "このユーザーのディスク クォータを使い切っています"
    ),
    "file.too_large_to_write": Text(
        "it gets larger than a file may be", "ファイルの大きさが上限を超えます"
    ),
    "file.too_large_to_read": Text(
        "it has more than {limit} bytes", "{limit} バイトを超えています"
    ),
    "file.read_only": Text("the file system is read-only", "ファイル システムが読み取り専用です"),
    "file.not_allowed": Text(
        "this user may not do that there", "このユーザーには操作の権限がありません"
    ),
    "file.long_name": Text("a name in it is too long", "パスの中の名前が長すぎます"),
    "file.circle": Text("its links go round in a circle", "リンクが循環しています"),
    "file.is_folder": Text("it is a folder", "フォルダーです"),
    "file.no_folder": Text(
        "a part of it is not a folder", "パスの途中にフォルダーでないものがあります"
    ),
    "file.no_path": Text(
        "it is not a path: it has a character that no path can have",
        "パスに使えない文字が含まれています",
    ),
    "file.folder_missing": Text(
        "the folder {folder} is not there", "フォルダー {folder} がありません"
    ),
    "file.strange_link": Text(
        "'{name}' in it is a link that another user may have put there, and is not followed",
        "パスの中の「{name}」は、別のユーザーが作成した可能性のあるリンクのため、"
        "リンク先を使用しません",
    ),
    "file.device": Text(
        "it is not a file, but a pipe or a device",
        "ファイルではなく、パイプまたはデバイスです",
    ),
    "file_remedy.own_folder": Text(
        "Name a file in a folder of yours", "自分のフォルダーにあるファイルを指定してください"
    ),
    "file_remedy.make_room": Text(
        "Make room on the controller, or name another folder",
        "コントローラーの空き容量を増やすか、別のフォルダーを指定してください",
    ),
    "file_remedy.raise_limit": Text(
        "Raise the limit (ulimit -f) of Ansible", "Ansible の上限 (ulimit -f) を上げてください"
    ),
    "file_remedy.other_folder": Text(
        "Name a folder that can be written to", "書き込めるフォルダーを指定してください"
    ),
    "file_remedy.another_folder": Text("Name another folder", "別のフォルダーを指定してください"),
    "file_remedy.shorter_name": Text("Give a shorter one", "短い名前を指定してください"),
    "file_remedy.mend_links": Text(
        "Fix the links, or name another file",
        "リンクを直すか、別のファイルを指定してください",
    ),
    "file_remedy.file": Text("Name a file", "ファイルを指定してください"),
    "file_remedy.other_file": Text("Name another file", "別のファイルを指定してください"),
    "file_remedy.make_folder": Text(
        "Make it, or name another one", "作成するか、別のフォルダーを指定してください"
    ),
    "file_remedy.place_itself": Text(
        "Name the place itself, or a file in a folder that only you can write to",
        "リンク先そのものか、自分だけが書き込めるフォルダーのファイルを指定してください",
    ),
}
