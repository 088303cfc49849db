"""The parts of a question that authors write as blocks.  The id of a block is the id of its entry for ever."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    IntegerBlock,
    ListBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
)
from wagtail.images.blocks import ImageChooserBlock

from assessments import content
from assessments.kinds import base, case, essay, numeric, ordering, short

MAX_ALT = 300


class PictureBlock(StructBlock):  # type: ignore[misc]
    """An image that belongs to what is asked, so what it shows is always said in words too."""

    image = ImageChooserBlock(label=_("image"))
    alt = CharBlock(
        max_length=MAX_ALT,
        label=_("description"),
        help_text=_(
            "What a person who cannot see the image has to know to answer. It must not say more than the image shows."
        ),
    )

    class Meta:
        icon = "image"
        label = _("image")


class PicturesBlock(StreamBlock):  # type: ignore[misc]
    image = PictureBlock()


class OptionBlock(StructBlock):  # type: ignore[misc]
    """One answer to choose from."""

    text = CharBlock(max_length=content.MAX_OPTION, label=_("text"))
    correct = BooleanBlock(required=False, label=_("this is a right answer"))
    image = ImageChooserBlock(required=False, label=_("image"))
    alt = CharBlock(required=False, max_length=MAX_ALT, label=_("description of the image"))

    class Meta:
        icon = "tick"
        label = _("option")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned.get("image") and not (cleaned.get("alt") or "").strip():
            raise ValidationError(_("Describe the image: who cannot see it has to choose as well."))
        return cleaned


class OptionsBlock(StreamBlock):  # type: ignore[misc]
    """Answers to choose from."""

    option = OptionBlock()


class PairsBlock(StreamBlock):  # type: ignore[misc]
    """Prompts with their right answers, and answers that belong to none."""

    pair = StructBlock(
        [
            ("prompt", CharBlock(max_length=base.MAX_TEXT, label=_("to be matched"))),
            ("answer", CharBlock(max_length=base.MAX_TEXT, label=_("right answer"))),
        ],
        label=_("pair"),
        icon="link",
    )
    extra = StructBlock(
        [("text", CharBlock(max_length=base.MAX_TEXT, label=_("answer that fits nothing")))],
        label=_("further answer"),
        icon="cross",
    )


class StepsBlock(StreamBlock):  # type: ignore[misc]
    """What is to be put in order, written in the right order."""

    step = StructBlock(
        [("text", CharBlock(max_length=base.MAX_TEXT, label=_("text")))], label=_("step"), icon="list-ol"
    )


class AcceptedBlock(StreamBlock):  # type: ignore[misc]
    """Answers that count as right."""

    answer = CharBlock(max_length=short.MAX_ACCEPTED_LENGTH, label=_("accepted answer"), icon="tick")


class LevelBlock(StructBlock):  # type: ignore[misc]
    points = CharBlock(max_length=8, label=_("points"))
    text = TextBlock(max_length=essay.MAX_LEVEL_TEXT, rows=2, label=_("what such an answer looks like"))

    class Meta:
        label = _("level")


class RubricBlock(StreamBlock):  # type: ignore[misc]
    """What an assessor looks at, and what each level is worth."""

    criterion = StructBlock(
        [
            ("title", CharBlock(max_length=160, label=_("criterion"))),
            ("levels", ListBlock(LevelBlock(), label=_("levels"), min_num=essay.MIN_LEVELS, max_num=essay.MAX_LEVELS)),
        ],
        label=_("criterion"),
        icon="form",
    )


def _stem() -> TextBlock:
    return TextBlock(max_length=2000, rows=3, label=_("question"))


def _points() -> CharBlock:
    return CharBlock(max_length=8, default="1", label=_("points"))


def _explanation() -> TextBlock:
    return TextBlock(required=False, max_length=4000, rows=2, label=_("explanation"))


ORDERING_RULES = [
    (ordering.PLACES, _("share of steps at their right place")),
    (ordering.ALL, _("all or nothing")),
]
TOLERANCE_KINDS = [(numeric.ABSOLUTE, _("absolute")), (numeric.RELATIVE, _("relative (0,05 = 5 percent)"))]


class PartsBlock(StreamBlock):  # type: ignore[misc]
    """The questions of a case.  A block's type is the kind of its question; fields bear the names a question's do."""

    single = StructBlock(
        [("stem", _stem()), ("options", OptionsBlock()), ("points", _points()), ("explanation", _explanation())],
        label=_("single choice"),
    )
    multiple = StructBlock(
        [("stem", _stem()), ("options", OptionsBlock()), ("points", _points()), ("explanation", _explanation())],
        label=_("multiple answers"),
    )
    matching = StructBlock(
        [("stem", _stem()), ("pairs", PairsBlock()), ("points", _points()), ("explanation", _explanation())],
        label=_("matching"),
    )
    ordering = StructBlock(
        [
            ("stem", _stem()),
            ("steps", StepsBlock()),
            ("ordering_rule", ChoiceBlock(choices=ORDERING_RULES, default=ordering.PLACES, label=_("marking"))),
            ("points", _points()),
            ("explanation", _explanation()),
        ],
        label=_("ordering"),
    )
    short = StructBlock(
        [
            ("stem", _stem()),
            ("accepted", AcceptedBlock()),
            ("match_case", BooleanBlock(required=False, label=_("capital letters matter"))),
            ("points", _points()),
            ("explanation", _explanation()),
        ],
        label=_("short answer"),
    )
    numeric = StructBlock(
        [
            ("stem", _stem()),
            ("value", CharBlock(max_length=numeric.MAX_LENGTH, label=_("right value"))),
            ("tolerance", CharBlock(max_length=numeric.MAX_LENGTH, default="0", label=_("tolerance"))),
            (
                "tolerance_kind",
                ChoiceBlock(choices=TOLERANCE_KINDS, default=numeric.ABSOLUTE, label=_("kind of tolerance")),
            ),
            ("number_unit", CharBlock(required=False, max_length=numeric.MAX_UNIT, label=_("unit"))),
            ("points", _points()),
            ("explanation", _explanation()),
        ],
        label=_("number"),
    )
    essay = StructBlock(
        [
            ("stem", _stem()),
            ("rubric", RubricBlock()),
            (
                "least_words",
                IntegerBlock(required=False, min_value=1, max_value=essay.MAX_WORDS, label=_("least words")),
            ),
            ("most_words", IntegerBlock(required=False, min_value=1, max_value=essay.MAX_WORDS, label=_("most words"))),
            ("explanation", _explanation()),
        ],
        label=_("essay"),
    )

    class Meta:
        max_num = case.MAX_PARTS
