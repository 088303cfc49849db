"""What the living style page shows: a form in each state, a table, every icon."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator

ICONS = [
    "arrow",
    "back",
    "book",
    "calendar",
    "certificate",
    "check",
    "clock",
    "copy",
    "cross",
    "dot",
    "download",
    "edit",
    "flame",
    "image",
    "info",
    "law",
    "leaf",
    "lock",
    "no_signal",
    "people",
    "play",
    "print",
    "question",
    "quote",
    "search",
    "share",
    "shield",
    "upload",
    "user",
    "warning",
]


class ExampleForm(forms.Form):
    """Every kind of control once."""

    name = forms.CharField(label="Nama lengkap", help_text="Persis seperti akan tercetak, dengan gelar.")
    phone = forms.CharField(label="Nomor HP (WhatsApp)", required=False)
    unit = forms.ChoiceField(label="Unit kerja", choices=[("", "Pilih"), ("a", "Sentra Galih Pakuan")])
    answer = forms.ChoiceField(
        label="Apa tujuan asesmen komprehensif?",
        choices=[("a", "Memahami masalah dan potensi penerima manfaat"), ("b", "Menutup layanan")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Alasan", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label="Saya sudah membaca halaman ini")


def style_examples() -> dict[str, Any]:
    """Context of ``cms/style.html``: an untouched form, the same form sent empty, a page of five, icon names."""
    wrong = ExampleForm({}, auto_id="wrong_%s")
    wrong.is_valid()
    rows = [
        {
            "name": "Ani Lestari, S.Tr.Sos.",
            "unit": "Sentra Galih Pakuan",
            "done": "8 dari 8",
            "tone": "good",
            "word": "Selesai",
        },
        {
            "name": "I Made Wirata",
            "unit": "Dinas Sosial Provinsi Banten",
            "done": "5 dari 8",
            "tone": "wait",
            "word": "Menunggu",
        },
        {
            "name": "Yosephina Nur'aini",
            "unit": "LKS Harapan",
            "done": "0 dari 8",
            "tone": "plain",
            "word": "Belum dimulai",
        },
    ]
    return {
        "form": ExampleForm(),
        "wrong_form": wrong,
        "rows": rows,
        "page_of_five": Paginator(range(50), 10).page(2),
        "icons": ICONS,
    }
