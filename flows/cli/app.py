"""The command line: ``yaodian``. Arguments in, exit status out; the work is done elsewhere.

Exit status: 0 done, 1 found what it was asked to look for, 2 wrong use, 3 refused, 4 our failure.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from flows.cli.help_text import ChineseHelp, overview
from flows.platform import exit_codes
from flows.platform.supported import unsupported_system

ABOUT = "要点：把一年一度的工作要点变成可信的月度报送。"


def _version() -> str:
    from importlib.metadata import version

    return version("yaodian")


app = App(
    name="yaodian",
    help=ABOUT,
    help_format="plaintext",
    help_formatter=ChineseHelp(),
    version=_version,
    version_flags=["--version"],
)

HomeOption = Annotated[
    Path | None,
    Parameter(name="--home", metavar="文件夹", help="存放 inbox/ 和 outputs/ 的文件夹，默认为当前文件夹"),
]
PeriodArgument = Annotated[str, Parameter(help="报告期，如 2023-06")]
JsonOption = Annotated[bool, Parameter(name="--json", negative="", help="以 JSON 输出")]


def main() -> None:
    """Run one command and leave with its exit status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit status of one command line; messages for the office go to standard error."""
    if refusal := unsupported_system():
        print(refusal, file=sys.stderr)
        return exit_codes.WRONG_USE
    if arguments in ([], ["--help"], ["-h"]):
        print(overview(ABOUT, commands()))
        return exit_codes.DONE
    try:
        result = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        print(f"用法有误：{wrong_use(error)}。详见 yaodian --help", file=sys.stderr)
        return exit_codes.WRONG_USE
    return result if isinstance(result, int) else exit_codes.DONE


def commands() -> list[tuple[str, str]]:
    """Each command with what it does, in the order of an office's work."""
    return [(name, str(app[name].help)) for name in app if not name.startswith("-")]


def wrong_use(error: CycloptsError) -> str:
    """What is wrong with the arguments, in one line."""
    from flows.cli.argument_errors import explain_argument_error

    return explain_argument_error(error)


@app.command
def demo(*, home: HomeOption = None) -> int:
    """生成两个月的示例报表并完整办理一遍，最后说明去哪里看。"""
    return _guarded(home, "flows.cli.demo:run_demo")


@app.command
def templates(
    year: Annotated[int, Parameter(help="年份，如 2023")],
    *,
    unit: Annotated[str | None, Parameter(metavar="单位", help="只下发这一单位的模板")] = None,
    period: Annotated[
        str | None, Parameter(metavar="报告期", help="指定月份，默认为各单位下一个应报月份")
    ] = None,
    home: HomeOption = None,
) -> int:
    """下发某年的报表模板到 outputs/templates/。"""
    return _guarded(home, "flows.cli.templates:issue_templates", year, unit, period)


@app.command
def intake(*, home: HomeOption = None) -> int:
    """收取 inbox/ 中等候的全部报表，给出回执。"""
    return _ordered(home, "flows.cli.intake:take_in")


@app.command
def consolidate(
    period: Annotated[str, Parameter(help="报告期，如 2023-06；或年份，如 2023")], *, home: HomeOption = None
) -> int:
    """收件、校验、汇总一个月，生成考核汇总表、数据集和审计站点；只写年份则汇总全年。"""
    return _ordered(home, "flows.cli.consolidate:consolidate_period", period)


@app.command
def status(period: PeriodArgument, *, json: JsonOption = False, home: HomeOption = None) -> int:
    """查看谁已报、何时报、结果如何，谁还没报。"""
    return _guarded(home, "flows.cli.status:show_status", period, json)


@app.command
def derive(
    notice: Annotated[Path, Parameter(help="通知原文（文本文件）")],
    *,
    year: Annotated[int | None, Parameter(metavar="年份", help="要点登记的年份，默认为最新一年")] = None,
) -> int:
    """用通知原文核对要点登记：有无未登记的要点、引文是否出自原文。"""
    return _guarded(None, "flows.cli.derive:compare_with_notice", notice, year)


@app.command
def trace(
    period: PeriodArgument,
    unit: Annotated[str | None, Parameter(help="单位的简称、全称或代码")] = None,
    code: Annotated[str | None, Parameter(help="指标代码")] = None,
    *,
    cell: Annotated[str | None, Parameter(metavar="单元格", help="汇总表的单元格，如 '指标汇总!F12'")] = None,
    json: JsonOption = False,
    home: HomeOption = None,
) -> int:
    """追溯一个数的来历：提交、文件指纹、工作表和单元格、原文、要点和引文。"""
    return _guarded(home, "flows.cli.trace:show_trace", period, unit, code, cell, json)


@app.command
def seal(
    period: PeriodArgument,
    *,
    key: Annotated[
        Path | None, Parameter(metavar="文件", help="市局的 Ed25519 私钥（PEM），给清单签名")
    ] = None,
    home: HomeOption = None,
) -> int:
    """封存一个月：输出转为只读，清单登记在案。"""
    return _guarded(home, "flows.cli.seal:seal_month", period, key)


@app.command
def reopen(
    period: PeriodArgument,
    *,
    reason: Annotated[str, Parameter(metavar="原因", help="启封的原因，记录在案")],
    home: HomeOption = None,
) -> int:
    """启封一个已封存的月份，须写明原因。"""
    return _guarded(home, "flows.cli.seal:reopen_month", period, reason)


@app.command
def verify(
    period: PeriodArgument,
    *,
    key: Annotated[
        Path | None, Parameter(metavar="文件", help="市局的 Ed25519 公钥（PEM），用来验签")
    ] = None,
    home: HomeOption = None,
) -> int:
    """只凭原始文件把一个月重建一遍，与现有输出逐字节核对。"""
    return _guarded(home, "flows.cli.verify:verify_month", period, key)


@app.command
def serve(
    *,
    port: Annotated[int, Parameter(metavar="端口", help="Prefect 运行界面的端口")] = 4200,
    site_port: Annotated[int, Parameter(metavar="端口", help="审计站点的端口")] = 4280,
    home: HomeOption = None,
) -> int:
    """常驻运行：每分钟收件，截止后每天汇总，在本机打开运行界面和审计站点。"""
    return _guarded(home, "flows.cli.serve:serve_home", port, site_port)


@app.command
def chase(
    period: PeriodArgument,
    *,
    dry_run: Annotated[bool, Parameter(name="--dry-run", negative="", help="只显示，不发送、不登记")] = False,
    home: HomeOption = None,
) -> int:
    """催报：列出未报和被退回的单位，写好催报通知，有渠道的发出去。"""
    return _guarded(home, "flows.cli.chase:chase_period", period, dry_run)


def _ordered(home: Path | None, command: str, *arguments: object) -> int:
    """As :func:`_guarded`, by the service that runs on this home where there is one."""
    from flows.operation.service.command_client import run_by_service
    from flows.platform.home import Home

    status = run_by_service(Home(_root(home)), command, *arguments)
    return _guarded(home, command, *arguments) if status is None else status


def _guarded(home: Path | None, command: str, *arguments: object) -> int:
    """Run ``module:function``; whose fault a failure is decides its form: see ``flows.cli.failures``."""
    from flows.cli.failures import run_guarded
    from flows.platform.home import Home

    return run_guarded(Home(_root(home)), command, *arguments)


def _root(home: Path | None) -> Path:
    return home or Path(os.environ.get("YAODIAN_HOME") or ".")
