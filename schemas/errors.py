"""The error raised for the city office's own files: registry or settings that cannot be used."""

from __future__ import annotations


class RegistryError(Exception):
    """A registry or settings file cannot be used.

    The message is one Chinese line that names file, key and reason: the city office, which keeps
    these files, reads it.
    """

    def __init__(self, file: str, key: str, reason: str) -> None:
        self.file = file
        self.key = key
        self.reason = reason
        where = f"{file} 的 {key}" if key else file
        super().__init__(" ".join(f"{where}：{reason}".splitlines()))

    def __reduce__(self) -> tuple[type[RegistryError], tuple[str, str, str]]:
        # Worker processes pickle it; by default unpickling calls __init__ with the message alone.
        return type(self), (self.file, self.key, self.reason)
