"""Parses YAML strictly: a repeated key, or a number that YAML 1.1 would misread, is an error."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

from schemas.errors import RegistryError

try:  # libyaml's parser is ten times faster; PyYAML's wheels contain it
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # pragma: no cover
    from yaml import SafeLoader  # type: ignore[assignment]


_NUMBERS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})
#: YAML 1.1 reads 1:30 as 90 and 010 as 8.
_MISREAD = re.compile(r"[-+]?(?:0[0-9_]|0[xb]|.*[:_])", re.IGNORECASE)


class _Strict(SafeLoader):
    """Refuses a mapping with a repeated key, or with a key that is a list or mapping."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                why = "冒号前不能是列表或一组“键: 值”；以 { 或 [ 开头的文字请加引号"
                raise yaml.constructor.ConstructorError(None, None, why, key.start_mark)
            if key.value in keys:
                raise yaml.constructor.ConstructorError(None, None, f"重复的键 {key.value}", key.start_mark)
            keys.add(str(key.value))
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Raises, naming the line, for an impossible date and for a number that YAML would misread."""
        if isinstance(node, yaml.ScalarNode) and node.tag in _NUMBERS and _MISREAD.match(node.value):
            why = f"{node.value} 可能被读成另一个数；数请写成普通的十进制，文字请加引号"
            raise yaml.constructor.ConstructorError(None, None, why, node.start_mark)
        try:
            return super().construct_object(node, deep)
        except ValueError as error:  # a date such as 2023-02-30
            why = f"不存在的日期或写错的数：{node.value}"
            raise yaml.constructor.ConstructorError(None, None, why, node.start_mark) from error


def parse(name: str, content: bytes) -> Any:
    """The values of the YAML file ``name``. Raises :class:`RegistryError` naming file, line and reason."""
    try:
        return yaml.load(content.decode("utf-8-sig"), _Strict)  # noqa: S506 - a safe loader
    except UnicodeDecodeError as error:
        raise RegistryError(name, "", "不是 UTF-8 文字") from error
    except yaml.constructor.ConstructorError as error:
        raise RegistryError(name, _line(error), f"YAML 内容有误（{error.problem}）") from error
    except yaml.MarkedYAMLError as error:
        why = "YAML 写法有误，请检查缩进、冒号后的空格、引号和括号"
        raise RegistryError(name, _line(error), why) from error
    except yaml.YAMLError as error:
        raise RegistryError(name, "", "含有 YAML 不允许的字符") from error


def _line(error: yaml.MarkedYAMLError) -> str:
    return "" if error.problem_mark is None else f"第{error.problem_mark.line + 1}行"
