"""The places where something could be kept: files, and what Linux shows of a process in /proc."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

LISTENS = "0A"  # as /proc/net writes it
CHUNK_BYTES = 16 * 2**20
# A canary that stands across the border of two chunks is in the overlap whole.
OVERLAP_BYTES = 512
BLOCK_BYTES = 2**14
EMPTY = bytes(BLOCK_BYTES)
MOST_FILE_BYTES = 64 * 2**20
PASSED_OVER = frozenset({".git", ".venv", "venv", "node_modules"})


class UnreadableError(Exception):
    """A place that this system does not show; the text says how to have it shown."""


def files_changed(
    folder: Path, since: float, without: tuple[Path, ...] = ()
) -> Iterator[tuple[Path, bytes]]:
    """The files below a folder that were written after `since`, with their contents."""
    for parent, folders, names in os.walk(folder):
        here = Path(parent)
        folders[:] = [
            name for name in folders if name not in PASSED_OVER and here / name not in without
        ]
        for name in names:
            path = here / name
            with contextlib.suppress(OSError):
                status = path.lstat()
                changed = max(status.st_mtime, status.st_ctime) >= since
                if changed and stat.S_ISREG(status.st_mode) and status.st_size < MOST_FILE_BYTES:
                    yield path, path.read_bytes()


def memory_of(pid: int) -> Iterator[bytes]:
    """The memory of a process that it could have written to, chunk by chunk."""
    try:
        maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines()
        memory = open(f"/proc/{pid}/mem", "rb", buffering=0)  # noqa: PTH123, SIM115  closed below
    except PermissionError:
        raise UnreadableError(
            "could not be read: this system forbids it; allow it with "
            "`sysctl kernel.yama.ptrace_scope=1` (in a container: --cap-add SYS_PTRACE)"
        ) from None
    except OSError:
        raise UnreadableError("could not be read: there is no /proc/<pid>/mem here") from None
    with memory:
        for start, end in _writable(maps):
            for at in range(start, end, CHUNK_BYTES):
                # Devices and guard pages are listed, but not to be read.
                with contextlib.suppress(OSError, ValueError, OverflowError):
                    memory.seek(at)
                    yield _without_zeros(memory.read(min(end - at, CHUNK_BYTES + OVERLAP_BYTES)))


def _without_zeros(chunk: bytes) -> bytes:
    """The chunk without its empty blocks: most of what a process may use it has never touched."""
    blocks = (chunk[at : at + BLOCK_BYTES] for at in range(0, len(chunk), BLOCK_BYTES))
    return b"".join(block for block in blocks if block != EMPTY[: len(block)])


def _writable(maps: list[str]) -> Iterator[tuple[int, int]]:
    for line in maps:
        fields = line.split(maxsplit=5)
        path = fields[5] if len(fields) > 5 else ""
        readable, writable = "r" in fields[1], "w" in fields[1]
        if readable and (writable or not path or path.startswith("/memfd:")):
            start, end = (int(each, 16) for each in fields[0].split("-"))
            yield start, end


def stack_of(pid: int) -> str:
    """Where the stack stands: somewhere else once the process has replaced itself."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
            if line.endswith("[stack]"):
                return line.split("-")[1].split()[0]
    return ""


def shown_of(pid: int, name: str) -> bytes:
    """What /proc/<pid>/<name> says, such as "cmdline" or "environ"."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        raise UnreadableError(f"could not be read: there is no /proc/<pid>/{name} here") from None


def core_limit(pid: int) -> str:
    """The soft and the hard limit of a core dump: "0 0" where none may be written."""
    for line in shown_of(pid, "limits").decode().splitlines():
        if line.startswith("Max core file size"):
            return " ".join(line.split()[4:6])
    raise UnreadableError("could not be read: no limit of core dumps is shown here")


def sockets_of(pid: int) -> frozenset[str]:
    """The numbers of the sockets that the process has open."""
    return frozenset(
        target[8:-1] for _, target in _descriptors(pid) if target.startswith("socket:[")
    )


def peers_of(pid: int, sockets: Collection[str]) -> Iterator[tuple[str, bool]]:
    """Addresses that the process has called by these sockets, or listens at (then with True).

    Not those that have called it: whoever knocks at a door does.
    """
    for protocol in ("tcp", "tcp6", "udp", "udp6"):
        try:
            lines = Path(f"/proc/{pid}/net/{protocol}").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        own = [fields for line in lines[1:] if (fields := line.split())[9] in sockets]
        doors = {_port(fields[1]) for fields in own if fields[3] == LISTENS}
        for fields in own:
            listens = fields[3] == LISTENS
            if not listens and _port(fields[1]) in doors:
                continue
            address = fields[1 if listens else 2]
            if _port(address):
                yield f"{_dotted(address.split(':')[0])}:{_port(address)}", listens


def _port(address: str) -> int:
    return int(address.split(":")[1], 16)


def written_by(pid: int) -> Iterator[Path]:
    """Files that the process has open for writing; those without a name are no files."""
    for number, target in _descriptors(pid):
        if not target.startswith("/") or target.startswith(("/dev/", "/memfd:", "/proc/")):
            continue
        with contextlib.suppress(OSError):
            shown = Path(f"/proc/{pid}/fdinfo/{number}").read_text(encoding="ascii")
            flags = int(shown.split("flags:")[1].split()[0], 8)
            if flags & (os.O_WRONLY | os.O_RDWR):
                yield Path(target.removesuffix(" (deleted)"))


def children_of(pid: int) -> list[int]:
    """The processes that this one has started."""
    with contextlib.suppress(OSError):
        shown = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [int(each) for each in shown.split()]
    return []


def _descriptors(pid: int) -> list[tuple[str, str]]:
    found = []
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):  # noqa: PTH208  a name is all that is needed
            with contextlib.suppress(OSError):
                found.append((name, os.readlink(f"/proc/{pid}/fd/{name}")))  # noqa: PTH115  as above
    return found


def _dotted(address: str) -> str:
    """An IPv4 address as people write it; an IPv6 one in its 32 digits, unless it is IPv4."""
    if len(address) == 8:
        return ".".join(str(byte) for byte in reversed(bytes.fromhex(address)))
    if address.startswith("0000000000000000FFFF0000"):
        return _dotted(address[24:])
    return address
