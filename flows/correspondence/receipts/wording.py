"""What a receipt tells the clerk to do next, by result."""

from __future__ import annotations

from flows.correspondence.receipts.model import Answer, chinese_date
from flows.register.results import Result

NOTHING_TO_DO = "不需要再做什么。如发现数据有误，改好后再放入报送文件夹即可，以最新接收的一份为准。"


def next_steps(answer: Answer) -> tuple[str, ...]:
    """One short instruction each, in the order in which they are done."""
    match answer.result:
        case Result.RETURNED:
            return _corrections(answer)
        case Result.QUERIED:
            return ("您填写的核实说明已随数据报送，市局可能就此与您联系。", *_nothing_more(answer))
        case Result.REPEATED:
            known = f"回执 {answer.same_as} " if answer.same_as else "此前"
            return (
                f"本文件与{known}已收的文件完全相同，不重复计数，原结果不变。",
                "如果本想报送改过的数据，请确认改动已保存，再放入改好的文件。",
            )
        case Result.LATE_AFTER_SEAL:
            return ("本月数据已经封存，本文件已完整留存，是否采用由市局决定。", "请联系市局经办人说明情况。")
        case Result.QUARANTINED:
            return (answer.action or "请联系市局经办人。",)
        case _:
            return _nothing_more(answer)


def _nothing_more(answer: Answer) -> tuple[str, ...]:
    if not answer.later:
        return (NOTHING_TO_DO,)
    reports = "、".join(answer.later)
    look = f"{reports}此前已接收，请核对其中与本月有关的数（如本年累计、期末数），不再衔接的请一并更正。"
    return (look, f"其余{NOTHING_TO_DO}")


def standing_of(answer: Answer) -> str:
    """How this submission stands to the earlier ones; empty where there is nothing to say."""
    if answer.standing:
        return f"此前已接收的报表（回执 {answer.standing}）仍然有效，在更正被接收之前以它为准。"
    if answer.replaces:
        return f"本次报送已替代此前接收的报表（回执 {answer.replaces}）。"
    return ""


def _corrections(answer: Answer) -> tuple[str, ...]:
    listed = f"第一张表“{answer.result_sheet}”" if answer.result_sheet else "第一张表"
    where = (
        f"打开同一文件夹中的“{answer.returned_file}”，{listed}列出了全部问题，点“位置”可直接到达单元格。"
        if answer.returned_file
        else "按下面列出的位置打开您的报表。"
    )
    # A ledger has no column for an explanation: what is queried there is corrected or deleted.
    queried = any(
        f.severity == "query" and f.status == "open" and (f.indicator or "核实说明" in f.action)
        for f in answer.findings
    )
    explain = "；标为“核实性”的，数字无误时请在该行“核实说明”栏写明原因" if queried else ""
    over = answer.late or answer.correction
    until = f"，期限为 {chinese_date(answer.deadline)}" if answer.deadline and not over else ""
    return (where, f"逐项改正{explain}。", f"保存后把改好的文件重新放入报送文件夹{until}。")
