"""Home, content pages, the law, errors: they render, whole and light."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client, RequestFactory
from wagtail.models import Page, Workflow

from cms import catalogue
from cms.citing import affected_by, replace_citations
from cms.models import Citation, HomePage, Regulation
from cms.provisioning import provision
from cms.regulations import load
from cms.views import server_error
from tests.factories_accounts import AT
from tests.factories_cms import make_body, make_content_page, make_home, make_provision, make_regulation

pytestmark = pytest.mark.django_db
STATIC = Path(__file__).parents[2] / "cms" / "static" / "cms"


def test_home_shows_two_doors_and_the_registered_catalogue(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = catalogue.CatalogueEntry("Bimtek ATENSI", "/pelatihan/bimtek-atensi/", "Ringkasan", ("8 modul", "20 JP"))
    monkeypatch.setattr(catalogue, "_providers", [lambda: [entry]])
    make_home(lede="Satu baris.")
    page = client.get("/").content.decode()
    assert page.count("<h1>") == 1
    assert 'href="/masuk/"' in page
    assert 'href="/verifikasi/"' in page
    assert "8 modul · 20 JP" in page


def test_frame_and_stylesheet_stay_far_below_the_budget(client: Client) -> None:
    make_home()
    html = len(gzip.compress(client.get("/").content))
    css = len(gzip.compress((STATIC / "site.css").read_bytes()))
    script = len(gzip.compress((STATIC / "focus.js").read_bytes()))
    assert css < 8_000
    assert html + css + script < 20_000


def test_no_page_of_the_frame_carries_inline_script_or_style(client: Client) -> None:
    make_home()
    make_regulation()
    for address in ("/", "/regulasi/", "/regulasi/permensos-15-2025/", "/tidak-ada/"):
        response = client.get(address)
        html = response.content.decode()
        assert "<style" not in html
        assert ' style="' not in html
        assert "<script>" not in html
        assert "unsafe-inline" not in response["Content-Security-Policy"]


def test_a_content_page_renders_its_blocks(client: Client) -> None:
    body = make_body(
        ("text", {"text": "<h2>Cara masuk</h2>", "sources": []}),
        ("unconfirmed", {"text": "<p>JP</p>", "where": "BBPPKS"}),
    )
    page = make_content_page(title="Bantuan", body=body)
    html = client.get(page.url).content.decode()
    assert "<h1>Bantuan</h1>" in html
    assert "<h2>Cara masuk</h2>" in html.replace(' data-block-key="', ' x="').replace(' x=""', "")
    assert 'class="gap"' in html


def test_an_unknown_address_answers_404_in_our_frame(client: Client) -> None:
    response = client.get("/tidak-ada/")
    assert response.status_code == 404
    assert 'class="site-head"' in response.content.decode()


def test_the_page_of_a_fault_asks_nothing_of_the_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Tersimpan" in response.content.decode()


def test_a_demonstration_says_so_on_every_page(client: Client, settings: Any) -> None:
    make_home()
    settings.SULUH_DEMO = True
    for address in ("/", "/regulasi/", "/tidak-ada/", "/gaya/"):
        assert 'class="banner"' in client.get(address).content.decode(), address
    assert 'class="banner"' in server_error(RequestFactory().get("/")).content.decode()


def test_the_style_page_is_not_there_outside_the_demonstration(client: Client, settings: Any) -> None:
    settings.SULUH_DEMO = settings.DEBUG = False
    assert client.get("/gaya/").status_code == 404


def test_provisioning_twice_makes_one_home_one_workflow_and_keeps_edits() -> None:
    home = provision(on=AT.date())
    HomePage.objects.filter(pk=home.pk).update(title="Judul baru")
    pages = Page.objects.count()
    again = provision(on=AT.date())
    assert again.pk == home.pk
    assert again.title == "Judul baru"
    assert Page.objects.count() == pages
    assert Workflow.objects.filter(active=True).count() == 1


# The law


LAW: dict[str, Any] = {
    "peraturan": [
        {"jenis": "Permensos", "nomor": 16, "tahun": 2020, "tentang": "ATENSI", "status": "dicabut",
         "diganti_oleh": "Permensos 7/2021"},
        {"jenis": "Permensos", "nomor": 7, "tahun": 2021, "tentang": "ATENSI", "status": "diubah",
         "diubah_oleh": "Permensos 7/2022", "catatan": "pencabutan perlu dipastikan di JDIH"},
        {"jenis": "Permensos", "nomor": 7, "tahun": 2022, "tentang": "Perubahan", "status": "berlaku",
         "mengubah": "Permensos 7/2021"},
        {"jenis": "UU", "nomor": 27, "tahun": 2022, "tentang": "PDP",
         "status": "berlaku", "berlaku_sejak": "2022-10-17"},
    ],
    "sumber": {
        "S4": {"jenis": "berita", "rujukan": "Kemensos: Bimtek (21 Juli 2021)"},
        "F02": {"jenis": "halaman", "rujukan": "https://contoh.example/pasal-1", "keterangan": "Pasal 1 (definisi)"},
    },
    "pelatihan": {"dasar_hukum": [{"nama": "Permensos Nomor 7 Tahun 2021 tentang ATENSI, diubah"}]},
}  # fmt: skip


def test_loading_the_law_twice_changes_nothing_and_keeps_edits() -> None:
    first = load(LAW)
    Regulation.objects.filter(number="7", year=2021).update(status="dicabut", note="Sudah dipastikan.")
    second = load(LAW)
    assert Regulation.objects.count() == 4
    assert Regulation.objects.get(number="7", year=2021).note == "Sudah dipastikan."
    assert first.sources["F02"].pk == second.sources["F02"].pk
    assert second.sources["F02"].title == "Pasal 1 (definisi)"
    amending = Regulation.objects.get(number="7", year=2022)
    assert amending.relations.count() == 1
    assert amending.relations.get().target.year == 2021


def test_a_regulation_page_shows_status_relations_gaps_and_only_public_citations(client: Client) -> None:
    load(LAW)
    regulation = Regulation.objects.get(number="7", year=2021)
    provision_row = make_provision(regulation=regulation, article="4", paragraph="1")
    kind = ContentType.objects.get_for_model(Regulation)
    replace_citations(
        kind, regulation.public_id, [(provision_row, "Modul 2: Konsep", "/pelatihan/atensi/")], is_public=True
    )
    replace_citations(kind, provision_row.public_id, [(provision_row, "Soal rahasia", "/admin/soal/1/")])
    html = client.get("/regulasi/permensos-7-2021/").content.decode()
    assert "Permensos Nomor 7 Tahun 2021" in html
    assert "/regulasi/permensos-7-2022/" in html
    assert "/regulasi/permensos-16-2020/" in html
    assert "Pencabutan perlu dipastikan di JDIH" in html
    assert 'id="pasal-4-ayat-1"' in html
    assert "<blockquote>" not in html  # nobody has read it, so nothing is quoted
    assert "Modul 2: Konsep" in html
    assert "Soal rahasia" not in html


def test_amending_a_regulation_lists_what_cites_the_amended_one() -> None:
    load(LAW)
    old, new = Regulation.objects.get(number="7", year=2021), Regulation.objects.get(number="7", year=2022)
    kind = ContentType.objects.get_for_model(Regulation)
    replace_citations(kind, old.public_id, [(make_provision(regulation=old), "Modul 2", ""), (old, "Kursus", "")])
    assert {citation.label for citation in affected_by(new)} == {"Modul 2", "Kursus"}
    replace_citations(kind, old.public_id, [(old, "Kursus", "")])
    assert {citation.label for citation in affected_by(new)} == {"Kursus"}
    assert Citation.objects.count() == 1
