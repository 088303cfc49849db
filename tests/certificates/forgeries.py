"""Ways to tamper with a certificate.  Each takes nothing and gives the bytes somebody might show."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from certificates import record as records
from certificates.keys import SigningKeys
from certificates.record import Holder, SignedRecord
from certificates.rendering import render_pdf
from tests.factories_certpure import make_certificate, make_record, make_signed_record, seal, signing_keys


@cache
def ours() -> bytes:
    return make_certificate()


def twin_keys() -> SigningKeys:
    """Keys of a stranger whose certificates carry exactly our names."""
    return signing_keys("Suluh/twin")


def contents_span(pdf: bytes) -> tuple[int, int]:
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+\s*\]", pdf)
    assert found
    return int(found[1]), int(found[2])


def with_cms(pdf: bytes, container: bytes) -> bytes:
    """The file with another CMS in its gap, padded with zeros."""
    start, end = contents_span(pdf)
    text = container.hex().upper().encode().ljust(end - start - 2, b"0")
    assert len(text) == end - start - 2
    return pdf[: start + 1] + text + pdf[end - 1 :]


def cms_of(pdf: bytes) -> cms.ContentInfo:
    start, end = contents_span(pdf)
    return cms.ContentInfo.load(bytes.fromhex(pdf[start + 1 : end - 1].decode()))


def flip(pdf: bytes, position: int) -> bytes:
    return pdf[:position] + bytes([pdf[position] ^ 1]) + pdf[position + 1 :]


def byte_flipped_in_a_page() -> bytes:
    return flip(ours(), ours().index(b"stream\n", 2000) + 40)


def byte_flipped_in_the_byte_range_spaces() -> bytes:
    pdf = ours()
    position = pdf.index(b"]", pdf.index(b"/ByteRange")) + 1
    return pdf[:position] + b"\t" + pdf[position + 1 :]


def signature_value_flipped() -> bytes:
    container = cms_of(ours()).dump()
    return with_cms(ours(), container[:-1] + bytes([container[-1] ^ 1]))


def something_hidden_behind_the_signature() -> bytes:
    container = cms_of(ours()).dump()
    return with_cms(ours(), container + b"\x00\x00hidden")


def signature_is_rubbish() -> bytes:
    return with_cms(ours(), b"\x30\x03\x02\x01\x05")


def unsigned_part_of_the_signature_changed() -> bytes:
    """The version number of the container is not signed; another one verifies everywhere."""
    container = cms_of(ours()).dump()
    version = container.index(b"\x02\x01\x01")
    return with_cms(ours(), container[:version] + b"\x02\x01\x03" + container[version + 3 :])


def signature_digits_in_another_case() -> bytes:
    start, end = contents_span(ours())
    return ours()[:start] + ours()[start:end].lower() + ours()[end:]


def copied_onto_another_certificate() -> bytes:
    other = make_certificate(name="Orang Lain")
    return with_cms(other, cms_of(ours()).dump())


def revision_appended() -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(ours()))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def text_appended() -> bytes:
    return ours() + b"\n% and more\n"


def name_changed_by_an_update() -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(ours()))
    specification = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    attachment = json.loads(specification["/EF"]["/F"].data)
    attachment["holder"]["name"] = "Orang Lain"
    stream = generic.StreamObject(stream_data=records.canonical(attachment))
    specification["/EF"][pdf_name("/F")] = writer.add_object(stream)
    writer.update_container(specification["/EF"])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def sealed_twice() -> bytes:
    keys = signing_keys("Penandatangan Kedua")
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import SignatureObject

    from certificates.signing.cms import SealCms

    writer = IncrementalPdfFileWriter(BytesIO(ours()))
    append_signature_field(writer, SigFieldSpec("Kedua"))
    steps = PdfCMSEmbedder().write_cms("Kedua", writer, existing_fields_only=True)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=SignatureObject(bytes_reserved=12000)))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    steps.send(SealCms(keys.seal).seal(prepared.document_digest))
    return bytes(output.getvalue())


def byte_range_leaves_a_gap() -> bytes:
    """The range is rewritten so that bytes behind the signature are left out as well."""
    pdf = ours()
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)(\s*)\]", pdf)
    assert found
    before, after, rest = (int(found[n]) for n in (1, 2, 3))
    text = b"/ByteRange [0 %d %d %d" % (before, after + 20, rest - 20)
    return pdf[: found.start()] + text.ljust(found.end() - found.start() - 1) + b"]" + pdf[found.end() :]


def byte_range_starts_late() -> bytes:
    pdf = ours()
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)(\s*)\]", pdf)
    assert found
    text = b"/ByteRange [9 %d %d %d" % (int(found[1]) - 9, int(found[2]), int(found[3]))
    return pdf[: found.start()] + text.ljust(found.end() - found.start() - 1) + b"]" + pdf[found.end() :]


def two_byte_ranges() -> bytes:
    """Our own seal over a file that already speaks of a byte range: a reader might pick the wrong one."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(render_pdf(make_signed_record()))))
    second = generic.StreamObject(stream_data=b"/ByteRange [0 10 20 30]")
    writer.root[pdf_name("/Extra")] = writer.add_object(second)
    out = BytesIO()
    writer.write(out)
    return seal(out.getvalue())


def three_revisions() -> bytes:
    """Changed before sealing: the seal is ours, but the file has a history that ours never have."""
    writer = IncrementalPdfFileWriter(BytesIO(render_pdf(make_signed_record())))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return seal(out.getvalue())


def truncated() -> bytes:
    return ours()[:-200]


def cut_in_half() -> bytes:
    return ours()[: len(ours()) // 2]


def sealed_by_a_twin_key() -> bytes:
    return make_certificate(keys=twin_keys())


def our_record_sealed_by_a_twin_key() -> bytes:
    return seal(render_pdf(make_signed_record()), keys=twin_keys())


def record_resigned_by_another_key() -> bytes:
    return seal(render_pdf(make_signed_record(keys=twin_keys(), name="Orang Lain")))


def record_names_our_key_but_another_signed() -> bytes:
    record, holder = make_record()
    text = record.canonical()
    return seal(render_pdf(SignedRecord(text, holder, twin_keys().record.sign(text))))


def record_changed_under_its_signature() -> bytes:
    signed = make_signed_record()
    holder = Holder("Orang Lain", signed.holder.salt)
    record = replace(signed.record, holder=holder.digest())
    return seal(render_pdf(SignedRecord(record.canonical(), holder, signed.signature)))


def record_issued_before_its_key() -> bytes:
    return make_certificate(issued_at="2025-06-01T00:00:00Z")


def demonstration_record_under_a_real_seal() -> bytes:
    return make_certificate(demo=1)


def sealed_by_us_under_words_of_bsre() -> bytes:
    return make_certificate(signing="bsre")


_drawn = cache(render_pdf)


def _with_attachments(*contents: bytes, page: SignedRecord | None = None) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(_drawn(page or make_signed_record())))
    leaves = generic.ArrayObject()
    for content in contents:
        file = generic.DictionaryObject({pdf_name("/F"): writer.add_object(generic.StreamObject(stream_data=content))})
        specification = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Filespec"), pdf_name("/EF"): file})
        leaves += [pdf_string(records.ATTACHMENT_NAME), writer.add_object(specification)]
    names = generic.DictionaryObject({pdf_name("/Names"): leaves})
    writer.root[pdf_name("/Names")] = generic.DictionaryObject({pdf_name("/EmbeddedFiles"): names})
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    fresh = copy_into_new_writer(PdfFileReader(BytesIO(out.getvalue())))
    flat = BytesIO()
    fresh.write(flat)
    return seal(flat.getvalue())


def without_a_record() -> bytes:
    return _with_attachments()


def with_two_records() -> bytes:
    return _with_attachments(make_signed_record().pack(), make_signed_record(name="Orang Lain").pack())


def with_attachment(pdf: bytes, name: str, content: bytes) -> bytes:
    """The sealed file with other bytes in the place of one of its attachments, by an update behind the seal."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    leaves = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    [place] = [at + 1 for at in range(0, len(leaves), 2) if str(leaves[at]) == name]
    specification = leaves[place]
    specification["/EF"][pdf_name("/F")] = writer.add_object(generic.StreamObject(stream_data=content))
    writer.update_container(specification["/EF"])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def record_of_another_paper() -> bytes:
    """The attachment of one genuine paper in another."""
    return with_attachment(ours(), records.ATTACHMENT_NAME, make_signed_record(name="Orang Lain").pack())


def record_of_another_paper_in_one_seal() -> bytes:
    """The same by a stranger, who seals the page of one with the record of another."""
    page = render_pdf(make_signed_record(name="Orang Lain", keys=twin_keys()))
    return with_attachment(seal(page, keys=twin_keys()), records.ATTACHMENT_NAME, make_signed_record().pack())


def _told(change: Callable[[dict[str, Any]], object], *, version: int = 2) -> bytes:
    """A page of ours under our own seal whose attached record was changed."""
    signed = make_signed_record(version=version)
    members = json.loads(signed.pack())
    change(members)
    return _with_attachments(records.canonical(members), page=signed)


def second_record_called_first() -> bytes:
    return _told(lambda members: members["record"].update(version=1))


def first_record_called_second() -> bytes:
    return _told(lambda members: members["record"].update(version=2), version=1)


def first_record_with_members_of_the_second() -> bytes:
    return _told(lambda members: members["record"].update(language="id-en"), version=1)


def second_record_under_the_signature_of_the_first() -> bytes:
    return _told(lambda members: members.update(signature=make_signed_record(version=1).signature))


def third_record_called_second() -> bytes:
    return _told(lambda members: members["record"].update(version=2), version=3)


def second_record_called_third() -> bytes:
    return _told(lambda members: members["record"].update(version=3))


def third_record_without_its_signer() -> bytes:
    return _told(lambda members: members["record"].pop("signing"), version=3)


def record_of_a_version_to_come() -> bytes:
    return _told(lambda members: members["record"].update(version=77))


def file_of_a_version_to_come() -> bytes:
    return _told(lambda members: members.update(version=77))


def second_record_on_a_first_paper() -> bytes:
    """Both genuine; only the register knows that this file was never made."""
    return _with_attachments(make_signed_record(version=2).pack(), page=make_signed_record(version=1))


def first_record_on_a_second_paper() -> bytes:
    return _with_attachments(make_signed_record(version=1).pack(), page=make_signed_record(version=2))


def expired() -> bytes:
    return make_certificate(issued_on="2026-11-20", valid_until="2026-11-21")


def with_an_empty_record() -> bytes:
    return _with_attachments(b"")


def with_an_empty_name() -> bytes:
    members = json.loads(make_signed_record().pack())
    members["holder"]["name"] = ""
    return _with_attachments(records.canonical(members))


def with_a_huge_record() -> bytes:
    return _with_attachments(b" " * 200_000)


def unsigned() -> bytes:
    return render_pdf(make_signed_record())


def empty() -> bytes:
    return b""


def not_a_pdf() -> bytes:
    return b"PK\x03\x04" + b"\0" * 100


def picture_before_the_pdf() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + ours()


def only_a_header() -> bytes:
    return b"%PDF-1.7\n"


def too_large() -> bytes:
    return ours() + b" " * 5_000_000


def encrypted() -> bytes:
    writer = copy_into_new_writer(PdfFileReader(BytesIO(ours())))
    writer.encrypt("rahasia", "rahasia")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb() -> bytes:
    """Sixty kilobytes that become sixty megabytes when the reader looks for the catalog."""
    packed = zlib.compress(b"1 0 " + b" " * 60_000_000, 9)
    body = (
        b"%%PDF-1.7\n%%\xff\xff\xff\xff\n2 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n"
        % len(packed)
    )
    body += packed + b"\nendstream\nendobj\n"
    first = body.index(b"2 0 obj")
    table = zlib.compress(
        bytes([0, 0, 0, 0, 0])
        + bytes([2, 0, 0, 2, 0])
        + b"\x01"
        + first.to_bytes(3, "big")
        + b"\0"
        + b"\x01"
        + len(body).to_bytes(3, "big")
        + b"\0"
    )
    xref = b"3 0 obj\n<</Type/XRef/Size 4/W[1 3 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n" % len(table)
    return body + xref + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def nested_beyond_reason() -> bytes:
    body = b"%PDF-1.7\n1 0 obj\n" + b"[" * 50_000 + b"]" * 50_000 + b"\nendobj\n"
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def a_loop_of_tables() -> bytes:
    body = b"%PDF-1.7\n"
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R/Prev %d>>\n" % len(body)
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)
