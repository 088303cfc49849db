"""The blocks of a page body.  Each has one template; each can be frozen (``cms.freezing``)."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    DecimalBlock,
    ListBlock,
    RichTextBlock,
    StreamBlock,
    StructBlock,
    StructBlockValidationError,
    StructValue,
    TextBlock,
)
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock

# What trainers can do in running text; pasting knows exactly these.
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]
LINE_FEATURES = ["bold", "italic", "link"]
MEDIA_TYPES = {
    "audio": {"mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg"},
    "video": {"mp4": "video/mp4", "webm": "video/webm"},
}


def extension(document: Any) -> str:
    """File name extension of a document, in lower case without the dot."""
    return PurePath(document.file.name).suffix.lstrip(".").lower()


class SourceRefBlock(StructBlock):  # type: ignore[misc]
    """Where a fact was read."""

    source = SnippetChooserBlock("cms.Source", label=_("Source"))
    place = CharBlock(required=False, max_length=120, label=_("Place in the source"), help_text=_("Page, paragraph."))

    class Meta:
        icon = "doc-full"
        label = _("Source")
        template = "cms/blocks/source_ref.html"


def sources() -> ListBlock:
    """The list of sources that a block of facts carries."""
    return ListBlock(SourceRefBlock(), default=[], min_num=0, label=_("Sources"), collapsed=True)


class TextBlockWithSources(StructBlock):  # type: ignore[misc]
    text = RichTextBlock(features=TEXT_FEATURES, label=_("Text"))
    sources = sources()

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "cms/blocks/text.html"


class FactBlock(StructBlock):  # type: ignore[misc]
    fact = RichTextBlock(features=LINE_FEATURES, label=_("Fact"))
    sources = sources()

    class Meta:
        icon = "tick"
        label = _("Fact")


class KeyFactsBlock(StructBlock):  # type: ignore[misc]
    title = CharBlock(required=False, max_length=120, label=_("Title"))
    facts = ListBlock(FactBlock(), min_num=1, label=_("Facts"))

    class Meta:
        icon = "list-ul"
        label = _("Key facts")
        template = "cms/blocks/key_facts.html"


class PictureBlock(StructBlock):  # type: ignore[misc]
    """An image with what it shows in words; Wagtail refuses it without a description unless it is decorative."""

    image = ImageBlock(label=_("Image"))
    caption = CharBlock(required=False, max_length=300, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Image")
        template = "cms/blocks/image.html"


class MediaValue(StructValue):  # type: ignore[misc]
    """A sound or film as the template shows it."""

    @cached_property
    def content_type(self) -> str:
        types: dict[str, str] = MEDIA_TYPES.get(self.get("kind") or "", {})
        return types.get(extension(self["file"]), "application/octet-stream")


class MediaBlock(StructBlock):  # type: ignore[misc]
    """Sound or film, never without its words: a transcript, and captions where there is a picture."""

    kind = ChoiceBlock(choices=[("audio", _("Sound")), ("video", _("Film"))], default="audio", label=_("Kind"))
    title = CharBlock(max_length=200, label=_("Title"))
    file = DocumentChooserBlock(label=_("File"), help_text=_("mp3, m4a, ogg; mp4, webm."))
    minutes = DecimalBlock(required=False, min_value=0, max_digits=5, decimal_places=1, label=_("Length in minutes"))
    captions = DocumentChooserBlock(required=False, label=_("Captions (vtt)"))
    transcript = RichTextBlock(features=TEXT_FEATURES, label=_("Transcript"))

    class Meta:
        icon = "media"
        label = _("Sound or film")
        template = "cms/blocks/media.html"
        value_class = MediaValue

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors: dict[str, ValidationError] = {}
        if cleaned["file"] and extension(cleaned["file"]) not in MEDIA_TYPES[cleaned["kind"]]:
            errors["file"] = ValidationError(_("This kind of file does not play in a browser."))
        if cleaned["captions"] and extension(cleaned["captions"]) != "vtt":
            errors["captions"] = ValidationError(_("Captions are a .vtt file."))
        if cleaned["kind"] == "video" and not cleaned["captions"]:
            errors["captions"] = ValidationError(_("A film needs captions for those who cannot hear it."))
        if errors:
            raise StructBlockValidationError(errors)
        return cleaned


class CaseBlock(StructBlock):  # type: ignore[misc]
    title = CharBlock(required=False, max_length=120, label=_("Title"))
    text = RichTextBlock(features=["bold", "italic", "ol", "ul"], label=_("Case"))
    question = TextBlock(required=False, label=_("Question to think about"))

    class Meta:
        icon = "user"
        label = _("Example case (invented)")
        template = "cms/blocks/case.html"


class ProvisionQuoteBlock(StructBlock):  # type: ignore[misc]
    """Quotes a provision as it stands in the list of regulations; its text is never typed here."""

    provision = SnippetChooserBlock("cms.Provision", label=_("Provision"))
    note = CharBlock(required=False, max_length=300, label=_("Note"))

    class Meta:
        icon = "openquote"
        label = _("Quotation of a provision")
        template = "cms/blocks/provision_quote.html"


class DownloadBlock(StructBlock):  # type: ignore[misc]
    document = DocumentChooserBlock(label=_("File"))
    title = CharBlock(required=False, max_length=200, label=_("Title"))

    class Meta:
        icon = "download"
        label = _("Download")
        template = "cms/blocks/download.html"


class AnswerOptionBlock(StructBlock):  # type: ignore[misc]
    text = CharBlock(max_length=300, label=_("Option"))
    is_right = BooleanBlock(required=False, label=_("Right"))
    feedback = CharBlock(required=False, max_length=400, label=_("What to say to whoever chose it"))

    class Meta:
        icon = "radio-empty"
        label = _("Option")


class CheckYourselfBlock(StructBlock):  # type: ignore[misc]
    """A question for the reader alone.  It counts nowhere and shares nothing with the question bank."""

    question = CharBlock(max_length=400, label=_("Question"))
    options = ListBlock(AnswerOptionBlock(), default=[], min_num=0, label=_("Options"))
    answer = RichTextBlock(required=False, features=LINE_FEATURES, label=_("Answer"))

    class Meta:
        icon = "help"
        label = _("Check yourself")
        template = "cms/blocks/check_yourself.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        options = cleaned["options"]
        if not options and not str(cleaned["answer"] or "").strip():
            raise StructBlockValidationError({"answer": ValidationError(_("Give options or an answer."))})
        if options and not any(option["is_right"] for option in options):
            raise StructBlockValidationError(non_block_errors=[_("Mark at least one option as right.")])
        return cleaned


class UnconfirmedBlock(StructBlock):  # type: ignore[misc]
    """A visible gap: what nobody could confirm yet, and where it can be."""

    text = RichTextBlock(features=LINE_FEATURES, label=_("What is not confirmed yet"))
    where = CharBlock(required=False, max_length=120, label=_("Where to confirm it"), help_text=_("For example JDIH."))

    class Meta:
        icon = "warning"
        label = _("Not confirmed yet")
        template = "cms/blocks/unconfirmed.html"


class TableBlock(TypedTableBlock):  # type: ignore[misc]
    """A table with one heading per column."""

    text = CharBlock(required=False, label=_("Text"))
    rich = RichTextBlock(required=False, features=LINE_FEATURES, label=_("Text with bold or links"))

    class Meta:
        icon = "table"
        label = _("Table")
        template = "cms/blocks/table.html"


class BodyBlock(StreamBlock):  # type: ignore[misc]
    """The body of a module or content page."""

    text = TextBlockWithSources()
    key_facts = KeyFactsBlock()
    image = PictureBlock()
    media = MediaBlock()
    case = CaseBlock()
    provision_quote = ProvisionQuoteBlock()
    download = DownloadBlock()
    check_yourself = CheckYourselfBlock()
    unconfirmed = UnconfirmedBlock()
    table = TableBlock()

    class Meta:
        template = "cms/blocks/body.html"
