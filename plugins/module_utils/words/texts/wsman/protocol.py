# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with an answer of a host, or with a message to it. The text that follows ends the
sentence."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_ANSWERS = {
    "answer.too_many_bytes": Text(
        "The answer has {count} bytes, more than the {most} that are read",
        "応答が {count} バイトあり、読み取る上限の {most} バイトを超えています",
    ),
    "answer.too_many_elements": Text(
        "The answer has more than {most} elements and attributes",
        "応答の要素と属性が {most} 個を超えています",
    ),
    "answer.too_long_tag": Text(
        "The answer has a tag of more than {most} bytes",
        "応答に {most} バイトを超えるタグがあります",
    ),
    "answer.no_place": Text(
        "The answer is so large that it waits for the large answers of other hosts, which were not "
        "read within {seconds} seconds",
        "応答が大きく、ほかのホストの大きな応答の読み取りが終わるのを待ちましたが、{seconds} "
        "秒以内に終わりませんでした",
    ),
    "answer.too_deep": Text(
        "The answer nests elements more than {most} deep",
        "応答の要素の入れ子が {most} 段を超えています",
    ),
    "answer.not_xml": Text(
        "The answer is not well-formed XML: {why}",
        "応答が正しい XML ではありません: {why}",
    ),
    "answer.encoding": Text(
        "The answer's encoding can't be read: {why}",
        "応答の文字コードを読み取れません: {why}",
    ),
    "answer.doctype": Text(
        "The answer declares a document type (DTD), which is never read",
        "応答に文書型宣言 (DTD) があります。DTD は読み取りません",
    ),
    "answer.no_envelope": Text(
        "The answer is XML but not a SOAP envelope: its root is {root}",
        "応答は XML ですが SOAP エンベロープではありません。ルート要素は {root} です",
    ),
    "answer.no_body": Text(
        "The answer is a SOAP envelope without a body",
        "応答は SOAP エンベロープですが、本体がありません",
    ),
    "answer.unrelated": Text(
        "The answer relates to message '{found}' instead of '{expected}'",
        "応答がメッセージ「{expected}」ではなく「{found}」に対するものです",
    ),
    "answer.unexpected": Text(
        "The answer holds {found} where {expected} is expected",
        "応答には {expected} が必要ですが、{found} があります",
    ),
    "answer.empty": Text(
        "The answer holds nothing where {expected} is expected",
        "応答には {expected} が必要ですが、何もありません",
    ),
    "answer.no_instance": Text(
        "The answer to Get holds no instance",
        "Get への応答にインスタンスがありません",
    ),
    "answer.repeated": Text(
        "The answer has {property}, which is not an array, more than once",
        "応答に、配列ではない {property} が 2 回以上あります",
    ),
    "answer.wrong_type": Text(
        "The answer has '{value}' for {property}, which is not a {type}",
        "応答の {property} の値「{value}」は {type} 型ではありません",
    ),
    "answer.no_resource": Text(
        "The answer has an endpoint reference without a resource URI",
        "応答のエンドポイント参照にリソース URI がありません",
    ),
    "answer.no_context": Text(
        "The answer is not the last page but has no context to continue with",
        "応答は最後のページではないのに、続きを読むためのコンテキストがありません",
    ),
    "answer.no_reference": Text(
        "The answer has an item that is not an object and its reference",
        "応答に、オブジェクトとその参照の組ではない項目があります",
    ),
    "answer.incomplete": Text(
        "The answer has an instance without {property}",
        "応答に {property} のないインスタンスがあります",
    ),
    "answer.no_shell": Text(
        "The answer to the opening of a shell names no shell",
        "シェルを開く要求への応答に、シェルの ID がありません",
    ),
    "answer.no_command": Text(
        "The answer to a command line names no command",
        "コマンド ラインへの応答に、コマンドの ID がありません",
    ),
    "answer.not_base64": Text(
        "The answer has output that is not Base64",
        "応答の出力が Base64 ではありません",
    ),
    "answer.exit_code": Text(
        "The answer has an exit code '{code}'",
        "応答の終了コード「{code}」は数値ではありません",
    ),
}

_REQUESTS = {
    "request.of": Text("{name}: {problem}", "{name}: {problem}"),
    "request.no_text": Text(
        "{value} can't be written as text",
        "{value} をテキストとして書き出せません",
    ),
    "request.wrong_type": Text("{value} is not a {type}", "{value} は {type} 型ではありません"),
    "request.no_time_zone": Text("{value} has no time zone", "{value} にタイム ゾーンがありません"),
    "request.outside_years": Text(
        "{value} is outside the years 1 to 9999 in UTC",
        "{value} は UTC で 1 年から 9999 年の範囲にありません",
    ),
    "request.no_interval": Text(
        "{value} can't be written as a CIM interval",
        "{value} を CIM の間隔として書き出せません",
    ),
    "request.no_property": Text(
        "{cim_class} has no property '{name}'",
        "{cim_class} にプロパティ「{name}」はありません",
    ),
    "request.no_cim_name": Text(
        "'{name}' is not a CIM name",
        "「{name}」は CIM の名前ではありません",
    ),
    "request.no_array": Text("{value} is not an array", "{value} は配列ではありません"),
    "request.array": Text("{value} is an array", "{value} は配列です"),
    "request.empty_array": Text(
        "an array without elements has no form in XML; NULL is None",
        "要素のない配列は XML で表せません。NULL は None です",
    ),
    "request.null_in_array": Text(
        "{value} has an element that is NULL",
        "{value} に NULL の要素があります",
    ),
    "request.no_properties": Text(
        "A query for no property asks for nothing",
        "プロパティを 1 つも指定しないクエリは何も問い合わせません",
    ),
    "request.empty_condition": Text(
        "A condition on nothing has no form in WQL",
        "対象のない条件は WQL で表せません",
    ),
    "request.incomparable": Text(
        "WQL can't compare {property}",
        "WQL は {property} を比較できません",
    ),
    "request.wrong_literal": Text(
        "{value} is not a value to compare {property} with",
        "{value} は {property} と比較できる値ではありません",
    ),
    "request.character": Text(
        "XML can't carry the character {character}, found at position {position} of '{text}'",
        "「{text}」の位置 {position} の文字 {character} は XML で送れません",
    ),
}

TEXTS: Mapping[str, Text] = {**_ANSWERS, **_REQUESTS}
