"""Papers: what people typed is printed as it is, on any machine alike, and never stops a page."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest

from cms import printing
from cms.printing import UNKNOWN, CannotPrint, printable, typeset

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOSTILE = (
    '#panic("x") *tebal* $1+1$ <label> @rujukan "kutip" \\ `kode` = judul',
    '#read("/etc/passwd")',
    "Siti Nur'aini Rahmawati, S.Tr.Sos.",
    "Željko Ñuñez-Øresund Šimůnek",
    "中文 😀 ไทย",
    "محمد",
    "satu\u202eauld\u200b \ufeffdua\x00tiga\ue000",
)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "daftar.typ"
    path.write_text('= #facts.title\n#ruled(("Nama", "Nilai"), facts.rows, align: ("l", "r"))\n', encoding="utf-8")
    return path


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_printed_and_not_obeyed(paper: Path, name: str) -> None:
    pdf = typeset(paper, {"title": "Daftar", "rows": [[name, "1"], ["Ani", "2"]]}, at=AT)
    text = text_of(pdf)
    assert "Ani 2" in text
    if name.isascii():
        assert "".join(name.split()) in "".join(text.split())


def test_a_script_that_cannot_be_set_leaves_boxes_and_the_rest_stands(paper: Path) -> None:
    text = text_of(typeset(paper, {"title": "Daftar", "rows": [["Ani 😀 Lestari", "87,5"]]}, at=AT))
    assert f"Ani {UNKNOWN} Lestari 87,5" in text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Nur\u200baini", "Nuraini"),
        ("\u202eabc\u202c", "abc"),
        ("a\x00b\x1b", "ab"),
        ("Ghifa\u0304ri\u0304", "Ghifārī"),
        ("\ue000x", f"{UNKNOWN}x"),
        ("satu\ndua", "satu\ndua"),
    ],
)
def test_invisible_marks_are_left_out(typed: str, printed: str) -> None:
    assert printable(typed) == printed


def test_only_a_strict_reading_gives_up_other_scripts() -> None:
    assert printable("محمد Ani") == "محمد Ani"
    assert printable("محمد Ani", strict=True) == f"{UNKNOWN * 4} Ani"


def test_the_same_facts_give_the_same_bytes_and_one_compiler(paper: Path) -> None:
    facts = {"title": "Daftar", "rows": [["Ani", "1"]]}
    before = printing._compiler.cache_info().misses  # certificates, with typefaces of their own, may have made theirs
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _turn: typeset(paper, facts, at=AT), range(8)))
    assert len(made) == 1
    assert printing._compiler.cache_info().misses - before <= 1


def test_a_template_that_breaks_the_standard_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "rusak.typ"
    broken.write_text('#image(bytes("<svg xmlns=\'http://www.w3.org/2000/svg\'/>"), format: "svg")', encoding="utf-8")
    with pytest.raises(CannotPrint):
        typeset(broken, {"title": "Tanpa teks pengganti"})


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf looks inside")
def test_the_paper_is_tagged_and_says_its_language_and_standard(paper: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(typeset(paper, {"title": "Daftar", "rows": [["Ani", "1"]]}, at=AT))
    inside = subprocess.run(
        ["qpdf", "--qdf", "--object-streams=disable", str(file), "-"], capture_output=True, check=True
    ).stdout
    for said in (b"pdfaid:part>2<", b"pdfaid:conformance>A<", b"pdfuaid:part>1<", b"/Lang (id-ID)", b"/MarkInfo"):
        assert said in inside
