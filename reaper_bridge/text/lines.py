"""One line of REAPER's text and the words in it; what nobody edits keeps every byte.

Conventions: a line is its raw bytes with indentation and end of line (CRLF or LF, as found; none at the
end of some files). Tokens are cut only when asked for, by the rules of Cockos' ``WDL/lineparse.h``: a token
that starts with ``"``, ``'`` or a backtick runs to the next such character, there are no escapes. Text is
UTF-8; bytes that are not survive as surrogate escapes.
"""

import functools
import math
import re
from typing import Final, NamedTuple

_QUOTES = (b'"', b"'", b"`")
_BLANK = b" \t\r\n"
_MOST_LINES: Final = 32_768
_FIXED_ZEROS = re.compile(r"-?\d+\.\d{5,}0")


class Token(NamedTuple):
    """One word of a line: its text, its quote character or "", and where its bytes lie in the raw line."""

    text: str
    quote: str
    start: int
    end: int


class Line:
    """One line of the file; it never changes, an edit returns another line."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def __repr__(self) -> str:
        return f"Line({self.raw!r})"

    @property
    def name(self) -> str:
        """The first word, without the ``<`` of a block; empty for a blank line."""
        words = self.raw.split(None, 1)
        return text_of(words[0].removeprefix(b"<")) if words else ""

    @property
    def end_of_line(self) -> bytes:
        """The line's own end: CRLF, LF, or nothing."""
        if self.raw.endswith(b"\r\n"):
            return b"\r\n"
        return b"\n" if self.raw.endswith(b"\n") else b""

    @property
    def indentation(self) -> bytes:
        """The blanks before the first character."""
        return self.raw[: len(self.raw) - len(self.raw.lstrip(b" \t"))]

    @property
    def is_opaque(self) -> bool:
        """Whether this is verbatim text (``|like this``), which has no tokens."""
        return self.raw.lstrip(b" \t").startswith(b"|")

    def tokens(self) -> tuple[Token, ...]:
        """Return the words of the line; the first is its name without ``<``.

        None at all where the line is opaque or a quote stays open: REAPER ignores such a line.
        """
        return () if self.is_opaque else _tokens(self.raw)

    def text(self, index: int, default: str = "") -> str:
        """Return the text of one token, the name being number 0."""
        tokens = self.tokens()
        return tokens[index].text if index < len(tokens) else default

    def number(self, index: int, default: float = 0.0) -> float:
        """Return one token as a finite number; what is none counts as ``default``."""
        text = self.text(index)
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            match = re.match(r"[-+]?\d+(?:[.,]\d+)?", text)
            return float(match.group().replace(",", ".")) if match else default
        return value if math.isfinite(value) else default

    def integer(self, index: int, default: int = 0) -> int:
        """Return one token as a whole number, cut off like C's ``strtol``."""
        return int(self.number(index, default))

    def with_token(self, index: int, text: str) -> "Line":
        """Return this line with one token's bytes replaced, or appended behind the last (gaps filled with 0).

        The token keeps its quote character where that is still legal.
        """
        tokens = self.tokens()
        if index >= len(tokens):
            missing = " 0" * (index - len(tokens)) + " " + format_token(text)
            body = self.raw.rstrip(_BLANK)
            return Line(body + bytes_of(missing) + self.end_of_line)
        token = tokens[index]
        written = format_token(text, token.quote)
        return Line(self.raw[: token.start] + bytes_of(written) + self.raw[token.end :])

    def with_number(self, index: int, value: float, decimals: int = 14) -> "Line":
        """Return this line with one token replaced by a number, in the style of the number that stood there.

        Old projects keep the zeros at the end (``1.00000000``); a token that says the same already stays.
        """
        old = self.text(index)
        if old and self.number(index, math.nan) == value:
            return self
        if _FIXED_ZEROS.fullmatch(old):
            return self.with_token(index, f"{value:.{len(old.partition('.')[2])}f}")
        return self.with_token(index, format_number(value, decimals))


def format_token(text: str, quote: str = "") -> str:
    """Return a text as REAPER writes it in a line, quoted where it must be.

    ``quote`` is kept where it is legal, as some fields are always quoted. A text that holds all three quote
    characters loses its backticks to apostrophes, as in REAPER; line ends and NUL become blanks.
    """
    clean = re.sub(r"[\r\n\0]", " ", text)
    if quote and quote not in clean:
        return f"{quote}{clean}{quote}"
    if clean and clean[0] not in "\"'`#;" and not re.search(r"[ \t]", clean):
        return clean
    for candidate in "\"'`":
        if candidate not in clean:
            return f"{candidate}{clean}{candidate}"
    return "`" + clean.replace("`", "'") + "`"


def format_number(value: float, decimals: int = 14) -> str:
    """Return a number as REAPER writes it: fixed point, zeros at the end cut off.

    Raises:
        ValueError: It is not finite.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot stand in a project file")
    if abs(value) > 2147483647:
        return f"{value:.{decimals}f}"
    trimmed = f"{value:.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{value:.0f}"
    return "0" if trimmed in ("-0", "") else trimmed


def text_of(raw: bytes) -> str:
    """Decode bytes of a project file; what is not UTF-8 survives ``bytes_of``."""
    return raw.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """Encode text for a project file, the reverse of ``text_of``."""
    return text.encode("utf-8", "surrogateescape")


@functools.lru_cache(_MOST_LINES)
def _tokens(raw: bytes) -> tuple[Token, ...]:
    """Split a line; a project that is read again and again has nearly the same lines each time."""
    found: list[Token] = []
    at, end = 0, len(raw.split(b"\0", 1)[0].rstrip(b"\r\n"))
    while True:
        while at < end and raw[at] in b" \t":
            at += 1
        if not found and raw[at : at + 1] == b"<":
            at += 1
        if at >= end:
            return tuple(found)
        quote = raw[at : at + 1]
        if quote in _QUOTES:
            stop = raw.find(quote, at + 1, end)
            if stop < 0:
                return ()
            found.append(Token(text_of(raw[at + 1 : stop]), quote.decode(), at, stop + 1))
            # WDL steps over whatever follows the closing quote
            at = stop + 2
        else:
            stop = at
            while stop < end and raw[stop] not in b" \t":
                stop += 1
            found.append(Token(text_of(raw[at:stop]), "", at, stop))
            at = stop
