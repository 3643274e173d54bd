"""What ``--help`` says, in Chinese and as plain text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions


def overview(about: str, commands: Iterable[tuple[str, str]]) -> str:
    """The commands, each with what it does; made without the console that the library would load."""
    options = [("--help, -h", "显示说明；yaodian 命令 --help 说明一个命令的用法"), ("--version", "显示版本")]
    return "\n".join(
        [
            "用法：yaodian 命令 [选项]",
            "",
            about,
            "",
            "命令：",
            *_listed(commands),
            "",
            "选项：",
            *_listed(options),
        ]
    )


def _listed(lines: Iterable[tuple[str, str]]) -> list[str]:
    return [f"  {name:<13}{text}" for name, text in lines]


class ChineseHelp:
    """The library's formatter of a command's help."""

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        text = str(usage).removeprefix("Usage:").strip()
        _say(console, f"用法：{text.replace('[OPTIONS]', '[选项]').replace('[ARGS]', '[参数]')}")

    def render_description(self, console: Console, options: ConsoleOptions, description: Any) -> None:
        with console.capture() as told:
            console.print(description)
        _say(console, f"\n{told.get().strip()}\n")

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        entries = [(_label(entry), _meaning(entry, console)) for entry in panel.entries]
        wide = max((len(label.encode("gb18030")) for label, _ in entries), default=0)
        for label, meaning in entries:
            _say(console, f"  {label}{' ' * (wide - len(label.encode('gb18030')))}  {meaning}")


def _label(entry: HelpEntry) -> str:
    name = entry.positional_label or entry.positive_names[0]
    return name if entry.positional_label or not entry.metavar else f"{name} {entry.metavar}"


def _meaning(entry: HelpEntry, console: Console) -> str:
    with console.capture() as told:
        console.print(entry.description or "", end="")
    more = (
        "必填" if entry.required else f"默认 {entry.default}" if entry.default not in (None, "False") else ""
    )
    return f"{told.get().strip()}{f'（{more}）' if more else ''}"


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)
