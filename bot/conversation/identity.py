"""What in a text could show who somebody is: it is left out before anything looks at the text."""

from __future__ import annotations

import re

# Telephone, case, card and passport numbers: seven digits or more, however they are grouped.
NUMBER = re.compile(r"[A-Za-z]{0,3}[-#]?\+?\d(?:[ ().\-/]{0,2}\d){6,}")
# Bounded and without going back (`+`), or a text of one long word would take 50 ms.
ADDRESS = re.compile(r"[^\s@]{1,64}+@[^\s@]+\.\w+|(?<!\w)@\w{4,}")
INTRODUCTION = re.compile(
    r"\b(?:my name is|mi nombre es|me llamo|je m.?appelle|mon nom est|meu nome [ée]|me chamo|"
    r"меня зовут|mwen rele|non mwen se|ang pangalan ko|ako po si|mera naam|mera naa?m|mera na)\b"
    r"|我叫|我的名字|اسمي|اسم من|मेरा नाम|ਮੇਰਾ ਨਾਮ|ਮੇਰਾ ਨਾਂ",
    re.IGNORECASE,
)
LEFT_OUT = " "


def without_identity(text: str) -> tuple[str, bool]:
    """The text without numbers and addresses that could show who somebody is, and whether
    there was something of that kind, a name given included."""
    masked = ADDRESS.sub(LEFT_OUT, NUMBER.sub(LEFT_OUT, text))
    return masked, masked != text or INTRODUCTION.search(text) is not None
