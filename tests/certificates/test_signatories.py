"""The award rule's editor offers one's own signatories, and takes no other whatever number is sent."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from certificates.models import AwardRule, Signatory
from cms.permissions import sync_groups
from tests.factories_accounts import make_organization, make_person
from tests.factories_certificates import make_course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_another_organizations_signatory_is_neither_offered_nor_taken(client: Client) -> None:
    ours, theirs = make_organization(name="Balai Serang"), make_organization(name="Balai Lain")
    own = Signatory.objects.create(organization=ours, name="Rahmat Hidayat", position="Kepala", place="Serang")
    foreign = Signatory.objects.create(organization=theirs, name="Orang Asing", position="Kepala", place="Lain")
    citra = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=ours)
    sync_groups(citra, on=timezone.localdate())
    course = make_course(ours)
    client.force_login(citra)
    address = reverse("wagtailsnippets_certificates_awardrule:add")
    text = client.get(address).content.decode()
    assert "Orang Asing" not in text
    sent = {
        "organization": ours.pk,
        "course": course.pk,
        "kind": "training",
        "mode": "automatic",
        "is_active": "on",
        "result_label": "Lulus",
        "number_template": "{urut:04d}/{jenis}/{kode_unit}/{bulan_romawi}/{tahun}",
    }
    assert client.post(address, sent | {"signatory": foreign.pk}).status_code == 200
    assert not AwardRule.objects.exists()
    assert client.post(address, sent | {"signatory": own.pk}).status_code == 302
    assert AwardRule.objects.get().signatory == own
    edit = reverse("wagtailsnippets_certificates_awardrule:edit", args=[AwardRule.objects.get().pk])
    assert client.post(edit, sent | {"signatory": foreign.pk}).status_code == 200
    assert AwardRule.objects.get().signatory == own
    chooser = Signatory.snippet_viewset.chooser_viewset  # type: ignore[attr-defined]
    listed = client.get(reverse(chooser.get_url_name("choose"))).content.decode()
    assert ("Rahmat Hidayat" in listed, "Orang Asing" in listed) == (True, False)
    for row, status in ((own, 200), (foreign, 404)):
        assert client.get(reverse(chooser.get_url_name("chosen"), args=[row.pk])).status_code == status
