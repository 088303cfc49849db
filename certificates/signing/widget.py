"""The signature field: invisible, yet legal in a file that is PDF/A-3a and PDF/UA-1 at once.

PDF/A (ISO 19005-3, 6.3.3) wants the print flag, no hidden flag and an appearance; PDF/UA (ISO 14289-1, 7.18) wants
the widget under a Form element of the structure tree, with a readable name, and tabs in structure order.
"""

from __future__ import annotations

from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

FIELD_NAME: Final = "Segel"
READABLE_NAME: Final = "Segel elektronik sertifikat"
_PRINT_AND_LOCKED: Final = 4 | 128


def add_seal_field(writer: IncrementalPdfFileWriter) -> None:
    """Put one empty signature field on the first page.  Raises KeyError when the file is not tagged."""
    page_reference, _resources = writer.find_page_for_modification(0)
    page = page_reference.get_object()
    empty = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _numbers(0, 0, 0, 0),
            pdf_name("/Resources"): generic.DictionaryObject(),
        },
        stream_data=b"",
    )
    appearance = generic.DictionaryObject({pdf_name("/N"): writer.add_object(empty)})
    widget = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): pdf_string(FIELD_NAME),
            pdf_name("/TU"): pdf_string(READABLE_NAME),
            pdf_name("/F"): generic.NumberObject(_PRINT_AND_LOCKED),
            pdf_name("/Rect"): _numbers(0, 0, 0, 0),
            pdf_name("/P"): page_reference,
            pdf_name("/AP"): appearance,
        }
    )
    reference = writer.add_object(widget)
    _tag_widget(writer, widget, reference, page_reference)
    page.setdefault(pdf_name("/Annots"), generic.ArrayObject()).append(reference)
    page[pdf_name("/Tabs")] = pdf_name("/S")
    writer.update_container(page)
    form = {pdf_name("/Fields"): generic.ArrayObject([reference]), pdf_name("/SigFlags"): generic.NumberObject(3)}
    writer.root[pdf_name("/AcroForm")] = writer.add_object(generic.DictionaryObject(form))
    writer.update_root()


def _tag_widget(writer: IncrementalPdfFileWriter, widget: Any, reference: Any, page_reference: Any) -> None:
    tree = writer.root["/StructTreeRoot"]
    document_reference = tree["/K"].raw_get(0)
    document = document_reference.get_object()
    key = generic.NumberObject(int(tree["/ParentTreeNextKey"]))
    object_reference = {
        pdf_name("/Type"): pdf_name("/OBJR"),
        pdf_name("/Obj"): reference,
        pdf_name("/Pg"): page_reference,
    }
    element = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): document_reference,
                pdf_name("/Pg"): page_reference,
                pdf_name("/Alt"): pdf_string(READABLE_NAME),
                pdf_name("/K"): generic.DictionaryObject(object_reference),
            }
        )
    )
    widget[pdf_name("/StructParent")] = key
    tree["/ParentTree"]["/Nums"].extend([key, element])
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(key + 1)
    document["/K"].append(element)
    writer.update_container(tree["/ParentTree"]["/Nums"])
    writer.update_container(tree)
    writer.update_container(document["/K"])


def _numbers(*numbers: int) -> generic.ArrayObject:
    return generic.ArrayObject([generic.NumberObject(number) for number in numbers])
