"""The month's manifest: the SHA-256 of every output and of every original it rests on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.consolidation.month import Month
from flows.platform.home import Home
from flows.register.archive import digest

NAME = "manifest.json"


def build_manifest(month: Month, outputs: Mapping[str, bytes], previous: str) -> bytes:
    """Canonical JSON. ``previous`` is the SHA-256 of the month before's manifest, empty for none."""
    content: dict[str, Any] = {
        "period": str(month.period),
        "registry_version": month.registry.version,
        "previous_manifest_sha256": previous,
        "outputs": {name: digest(outputs[name]) for name in sorted(outputs)},
        "originals": [
            {
                "submission_id": row.submission_id,
                "unit": row.unit,
                "file": row.file,
                "sha256": row.file_sha256,
                "received_at": row.received_at,
                "result": row.result,
                "current": bool(row.current),
            }
            for row in month.submissions.itertuples(index=False)
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def previous_digest(home: Home, month: Month) -> str:
    """What the chain continues from: the manifest of the month before, where there is one."""
    path = home.month(month.period.previous) / NAME
    return digest(path.read_bytes()) if path.is_file() else ""


def read(path: Path) -> dict[str, Any]:
    """Raises ``OSError`` or ``ValueError`` for a manifest that is missing or no JSON."""
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content
