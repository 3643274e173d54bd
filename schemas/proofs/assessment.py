"""Proves the scoring settings: methods that suit their indicators, and no setting without effect."""

from __future__ import annotations

from collections.abc import Container, Mapping

from schemas.assessment import SET_BY_DEFAULT, Assessment, Method
from schemas.errors import RegistryError
from schemas.models import KIND_TITLES, STATUSES, Kind, Registry

#: The methods that score a number, and those that score a status.
_OF_NUMBERS = ("target", "growth", "relative", "fewer", "none")
_OF_STATUSES = ("milestone", "none")


def prove_assessment(registry: Registry) -> None:
    """Raises :class:`RegistryError` for the first setting that is contradictory or has no effect."""
    assessment = registry.assessment
    _prove_defaults(assessment)
    for code, method in assessment.methods.items():
        _known(f"methods.{code}", code, registry.indicator, "没有这个指标")
        _prove_method(f"methods.{code}", method, registry.indicator[code].kind)
        if method.method == "milestone" and not (method.points or assessment.defaults[Kind.MILESTONE].points):
            raise _wrong(f"methods.{code}.points", "要写各状态的得分")
    _prove_weights(registry, assessment.weights)
    if (assessment.methods or assessment.weights) and assessment.set_by == SET_BY_DEFAULT:
        raise _wrong("set_by", f"已设定 methods 或 weights，请写 市局设定，现为“{SET_BY_DEFAULT}”")


def _prove_defaults(assessment: Assessment) -> None:
    for name in assessment.defaults:
        _known(f"defaults.{name}", name, {*Kind, "up", "down"}, "不认识的项")
    for kind in Kind:
        _known(f"defaults.{kind}", kind, assessment.defaults, "缺少该项")
    for name, method in assessment.defaults.items():
        # The defaults "up" and "down" are for quantities.
        _prove_method(f"defaults.{name}", method, Kind(name) if name in set(Kind) else Kind.FLOW)
        if method.method == "target":
            raise _wrong(f"defaults.{name}.method", "目标值各指标不同，target 请按指标代码写在 methods 里")
        if method.method == "milestone" and not method.points:
            raise _wrong(f"defaults.{name}.points", "要写各状态的得分")


def _prove_method(key: str, method: Method, kind: Kind) -> None:
    # Milestones are scored by status, all other kinds by number.
    allowed = _OF_STATUSES if kind is Kind.MILESTONE else _OF_NUMBERS
    if method.method not in allowed:
        reason = f"{KIND_TITLES[kind]}指标不能用 {method.method}，应为 {'、'.join(allowed)} 之一"
        raise _wrong(f"{key}.method", reason)
    if method.method == "target" and method.target is None:
        raise _wrong(f"{key}.target", "目标法要写目标值")
    # The assessment workbook scores by a target whenever there is one, whatever the method.
    if method.method != "target" and method.target is not None:
        raise _wrong(f"{key}.target", f"只有 method: target 才写目标值，现为 method: {method.method}")
    if method.method != "milestone" and method.points is not None:
        raise _wrong(f"{key}.points", f"只有 method: milestone 才写得分，现为 method: {method.method}")
    _prove_points(key, method.points)


def _prove_points(key: str, points: Mapping[str, float] | None) -> None:
    """Requires a score for every status: a status left out would silently score 0."""
    for status in points or ():
        _known(f"{key}.points.{status}", status, STATUSES, f"没有这个状态，应为 {'、'.join(STATUSES)} 之一")
    for status in STATUSES if points else ():
        _known(f"{key}.points.{status}", status, points or (), "缺少该项")


def _prove_weights(registry: Registry, weights: Mapping[str, float]) -> None:
    for code, weight in weights.items():
        _known(f"weights.{code}", code, registry.work_point, "没有这个要点")
        if weight < 0:
            raise _wrong(f"weights.{code}", "权重不能为负")
    if all(weights.get(point.code, 1) == 0 for point in registry.work_points):
        raise _wrong("weights", "全部要点的权重都是 0，无从计分")


def _known(key: str, name: str, known: Container[str], reason: str) -> None:
    if name not in known:
        raise _wrong(key, reason)


def _wrong(key: str, reason: str) -> RegistryError:
    return RegistryError("assessment.yaml", key, reason)
