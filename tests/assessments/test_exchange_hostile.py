"""Files that somebody damaged or built to do harm: a clear sentence, bounded work, never a traceback."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import pytest

from assessments.exchange.formats import FORMATS, WRITTEN, recognised
from assessments.formats import gift, moodle_xml, sheet_exchange, xml_tree
from assessments.formats.decoding import MEGABYTE
from assessments.formats.exchanged import Choice, Exchange, Exchanged, number_of
from assessments.formats.fractions import even_shares
from assessments.formats.markup import LONGEST, Wording
from tests.assessments.test_exchange_vectors import VECTORS

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa">%s]>
<quiz><question type="essay"><name><text>&j;</text></name></question></quiz>""" % b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<quiz><question type="essay"><questiontext><text>&x;</text></questiontext></question></quiz>"""
REMOTE = b"""<!DOCTYPE quiz SYSTEM "http://localhost:1/quiz.dtd"><quiz/>"""
XML = {
    "billion laughs": BOMB,
    "a file of the server": OUTSIDE,
    "a remote document type": REMOTE,
    "an entity nobody declared": b"<quiz><question type='essay'>&nbsp;</question></quiz>",
    "nested deeply": b"<quiz><question>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</question></quiz>",
    "many elements": b"<quiz><question type='essay'>" + b"<hint/>" * 200_000 + b"</question></quiz>",
    "a huge text": b"<quiz><question type='essay'><questiontext><text>" + b"a" * 3 * MEGABYTE,
    "cut off": b"<quiz><question type='essay'><name><text>a</text></name>",
    "not XML": b"<quiz",
    "a web page": b"<html><body>Moodle</body></html>",
    "no question": b"<quiz></quiz>",
    "Latin-1 that says UTF-8": b"<?xml version='1.0' encoding='UTF-8'?>\n<quiz>\n<question type='\xe9'/></quiz>",
    "an unknown encoding": b"<?xml version='1.0' encoding='utf-7'?><quiz></quiz>",
    "control characters": b"<quiz><question type='essay'><name><text>\x01</text></name></question></quiz>",
    "nothing": b" \n",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
}


@pytest.mark.parametrize("name", XML)
def test_hostile_xml_is_refused_in_one_sentence(name: str) -> None:
    tracemalloc.start()
    found = moodle_xml.read(XML[name])
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.faults) == 1
    assert found.faults[0].reason
    assert (found.questions, found.skipped) == ((), ())
    assert "root:" not in str(found)
    assert peak < 60 * MEGABYTE


@pytest.mark.parametrize("slug", FORMATS)
def test_fifty_megabytes_are_refused_before_anything_is_read(slug: str) -> None:
    start = {"moodle-xml": b"<quiz>", "sheet": b"PK\x03\x04"}.get(slug, b"Soal?\n")
    data = start + b"a" * (50 * MEGABYTE)
    tracemalloc.start()
    found = FORMATS[slug].read(data, 5000)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.faults) == 1
    assert "MB" in found.faults[0].reason
    assert peak < MEGABYTE


@pytest.mark.parametrize("slug", ["gift", "aiken", "text"])
@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 10, b"\x89PNG\r\n\x1a\n\x00\x01\x02\x03\xff", "é soal ".encode() + b"\xe9 rusak", b"\xff\xfea"],
    ids=["empty", "zeros", "picture", "damaged UTF-8", "half a UTF-16"],
)
def test_what_is_no_text_is_refused(slug: str, data: bytes) -> None:
    found = FORMATS[slug].read(data, 5000)
    assert (len(found.faults), found.questions) == (1, ())


def test_damaged_utf_8_is_named_with_its_line() -> None:
    (fault,) = gift.read("Baris satu é {T}\n\nBaris ".encode() + b"\xe9 tiga {T}").faults
    assert fault.line == 3


@pytest.mark.parametrize("slug", WRITTEN)
def test_more_questions_than_allowed_are_refused(slug: str) -> None:
    write = FORMATS[slug].write
    assert write is not None
    choices = tuple(Choice(text, share) for text, share in zip("ab", even_shares([True, False]), strict=True))
    single = [Exchanged("single", f"Soal {n}x?", choices=(choices[0], Choice("b"))) for n in range(60)]
    assert len(FORMATS[slug].read(write(single[:3]).data, 3).questions) == 3
    refused = FORMATS[slug].read(write(single).data, 3)
    assert refused.faults
    assert len(refused.questions) < 60


def seeded_mutations(data: bytes, count: int) -> list[bytes]:
    """Bytes changed, cut out, doubled and moved, the same for ever."""
    rng = random.Random(20261122)
    found = []
    for _ in range(count):
        mutated = bytearray(data)
        for _ in range(rng.randint(1, 6)):
            place, length = rng.randrange(len(mutated)), rng.randint(1, 40)
            what = rng.randrange(4)
            if what == 0:
                mutated[place] = rng.choice(b"{}~=#%\\<>&\"'[]:\x00\xff\n\r]A1")
            elif what == 1:
                del mutated[place : place + length]
            elif what == 2:
                mutated[place:place] = mutated[place : place + length]
            else:
                mutated[place:place] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 4)))
        found.append(bytes(mutated))
    return found


@pytest.mark.parametrize("name", ["quirks.gift", "moodle.xml", "as-people-write.aiken.txt", "sheet"])
def test_two_hundred_mutations_end_in_a_reading(name: str) -> None:
    read = {"quirks.gift": "gift", "moodle.xml": "moodle-xml", "sheet": "sheet"}.get(name, "aiken")
    data = sheet() if name == "sheet" else (VECTORS / name).read_bytes()
    for mutated in seeded_mutations(data, 200):
        found = FORMATS[read].read(mutated, 5000)
        assert isinstance(found, Exchange)
        assert found.questions or found.faults or found.skipped
        write = FORMATS[read].write
        assert write is not None
        again = FORMATS[read].read(write(found.questions).data, 5000) if found.questions else found
        assert write(again.questions).data == write(found.questions).data
        assert recognised(mutated) in FORMATS


def sheet() -> bytes:
    shares = even_shares([True, False, True])
    choices = tuple(Choice(text, share) for text, share in zip(("ya", "tidak", "=1"), shares, strict=True))
    return sheet_exchange.write([Exchanged("multiple", f"Soal {n}?", choices=choices) for n in range(5)]).data


@pytest.mark.parametrize(
    "evil",
    [
        '<a "' * 14_000,
        "<a" * 29_000,
        "<a '\"" * 11_000,
        "<" * 59_000,
        "<!--" * 14_000,
        "<sup>" * 11_000,
        "&#1" * 19_000,
    ],
    ids=range(7),
)
def test_markup_that_never_ends_is_gone_through_once(evil: str) -> None:
    assert isinstance(Wording().said(evil, "html"), str)
    assert len(evil) < LONGEST


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<p>a<script>alert(1)</script>b</p>", "ab"),
        ("<scr<script>ipt>alert(1)</script>x", "<scrx"),
        ("<SCRIPT SRC=//x></SCRIPT >a", "a"),
        ("<img src=x onerror=alert(1)>a", "a"),
        ("<svg onload=alert(1)><p>dalam</p></svg>a", "a"),
        ("<a href='java\nscript:alert(1)'>klik</a>", "klik"),
        ("<style>p{}</style>a<iframe src=x>b</iframe>", "a"),
        ("a<!-- <script> -->b<![CDATA[c]]>", "ab"),
        ("<p onclick='>'>a</p>", "a"),
        ("2 < 3 dan 5 > 4", "2 < 3 dan 5 > 4"),
        ("&lt;b&gt; adalah tag", "<b> adalah tag"),
        ("satu<br>dua<br/>tiga<ul><li>x<li>y</ul>akhir", "satu\ndua\ntiga\n- x\n- y\nakhir"),
        ("H<sub>2</sub>O, x<sup>n+1</sup>, y<sup>ab</sup>", "H₂O, xⁿ⁺¹, y^(ab)"),
        ("<script>tidak ditutup", ""),
    ],
)
def test_markup_becomes_plain_text(written: str, said: str) -> None:
    assert Wording().said(written, "html") == said


@pytest.mark.parametrize(
    ("written", "number"),
    sorted(
        {
            "1,5": "1.5",
            "1,500": "",
            "+1.50": "1.5",
            "1e3": "1000",
            "-0": "0",
            "1e-3": "0.001",
            ".5": "0.5",
            "abc": "",
        }.items()
        | {"1e99": "", "−2": "-2", "0,125": "0.125", "": "", "nan": "", "1" * 40: "", "٣": ""}.items()
    ),
)
def test_numbers_are_decimals_or_nothing(written: str, number: str) -> None:
    assert number_of(written) == number


def test_the_limits_are_those_the_documents_name() -> None:
    text = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()
    assert f"{xml_tree.MOST_BYTES // MEGABYTE} MB (Moodle XML)" in text
