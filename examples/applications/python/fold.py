"""How Rollcall compares usernames: two spellings are one username exactly when `fold` makes the same text of both.

The claims in the usernames table have folded usernames as their key. docs/folding-vectors.json holds this file to what
Rollcall does. Promises to refuse what it cannot fold, so that nobody is taken for nobody.
"""

import re
import unicodedata

# What does not count in a username: Unicode's Default_Ignorable_Code_Point, and what RFC 4518 maps to nothing.
_IGNORED = re.compile(
    "[\u00ad\u034f\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u1806\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
_SPACES = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")


class CannotFold(ValueError):
    """The username looks like a distinguished name, which is compared by its parts: ask GET /accounts/by-username."""


def fold(username: str) -> str:
    """The form in which a username is compared; empty where nothing of it counts."""
    text = unicodedata.normalize("NFKC", _IGNORED.sub("", username))
    # Letter by letter: the lower case of a whole text would treat a sigma at its end in another way.
    for case in (str.lower, str.upper, str.lower):
        text = "".join(map(case, text))
    text = _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip(" ")
    if "=" in text:
        raise CannotFold(username)
    return text
