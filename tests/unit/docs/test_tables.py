"""The tables of the written pages say what the code says."""

import pytest

from tests.unit.docs.pages import PAGES
from tests.unit.docs.tables import MEANING, TABLES, tables_in, updated


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_says_what_the_code_says(page) -> None:  # type: ignore[no-untyped-def]
    text = page.read_text("utf-8")
    assert updated(text) == text, "run: python -m tests.unit.docs.tables"


def test_every_table_stands_in_exactly_one_page() -> None:
    standing = [name for page in PAGES for name, _ in tables_in(page.read_text("utf-8"))]
    assert sorted(standing) == sorted(TABLES)


def test_every_key_has_a_meaning_in_words() -> None:
    without = [
        f"{name}: {row[0]}"
        for page in PAGES
        for name, rows in tables_in(page.read_text("utf-8"))
        if TABLES[name]()[0][-1] == MEANING
        for row in rows
        if not row[-1]
    ]
    assert not without


def test_a_table_out_of_date_is_written_anew_and_keeps_what_people_wrote() -> None:
    name = "pan"
    stale = (
        f"<!-- table: {name} -->\n| key | base | meaning |\n| --- | --- | --- |\n"
        "| `low_end_hz` | 1 | below it, the middle |\n| `gone` | 2 | no more |\n<!-- end of table -->\n"
    )
    fresh = updated(stale)
    assert "| `low_end_hz` | 120 | Hz | 40 to 300 |  | below it, the middle |" in fresh
    assert "gone" not in fresh
    assert updated(fresh) == fresh
