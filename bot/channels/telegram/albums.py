"""Albums arrive picture by picture, each as a message: which of them is to be answered?

The last few albums are remembered under a keyed hash of their ids, in this process alone: of
several replicas each may say once that it did not look.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from hashlib import blake2b

MOST_ALBUMS = 256


class Albums:
    """The albums of the last moments, and which of their messages was answered."""

    __slots__ = ("_answered", "_key")

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        # True where words were answered, False where only a note was said.
        self._answered: OrderedDict[bytes, bool] = OrderedDict()

    def __repr__(self) -> str:
        return "<Albums>"

    def is_answered(self, album: str, *, words: bool) -> bool:
        """Whether a message of this album needs no answer any more; asking counts as answering.

        Words are answered once, also after a note; a note is said once, and never after words.
        """
        name = blake2b(album.encode("utf-8", "replace"), key=self._key, digest_size=16).digest()
        before = self._answered.get(name)
        if before is None or (words and not before):
            self._answered[name] = words
            while len(self._answered) > MOST_ALBUMS:
                self._answered.popitem(last=False)
            return False
        return True
