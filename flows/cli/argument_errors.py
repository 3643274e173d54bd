"""Wrong arguments, told in one Chinese line."""

from __future__ import annotations

from cyclopts import (
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)


def explain_argument_error(error: CycloptsError) -> str:
    """What is wrong, without the library's own English where we know the case."""
    match error:
        case MissingArgumentError():
            name = error.argument.name if error.argument else ""
            return f"缺少参数 {name.lstrip('-').upper()}"
        case UnknownCommandError():
            return f"没有这个命令：{' '.join(error.unused_tokens or [])}"
        case UnknownOptionError():
            return f"没有这个选项：{error.token.keyword or error.token.value}"
        case CoercionError():
            name = error.argument.name if error.argument else ""
            return f"参数 {name.lstrip('-').upper()} 的值不对：{error.token.value if error.token else ''}"
        case UnusedCliTokensError():
            return f"多余的参数：{' '.join(error.unused_tokens or [])}"
        case _:
            return str(error).replace("\n", " ")
