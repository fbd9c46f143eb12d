"""What one process leaves to the one that takes its place, through memory that has no name.

    left = leave(text)                  the number of an open file, good for an exec
    taken(left)                         the text, once; the memory is given back

The file lives in memory only and ends with its last holder. Python keeps the strings of answered
messages in freed memory for as long as a process lives, so the program replaces itself: an exec
gives the whole memory back to the kernel, and only this is handed on.
"""

from __future__ import annotations

import os


def leave(text: str) -> int:
    """The number of an open file without a name that holds the text and outlives an exec."""
    number = os.memfd_create("handover", 0)
    os.set_inheritable(number, True)
    with os.fdopen(os.dup(number), "wb") as file:
        file.write(text.encode())
    os.lseek(number, 0, os.SEEK_SET)
    return number


def taken(number: str) -> str:
    """The text that was left under this number; empty where there is nothing to be had."""
    if not number.isdecimal():
        return ""
    try:
        with os.fdopen(int(number), "rb") as file:
            return file.read().decode()
    except (OSError, UnicodeDecodeError):
        return ""
