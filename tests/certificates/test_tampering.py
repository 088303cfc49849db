"""Every way we know to tamper with a certificate in any of its forms, each with the one answer it must get: beside the
register, by a device with nothing but a trust bundle, and in the verifier's own page.  What is untouched is valid."""

from __future__ import annotations

import io
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from accounts.models import Role
from certificates import filing, graduating, graduation_paper, judging, judging_credentials, revoking
from certificates.checking import examine
from certificates.checking.list_check import ATTACHMENT_NAME as MINUTES_NAME
from certificates.checking.picture import read_code
from certificates.checking.pool import CheckerPool
from certificates.credential import baking
from certificates.credential.facts import CredentialFacts, Flaw
from certificates.credential.proof import add_proof
from certificates.credential.reading import read_credential
from certificates.judging import Answer
from certificates.keeping import kept_path
from certificates.keys import KeyRegister, SigningKeys
from certificates.models import CheckedList
from certificates.offline.building import build_verifier
from certificates.offline.bundle import BadBundle, Contents, make_bundle, read_bundle
from certificates.offline.files import judge_file
from certificates.registering import public_register
from certificates.signing import SignContext
from certificates.status.reading import Trouble, bit
from certificates.verifying_lists import minutes, running
from certificates.verifying_lists.reading import Asked
from tests.browsers import PHONE
from tests.certificates import forgeries
from tests.certificates.tampered import Paper, credentials, papers, photographs
from tests.factories_accounts import AT, make_organization, make_person
from tests.factories_certificates import make_award, make_certificate, signing_keys
from tests.factories_certpure import signing_keys as pure_keys
from tests.issued_papers import HOST, World

A = Answer


@pytest.mark.once
def test_each_tampered_pdf_gets_its_own_answer() -> None:
    register = pure_keys().register
    table: dict[Callable[[], bytes], A] = {
        forgeries.ours: A.NOT_RECORDED,
        forgeries.byte_flipped_in_a_page: A.ALTERED,
        forgeries.byte_flipped_in_the_byte_range_spaces: A.ALTERED,
        forgeries.signature_value_flipped: A.ALTERED,
        forgeries.something_hidden_behind_the_signature: A.ALTERED,
        forgeries.signature_is_rubbish: A.ALTERED,
        forgeries.unsigned_part_of_the_signature_changed: A.NOT_GENUINE,
        forgeries.copied_onto_another_certificate: A.ALTERED,
        forgeries.revision_appended: A.ALTERED,
        forgeries.text_appended: A.ALTERED,
        forgeries.name_changed_by_an_update: A.ALTERED,
        forgeries.sealed_twice: A.ALTERED,
        forgeries.byte_range_leaves_a_gap: A.ALTERED,
        forgeries.byte_range_starts_late: A.ALTERED,
        forgeries.sealed_by_a_twin_key: A.OTHER_KEY,
        forgeries.our_record_sealed_by_a_twin_key: A.OTHER_KEY,
        forgeries.record_resigned_by_another_key: A.NOT_GENUINE,
        forgeries.record_names_our_key_but_another_signed: A.NOT_GENUINE,
        forgeries.record_changed_under_its_signature: A.NOT_GENUINE,
        forgeries.without_a_record: A.NOT_GENUINE,
        forgeries.with_two_records: A.NOT_GENUINE,
        forgeries.record_of_another_paper: A.ALTERED,
        forgeries.record_of_another_paper_in_one_seal: A.ALTERED,
        forgeries.second_record_called_first: A.NOT_GENUINE,
        forgeries.first_record_called_second: A.NOT_GENUINE,
        forgeries.first_record_with_members_of_the_second: A.NOT_GENUINE,
        forgeries.second_record_under_the_signature_of_the_first: A.NOT_GENUINE,
        forgeries.third_record_called_second: A.NOT_GENUINE,
        forgeries.second_record_called_third: A.NOT_GENUINE,
        forgeries.third_record_without_its_signer: A.NOT_GENUINE,
        forgeries.record_of_a_version_to_come: A.NOT_GENUINE,
        forgeries.file_of_a_version_to_come: A.NOT_GENUINE,
        # Genuine by themselves, and no file that the register names: see below.
        forgeries.second_record_on_a_first_paper: A.NOT_RECORDED,
        forgeries.first_record_on_a_second_paper: A.NOT_RECORDED,
        forgeries.expired: A.NOT_RECORDED,
        forgeries.unsigned: A.UNSIGNED,
        forgeries.encrypted: A.UNREADABLE,
        forgeries.bomb: A.UNREADABLE,
    }
    given = {make: judging.weigh(examine(make(), register), None).answer for make in table}
    assert {make.__name__: answer for make, answer in given.items() if answer is not table[make]} == {}


def look(content: bytes, register: KeyRegister) -> CredentialFacts:
    """As the web looks at it, in this process."""
    if content[:1] in b"{<\x89" or content.startswith(b"eyJ"):
        facts = read_credential(content, register)
        if Flaw.NO_CREDENTIAL_INSIDE not in facts.problems or not content.startswith(b"\x89"):
            return facts
    return read_code(content, register)


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_each_tampered_form_gets_its_own_answer_and_none_breaks_the_reader(client: Client) -> None:
    home = make_organization(name="Balai Contoh")
    keys, twin = signing_keys(), pure_keys("Balai Contoh/kembar", demo=True)
    mine, theirs = (
        make_certificate(with_file=True, organization=home, person=make_person(name=name))
        for name in ("Ani Lestari", "Budi")
    )
    award = {"organization": home, "validity_months": 1, "person": make_person(name="Eka")}
    over = make_certificate(with_file=True, at=AT - timedelta(days=200), **award)
    ours, other, expired = (Paper.of(row, keys) for row in (mine, theirs, over))
    register, at = public_register(), timezone.now()
    table = credentials(ours, other, expired, twin)
    assert len(table) >= 80
    given = {name: judging_credentials.judge(look(row.shown, register), at=at).answer for name, row in table.items()}
    assert wrong(given, {name: row.answer for name, row in table.items()}) == {}
    photos = photographs(ours, other)
    told = {name: judging_credentials.judge(look(row.shown, register), at=at) for name, (row, _about) in photos.items()}
    assert (
        wrong(
            {name: (one.answer, one.facts.code) for name, one in told.items()},
            {name: (row.answer, about) for name, (row, about) in photos.items()},
        )
        == {}
    )
    files = papers(ours, other, expired, twin)
    judged = {name: judging.judge(examine(row.shown, register), at=at).answer for name, row in files.items()}
    assert wrong(judged, {name: row.answer for name, row in files.items()}) == {}

    shown = SimpleUploadedFile("foto.jpg", photos["back"][0].shown, content_type="image/jpeg")
    page = client.post(reverse("certificates:verify_file"), {"file": shown}).content.decode()
    assert "Asli, tercatat dan berlaku" in page
    assert page.index('class="verdict good"') < page.index('class="person">Ani Lestari') < page.index("<table")
    glued = SimpleUploadedFile("foto.jpg", photos["back with another's code glued on"][0].shown, "image/jpeg")
    page = client.post(reverse("certificates:verify_file"), {"file": glued}).content.decode()
    assert 'class="person">Budi' in page
    assert "Ani Lestari" not in page
    shown = SimpleUploadedFile("x.jwt", ours.jwt)
    answer = client.post(reverse("certificates:verify_file"), {"file": shown}, headers={"accept": "application/json"})
    facts = answer.json()
    assert (facts["kind"], facts["answer"], facts["register"]["name"]) == ("jwt", "valid", "Ani Lestari")
    shown = SimpleUploadedFile("x.txt", table["code address only"].shown)
    assert client.post(reverse("certificates:verify_file"), {"file": shown})["Location"] == mine.get_absolute_url()

    admin = make_person(name="Citra", role=Role.ADMINISTRATOR, organization=home)
    revoking.suspend(mine, reason="Diperiksa", actor=admin, at=at)
    whole = [table[f"{form} as issued"].shown for form in ("json", "jwt", "png", "svg", "code")]
    for content in whole:
        assert judging_credentials.judge(look(content, register), at=timezone.now()).answer is A.SUSPENDED
    assert judging.judge(examine(ours.pdf, register), at=timezone.now()).answer is A.SUSPENDED
    _fuzz(
        [table[name].shown for name in ("json as issued", "jwt as issued", "png as issued", "code as issued")], register
    )


def wrong(given: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What differs, so that a failure names it."""
    return {name: (given[name], wanted[name]) for name in wanted if given[name] != wanted[name]}


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_each_tampered_berita_acara_gets_its_own_answer_and_a_protocol_proves_nothing_by_itself() -> None:
    home = make_organization(name="Balai Contoh")
    head = make_person(name="Kepala", role=Role.PIMPINAN, organization=home)
    held = make_certificate(organization=home, person=make_person(name="Ani Lestari"))
    checked = running.ask([Asked(1, held.code, ""), Asked(2, "9/X", "Budi")], organization=home, actor=head, at=AT)
    keys, twin = signing_keys(), pure_keys("Balai Contoh/kembar", demo=True)
    running.run(checked.pk, at=AT)
    minutes.make(checked.pk, keys=keys, at=AT)
    checked.refresh_from_db()
    made = kept_path(checked.minutes_sha256, "lists", "pdf").read_bytes()
    said = minutes.list_check(checked, demo=True)
    better = replace(said, counts={"match": 2})
    award = make_award(organization=home, mode="approval", person=make_person(name="Dewi"))
    protocol = graduation_paper.pdf_of(graduating.decide_one(award, actor=head, at=AT))
    table = {
        "as made": (made, A.MINUTES),
        "counts changed behind the seal": (forgeries.with_attachment(made, MINUTES_NAME, better.pack()), A.ALTERED),
        "a byte flipped": (forgeries.flip(made, made.index(b"stream\n", 2000) + 40), A.ALTERED),
        "text behind the end": (made + b"\n% and more\n", A.ALTERED),
        "seal of a paper": (forgeries.with_cms(made, forgeries.cms_of(_paper_of(held)).dump()), A.ALTERED),
        "unsealed": (minutes.pdf_of(checked, demo=True), A.UNSIGNED),
        "sealed by a twin": (_minutes(checked, twin), A.OTHER_KEY),
        "other counts under our seal": (_minutes(checked, keys, counts={"match": 2}), A.OTHER_FILE),
        "of a list that nobody asked for": (_minutes(checked, keys, public_id=held.public_id), A.NOT_RECORDED),
        # A protocol is the office's own paper and bears no seal: neither the true one nor a changed one is believed.
        "protocol": (protocol, A.UNSIGNED),
        "protocol changed": (forgeries.flip(protocol, protocol.index(b"stream\n", 2000) + 40), A.UNSIGNED),
    }
    register = public_register()
    given = {name: judging.judge(examine(pdf, register), at=AT) for name, (pdf, _wanted) in table.items()}
    answers = {name: verdict.answer for name, verdict in given.items()}
    assert wrong(answers, {name: wanted for name, (_pdf, wanted) in table.items()}) == {}
    assert {judging.tone(answer) for answer in answers.values()} == {"wait", "bad"}


def _paper_of(certificate: Any) -> bytes:
    filing.make_file(certificate.pk, keys=signing_keys(), at=AT)
    certificate.refresh_from_db()
    return filing.stored_path(certificate.file_sha256, "pdf").read_bytes()


def _minutes(checked: CheckedList, keys: SigningKeys, **facts: Any) -> bytes:
    """Minutes of the same list with other facts, sealed once more."""
    again = CheckedList.objects.select_related("organization", "actor").get(pk=checked.pk)
    for name, value in facts.items():
        setattr(again, name, value)
    context = SignContext(signed_at=AT + timedelta(minutes=5), reason=minutes.REASON, location="", idempotency_key="x")
    return filing.seal_paper(minutes.pdf_of(again, demo=True), context, keys=keys).pdf


def whole(world: World) -> tuple[Paper, Paper, Paper, SigningKeys]:
    """The issued papers with the keys that made them, and a stranger's keys under our names."""
    keys = signing_keys(demo=False)
    made = [Paper.issued(paper, keys) for paper in (world.real, world.other, world.expired)]
    return made[0], made[1], made[2], pure_keys("Balai Contoh/kembar")


@pytest.mark.once
def test_a_device_with_nothing_but_the_bundle_tells_every_case_apart(issued: World) -> None:
    ours, other, expired, twin = whole(issued)
    trusted = read_bundle(issued.bundle)
    photos = {f"photo: {name}": row for name, (row, _about) in photographs(ours, other).items()}
    files = {f"paper: {name}": row for name, row in papers(ours, other, expired, twin).items()}
    table = credentials(ours, other, expired, twin) | photos | files
    given = {name: str(judge_file(row.shown, trusted, at=issued.at).answer) for name, row in table.items()}
    assert wrong(given, {name: row.offline for name, row in table.items()}) == {}
    assert judge_file(issued.specimen.pdf, trusted, at=issued.at).answer == "revoked"


@pytest.mark.once
@pytest.mark.e2e
def test_the_verifier_s_page_tells_every_case_apart_that_it_can_read(
    issued: World, new_device: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    """Credentials and codes, pasted one after the other into the one file; no case but an untouched one is good."""
    table = {
        name: row
        for name, row in credentials(*whole(issued)).items()
        if name.startswith(("json", "code")) and name != "json not utf-8"
    }
    file = tmp_path / "pemeriksa.html"
    file.write_bytes(build_verifier(issued.bundle))
    page = new_device(PHONE).new_page()
    page.clock.set_fixed_time(issued.at)
    page.goto(file.as_uri())
    expect(page.locator("#daftar")).to_contain_text(HOST)
    given = {}
    for name, row in table.items():
        page.evaluate(
            "text => { delete document.getElementById('hasil').dataset.answer;"
            " document.getElementById('muatan').value = text; document.querySelector('#periksa button').click(); }",
            row.shown.decode(),
        )
        expect(page.locator("#hasil[data-answer]")).to_be_visible()
        tone = page.locator("#hasil .verdict").first.get_attribute("class")
        given[name] = (page.get_attribute("#hasil", "data-answer"), "good" in str(tone))
    wanted = {name: (IN_THE_PAGE.get(name, row.offline), row.offline == "valid") for name, row in table.items()}
    assert wrong(given, wanted) == {}


# The page has a word of its own for an address without a payload, looks at fewer things first, and reads deeper.
IN_THE_PAGE = {
    "code address only": "address_only",
    "json issuer elsewhere": "bad_signature",
    "json deep": "unknown_format",
    "json member twice": "unknown_format",
}


@pytest.mark.once
def test_each_tampered_status_list_and_bundle_gets_its_own_answer(issued: World) -> None:
    """Of what is really published: the revoked specimen's place is asked for."""
    slot, keys = issued.specimen.signed.record.status, signing_keys(demo=False)
    (url, text), (other_url, other_text) = sorted(issued.lists.items())
    document, older = json.loads(text), issued.before[url]
    cleared = document | {"credentialSubject": json.loads(older)["credentialSubject"]}
    stretched = document | {"validUntil": "2099-01-01T00:00:00Z"}
    relabelled = json.loads(other_text.replace(b"suspension", b"revocation"))
    bare = {name: value for name, value in document.items() if name != "proof"}
    stranger = add_proof(bare, key=pure_keys("Asing").record, host=HOST, at=issued.at)
    late, later = issued.at + timedelta(hours=49), issued.at + timedelta(hours=1)
    table: dict[str, tuple[bytes | None, datetime, object]] = {
        "as published": (text, issued.at, True),
        "an older edition within its time": (older, issued.at, False),
        "an older edition past its time": (older, late, Trouble.STALE),
        "past its time": (text, late, Trouble.STALE),
        "end put off": (json.dumps(stretched).encode(), late, Trouble.BADLY_SIGNED),
        "from tomorrow": (text, AT, Trouble.NOT_YET),
        "bit taken back": (json.dumps(cleared).encode(), later, Trouble.BADLY_SIGNED),
        "of another key": (json.dumps(stranger).encode(), later, Trouble.BADLY_SIGNED),
        "of another purpose": (other_text, later, Trouble.OTHER_LIST),
        "another purpose, called this one": (json.dumps(relabelled).encode(), later, Trouble.BADLY_SIGNED),
        "of another host": (text.replace(HOST.encode(), b"palsu.id"), later, Trouble.OTHER_LIST),
        "cut": (text[:-40], later, Trouble.UNREADABLE),
        "missing": (None, later, Trouble.MISSING),
    }
    given: dict[str, object] = {}
    for name, (shown, at, _wanted) in table.items():
        told = bit(shown, slot.index, issued.register, at, url=url, purpose="revocation")
        given[name] = told.is_set if told.known else told.problems[0]
    assert wrong(given, {name: wanted for name, (_shown, _at, wanted) in table.items()}) == {}
    assert other_url.endswith("/suspension")

    members = json.loads(issued.bundle)
    contents = read_bundle(issued.bundle).contents
    fewer = replace(contents, lists=tuple(one for one in contents.lists if one.purpose == "revocation"))
    day = timedelta(days=1)

    def changed(**said: Any) -> bytes:
        return json.dumps(members | said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def signed(said: Contents, keys: SigningKeys = keys) -> bytes:
        return make_bundle(said, key=keys.record, made_at=issued.at, next_by=issued.at + day)

    emptied = [one | {"set": []} for one in members["lists"]]
    stolen = [one | {"key_id": "k1-00"} if one["key_id"] == members["key"] else one for one in members["keys"]["keys"]]
    asing = pure_keys("Asing")
    bundles: dict[str, tuple[bytes, str]] = {
        "as published": (issued.bundle, "revoked"),
        "revocation taken out": (changed(lists=emptied), "signature"),
        "another host": (changed(hosts=["palsu.id"]), "signature"),
        "good for longer": (changed(next_by="2099-01-01T00:00:00Z"), "signature"),
        "another checkpoint": (changed(checkpoint=""), "signature"),
        "its key taken out": (changed(keys=members["keys"] | {"keys": stolen}), "key"),
        "spaced anew": (json.dumps(members).encode(), "unreadable"),
        "a version to come": (changed(version=77), "unreadable"),
        "cut": (issued.bundle[:-9], "unreadable"),
        "a stranger's own": (signed(Contents((HOST,), asing.register), asing), "no_key"),
        "signed by us without the other list": (signed(fewer), "revoked"),
        "signed by us without any list": (signed(replace(contents, lists=())), "status_unknown"),
    }
    answers = {name: _told_by(text, issued.specimen.pdf, issued.at) for name, (text, _wanted) in bundles.items()}
    assert wrong(answers, {name: wanted for name, (_text, wanted) in bundles.items()}) == {}
    # A paper in force needs both lists within their time before a device says so.
    real = issued.real.pdf
    assert [_told_by(text, real, issued.at) for text in (issued.bundle, signed(fewer))] == ["valid", "status_unknown"]
    assert _told_by(issued.bundle, real, late) == "status_unknown"


def _told_by(bundle: bytes, pdf: bytes, at: datetime) -> str:
    """What a device says about the paper by this bundle, or why it does not take the bundle."""
    try:
        return str(judge_file(pdf, read_bundle(bundle), at=at).answer)
    except BadBundle as error:
        return error.kind


def _fuzz(originals: list[bytes], register: KeyRegister) -> None:
    """Five hundred damaged forms: each is answered, and none that says something else is called signed."""
    for seed in range(500):
        chance = random.Random(seed)
        original = originals[seed % len(originals)]
        content = bytearray(original)
        for _change in range(chance.randint(1, 4)):
            place = chance.randrange(len(content))
            how = chance.randrange(3)
            if how == 0:
                content[place] = chance.randrange(256)
            elif how == 1:
                del content[place : place + chance.randint(1, 30)]
            else:
                content[place:place] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 9)))
        facts = look(bytes(content), register)
        same = facts.sha256 == look(original, register).sha256 if facts.genuine and facts.signed else True
        assert same, seed


@pytest.mark.once
def test_hostile_pictures_and_credentials_are_answered_at_once_and_cost_little_memory() -> None:
    pool, register = CheckerPool(size=1), pure_keys().register
    flat = io.BytesIO()
    Image.new("L", (12_000, 9_000)).save(flat, "PNG")
    packed = zlib.compress(b" " * 60_000_000, 9)
    chunk = b"openbadgecredential\0\1\0\0\0" + packed
    bomb = baking.PNG_HEAD + _chunk(b"IHDR", bytes(13)) + _chunk(b"iTXt", chunk) + _chunk(b"IEND", b"")
    graph = {f"p{n}": {"id": f"_:b{n % 7}"} for n in range(90)}
    hostile = {
        "picture bomb": (pool.check_code, flat.getvalue()),
        "text bomb in a badge": (pool.check_credential, bomb),
        "poison graph": (pool.check_credential, json.dumps({"@context": ["x"], **graph}).encode()),
        "thirty megabytes": (pool.check_code, b"\xff\xd8\xff" + b"0" * 30_000_000),
        "zip": (pool.check_code, b"PK\x03\x04" + bytes(5_000)),
        "deep": (pool.check_credential, b"[" * 100_000),
        "svg billion laughs": (pool.check_credential, b'<!DOCTYPE l [<!ENTITY a "aa">]><svg>&a;</svg>'),
    }
    try:
        pool.warm(register)
        idle = _memory(pool, "VmRSS:")
        for name, (ask, content) in hostile.items():
            facts = ask(content, register)
            assert not facts.signed, name
            assert facts.problems, name
        assert _memory(pool, "VmHWM:") - idle < 150_000
    finally:
        pool.close()


def _memory(pool: CheckerPool, what: str) -> int:
    """Kilobytes of the pool's only process."""
    (checker,) = pool._idle
    lines = Path(f"/proc/{checker._process.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1])


def _chunk(kind: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(kind + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + crc
