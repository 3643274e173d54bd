"""A registry file that cannot be used is refused with file, key and reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import schemas
from schemas import RegistryError
from schemas.loading import FOLDER, YEAR_FILES
from schemas.settings import settings
from validations.declaring.relation import tolerance

WAIVER = "- {unit: '411024', rule: carry_forward, reason: 口径不同, who: 张三, until: 2023-09-30}"
TELL = """
import schemas, schemas.settings
print(schemas.load(2023).city, schemas.settings.settings().inbox.settle_seconds)
"""
HUNDRED_MILLIONS = """
- code: "4209"
  name: 专利证券化融资额
  unit: 亿元
  kind: flow
  reported_by: [county]
  basis: 全市专利商标质押融资
  definition: 本月专利证券化产品的发行额。
"""
CORRUPTIONS = yaml.safe_load(Path(__file__).with_name("corruptions.yaml").read_text("utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the schemas folder's data."""
    shutil.copytree(FOLDER, tmp_path / "schemas", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "schemas"


def path_of(folder: Path, file: str) -> Path:
    return folder / "2023" / file if file in YEAR_FILES else folder / file


def test_the_copy_is_the_same_registry(folder: Path) -> None:
    """The version is a digest of contents, not of places."""
    assert schemas.load(2023, folder) == schemas.load(2023)
    assert schemas.years(folder) == (2023,)


def test_an_office_keeps_its_policy_outside_the_checkout(folder: Path) -> None:
    """YAODIAN_SCHEMAS names the folder that is read instead: registry and settings."""
    units, settings = folder / "units.yaml", folder / "settings.yaml"
    units.write_text(units.read_text("utf-8").replace("city: 许昌市", "city: 某市"), "utf-8")
    settings.write_text(
        settings.read_text("utf-8").replace("settle_seconds: 2", "settle_seconds: 7"), "utf-8"
    )
    told = subprocess.run(
        [sys.executable, "-c", TELL],
        env=os.environ | {"YAODIAN_SCHEMAS": str(folder), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert told.stdout.split() == ["某市", "7.0"]


@pytest.mark.parametrize("fault", CORRUPTIONS, ids=range(len(CORRUPTIONS)))
def test_a_corrupted_file_is_refused_with_file_key_and_reason(folder: Path, fault: dict[str, str]) -> None:
    """The office reads in one Chinese line where to look and what is wrong."""
    path = path_of(folder, fault["file"])
    text = path.read_text("utf-8")
    assert fault["from"] in text
    path.write_text(text.replace(fault["from"], fault["to"], 1), "utf-8")
    with pytest.raises(RegistryError) as refused:
        schemas.load(2023, folder)
    error = refused.value
    assert (error.file, error.key[: len(fault["key"])]) == (fault.get("at", fault["file"]), fault["key"])
    assert fault["reason"] in error.reason
    assert error.file in str(error)
    assert "\n" not in str(error)


def test_a_new_type_of_unit_is_an_entry(folder: Path) -> None:
    """A unit of it reports what names the type, as those of the others do."""
    units, indicators = path_of(folder, "units.yaml"), path_of(folder, "indicators.yaml")
    text = units.read_text("utf-8").replace(
        "  county: 县（市、区）局\n", "  county: 县（市、区）局\n  town: 乡镇所\n"
    )
    units.write_text(text.replace('code: "411002", type: county', 'code: "411002", type: town'), "utf-8")
    named = indicators.read_text("utf-8").replace(
        "reported_by: [county, branch", "reported_by: [town, county, branch", 1
    )
    indicators.write_text(named, "utf-8")
    registry = schemas.load(2023, folder)
    assert [i.code for i in registry.indicators_of(registry.unit["411002"])] == ["1101"]


def test_an_indicator_in_another_unit_of_money_is_one_entry(folder: Path) -> None:
    """What takes decimals is a matter of the unit of measure, which report.yaml knows."""
    path = path_of(folder, "indicators.yaml")
    path.write_text(path.read_text("utf-8") + HUNDRED_MILLIONS, "utf-8")
    registry = schemas.load(2023, folder)
    found = {code: (i.decimals, i.is_amount) for code, i in registry.indicator.items()}
    assert found["4209"] == found["4201"] == (2, True)
    assert (found["4204"], found["4208"]) == ((0, False), (2, False))
    assert tolerance(registry.indicator["4209"]) == tolerance(registry.indicator["4201"]) == 0.005


def test_a_valid_waiver_is_read(folder: Path) -> None:
    """A waiver that names an existing unit and relation stands."""
    path_of(folder, "waivers.yaml").write_text(WAIVER, "utf-8")
    (waiver,) = schemas.load(2023, folder).waivers
    assert (waiver.unit, waiver.rule, waiver.until.isoformat()) == ("411024", "carry_forward", "2023-09-30")


def test_an_empty_waivers_file_waives_nothing(folder: Path) -> None:
    """Comments alone are a valid list of no waivers."""
    path_of(folder, "waivers.yaml").write_text("# none\n", "utf-8")
    assert schemas.load(2023, folder).waivers == ()


@pytest.mark.parametrize("file", [*YEAR_FILES, "units.yaml", "report.yaml"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    """No file of the registry can be done without."""
    path_of(folder, file).unlink()
    with pytest.raises(RegistryError) as refused:
        schemas.load(2023, folder)
    assert refused.value.file == file


@pytest.mark.parametrize("file", [*YEAR_FILES, "units.yaml", "report.yaml"])
def test_a_file_in_another_encoding_is_named(folder: Path, file: str) -> None:
    """An editor that saves GBK is told so."""
    path_of(folder, file).write_bytes("名称: 许昌市".encode("gbk"))
    with pytest.raises(RegistryError) as refused:
        schemas.load(2023, folder)
    assert (refused.value.file, refused.value.reason) == (file, "不是 UTF-8 文字")


@pytest.mark.parametrize(
    "file", [f for f in YEAR_FILES if f != "waivers.yaml"] + ["units.yaml", "report.yaml"]
)
def test_an_empty_file_is_named(folder: Path, file: str) -> None:
    """An emptied file is refused, never taken as nothing to report."""
    path_of(folder, file).write_text("", "utf-8")
    with pytest.raises(RegistryError) as refused:
        schemas.load(2023, folder)
    assert refused.value.file == file


def test_a_file_with_windows_line_ends_and_byte_order_mark_is_the_same(folder: Path) -> None:
    """Editing on Windows changes nothing that counts."""
    path = path_of(folder, "units.yaml")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert schemas.load(2023, folder) == schemas.load(2023)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert schemas.load(2023, folder.joinpath("..", "schemas")).units == schemas.load(2023).units


def test_a_year_without_registry_is_named(folder: Path) -> None:
    """Asking for a year that nobody has registered says so."""
    with pytest.raises(RegistryError, match="没有 2031 年的要点登记"):
        schemas.load(2031, folder)


def test_a_policy_folder_that_is_not_there_is_named(folder: Path) -> None:
    """YAODIAN_SCHEMAS mistyped is the office's mistake, and no failure of reading."""
    with pytest.raises(RegistryError, match="没有这个文件夹，请检查环境变量 YAODIAN_SCHEMAS"):
        schemas.years(folder / "schema")


def test_any_change_of_policy_changes_the_version(folder: Path) -> None:
    """Outputs name the version of the registry that they were made under."""
    path = path_of(folder, "assessment.yaml")
    path.write_text(path.read_text("utf-8").replace("set_by: 默认", "set_by: 市局设定"), "utf-8")
    assert schemas.load(2023, folder).version != schemas.load(2023).version


def test_no_file_may_be_larger_than_the_register_can_say(folder: Path) -> None:
    """PostgreSQL would refuse the number when the file has long been read."""
    path = folder / "settings.yaml"
    path.write_text(path.read_text("utf-8").replace("largest_mb: 500", "largest_mb: 2048"), "utf-8")
    with pytest.raises(RegistryError, match=r"settings\.yaml.*largest_mb.*不应大于 2047"):
        settings(path)
