# Only what dockwright.dockerfile._adapter uses of dockerfile-parse 2.
from typing import TextIO, TypedDict

class _Item(TypedDict):
    instruction: str
    startline: int  # from 0
    endline: int  # inclusive
    content: str
    value: str

class DockerfileParser:
    def __init__(self, *, fileobj: TextIO, env_replace: bool = ...) -> None: ...
    @property
    def structure(self) -> list[_Item]: ...
