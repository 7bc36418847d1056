"""`stanzascope jid` as people type it."""
import json
import subprocess

from harness.proxy import BIN, stanzascope


def rows(*arguments, expect=0, **keywords):
    return [json.loads(line) for line in stanzascope("jid", "--json", *arguments, expect=expect, **keywords).splitlines()]


def piped(text, *arguments):
    return subprocess.run([str(BIN / "stanzascope"), "jid", *arguments, "-"], input=text, capture_output=True, timeout=60)


def test_an_address_is_prepared_by_both_generations():
    lines = rows("Juliet@Capulet.Example/Balcony")
    assert [line["profile"] for line in lines] == ["rfc3920", "rfc7622"]
    for line in lines:
        assert line["type"] == "address" and line["input"] == "Juliet@Capulet.Example/Balcony"
        assert line["valid"] is True and line["error"] is None and line["disagreements"] == []
        assert (line["local"], line["domain"], line["resource"]) == ("juliet", "capulet.example", "Balcony")
        assert any(step["before"] == "Juliet" and step["after"] == "juliet" for step in line["steps"])


def test_parts_that_are_not_there_are_null():
    line, = rows("capulet.example", "--profile", "rfc7622")
    assert line["local"] is None and line["resource"] is None and line["domain"] == "capulet.example"


def test_a_refusal_names_part_character_byte_and_clause_and_ends_with_1():
    line, = rows("é♚@a.example", "--profile", "rfc7622", expect=1)
    assert line["valid"] is False and line["local"] is None
    assert line["error"] == {"part": "local part", "code_point": "U+265A", "offset": 2, "clause": "RFC 8264 §9.15",
                             "message": "U+265A BLACK CHESS KING is not allowed in a local part (Symbols)"}
    assert line["steps"][-1]["after"] is None


def test_the_table_shows_steps_and_where_the_generations_part():
    text = stanzascope("jid", "Fußball@example.org")
    for expected in ("Fußball", "fussball", "NFKC", "lower case", "RFC 3920 §A.3", "RFC 8265 §3.3.3", "The two generations disagree"):
        assert expected in text, text
    assert "\x1b" not in text
    assert "The two generations agree" in stanzascope("jid", "juliet@example.org")


def test_what_cannot_be_seen_is_written_out():
    text = stanzascope("jid", "jul\u00adiet@a.example/x\u200dy", expect=1)
    assert "jul<U+00AD>iet" in text and "x<U+200D>y" in text and "\u00ad" not in text and "\u200d" not in text, text
    assert "“ foo”" in stanzascope("jid", "a.example/ foo", expect=1)


def test_two_addresses_are_compared_and_it_says_why():
    text = stanzascope("jid", "Fußball@example.org", "fussball@example.org")
    assert "rfc3920  equal: Prepared, both are “fussball@example.org”." in text, text
    assert "rfc7622  different: The local parts differ: “fußball” and “fussball”." in text, text
    comparisons = [line for line in rows("a.example", "A.example.") if line["type"] == "comparison"]
    assert [line["equal"] for line in comparisons] == [True, True]


def test_addresses_come_from_a_pipe_one_per_line():
    done = piped("juliet@capulet.example\r\n\nromeo@montague.example/orchard".encode(), "--json", "--profile", "rfc3920")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["input"] for line in lines] == ["juliet@capulet.example", "romeo@montague.example/orchard"]


def test_what_a_pipe_brings_cannot_move_the_cursor_nor_fill_the_memory():
    done = piped(b"a\x1b[2J@b\xff.example\n" + b"x" * 5_000_000 + b"\nok.example\n")
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout and b"UTF-8" in done.stdout
    assert b"ok.example" in done.stdout
    done = piped(b"a\xff@b.example\n", "--json", "--profile", "rfc7622")
    line = json.loads(done.stdout)
    assert line["error"]["offset"] == 1 and line["error"]["code_point"] is None


def test_wrong_usage_ends_with_2():
    stanzascope("jid", expect=2)
    stanzascope("jid", "a.example", "--profile", "rfc822", expect=2)
    assert "--profile" in stanzascope("jid", "--help")
