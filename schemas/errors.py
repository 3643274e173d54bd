"""The office's own mistakes: configuration that cannot be used."""

from __future__ import annotations


class RegistryError(Exception):
    """A registry or settings file cannot be used.

    The message is one Chinese line naming the file, the key and the reason,
    because it is read by the city office, who keeps these files.
    """

    def __init__(self, file: str, key: str, reason: str) -> None:
        self.file = file
        self.key = key
        self.reason = reason
        where = f"{file} 的 {key}" if key else file
        super().__init__(" ".join(f"{where}：{reason}".splitlines()))

    def __reduce__(self) -> tuple[type[RegistryError], tuple[str, str, str]]:
        # Worker processes hand it on; by default it would be made anew from its message alone.
        return type(self), (self.file, self.key, self.reason)
