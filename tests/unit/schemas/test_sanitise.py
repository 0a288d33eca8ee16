"""Text from outside is only text, wherever it is shown."""

import re

import pytest

from schemas.no_go import NoGo
from schemas.sanitise import in_markdown, is_plain, sanitise, visible

ESCAPE = "\x1b[2J\x1b[31mPaid\x1b]0;title\x07"
"""Clears a terminal, turns red, and names the window."""
TURNED = "invoice‮fdp.exe‬"
"""Reads as “invoiceexe.pdf” in an editor."""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Zoë Ní Dhomhnaill, £1,320.00 “in full” – 100 %", "Zoë Ní Dhomhnaill, £1,320.00 “in full” – 100 %"),
        (ESCAPE, "[2J [31mPaid ]0;title"),
        (TURNED, "invoicefdp.exe"),
        ("two\r\nlines\tand a tab\x00", "two lines and a tab"),
        ("a​b\ufeffc\u00add", "abcd"),
        ("line\u2028separator\x85next", "line separator next"),
        ("a file name that is no UTF-8 \udcff", "a file name that is no UTF-8 �"),
        ("", ""),
        ("\x9b31m", "31m"),
    ],
)
def test_nothing_is_left_that_is_obeyed_or_hidden(text: str, said: str) -> None:
    assert sanitise(text) == said
    assert sanitise(said) == said


def test_it_is_cut_to_a_length() -> None:
    assert sanitise("x" * 121) == "x" * 119 + "…"
    assert sanitise("x" * 120) == "x" * 120
    assert len(sanitise("\x00" * 1_000_000)) <= 120
    assert sanitise(" " * 300 + "late").endswith("…"), "what was not looked at is not passed over in silence"


@pytest.mark.parametrize(
    "text",
    [
        "[click](https://bank.example)",
        "![x](https://tracker.example/1.png)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "https://bank.example",
        "www.bank.example",
        "someone@bank.example",
        "# heading",
        "`code`",
        "**bold** | cell",
        "line\n\n## Approved",
        "&lt;b&gt;",
    ],
)
def test_in_markdown_it_says_just_that(text: str) -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).enable("table").render(f"- {in_markdown(text)}: 1")
    for tag in ("<a", "<img", "<script", "<h1", "<h2", "<code", "<strong", "<table"):
        assert tag not in html
    assert not re.search(r"://|www\.|\w@", in_markdown(text)), "nor is an address one"


def test_a_plain_text_is_shown_as_it_is() -> None:
    assert is_plain("ilf-2026-11 (second).csv")
    assert not any(is_plain(text) for text in (ESCAPE, TURNED, "a\nb", "x" * 121, " x"))


def test_lines_stay_where_a_text_of_several_is_shown() -> None:
    assert visible(f"first\n{ESCAPE}") == "first\n [2J [31mPaid ]0;title "


def test_no_sentence_holds_what_a_terminal_obeys() -> None:
    said = str(NoGo(f"{ESCAPE}.csv {TURNED} is empty: send the extract again."))
    assert said == "[2J [31mPaid ]0;title .csv invoicefdp.exe is empty: send the extract again."
    assert len(str(NoGo("x" * 1_000_000))) <= 20_000
