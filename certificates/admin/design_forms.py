"""The form of a design: every field can travel in an address (for the preview) but the two files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.design.frozen import ACCENTS, FRAMES, LANGUAGES, LONGEST, Design, Texts
from certificates.design.pictures import RefusedPicture, prepare_background, prepare_logo
from certificates.shapes import MalformedRecord

LANGUAGE_WORDS: dict[str, str | Promise] = {
    "id": _("Indonesian"),
    "id-en": _("Indonesian with English lines"),
}
ACCENT_WORDS: dict[str, str | Promise] = {
    "green": _("Forest green"),
    "blue": _("Blue"),
    "maroon": _("Maroon"),
    "violet": _("Violet"),
    "black": _("Black"),
}
FRAME_WORDS: dict[str, str | Promise] = {
    "guilloche": _("Woven frame"),
    "line": _("Double line"),
    "none": _("No frame"),
}
UNPRINTABLE = _(
    "This cannot be printed: use Latin, Javanese or Arabic letters, no line breaks and no long numbers such as a NIP."
)
_PREPARED = {"logo": prepare_logo, "background": prepare_background}


class DesignForm(forms.Form):
    """``logo`` and ``background`` hold the hashes of pictures that were prepared before; a file takes their place."""

    language = forms.ChoiceField(label=_("Language"), choices=[(key, LANGUAGE_WORDS[key]) for key in LANGUAGES])
    accent = forms.ChoiceField(label=_("Colour"), choices=[(key, ACCENT_WORDS[key]) for key in ACCENTS])
    frame = forms.ChoiceField(label=_("Frame"), choices=[(key, FRAME_WORDS[key]) for key in FRAMES])
    above = forms.CharField(label=_("Line above the organization's name"), required=False, max_length=LONGEST["above"])
    given = forms.CharField(label=_("Instead of “diberikan kepada”"), required=False, max_length=LONGEST["given"])
    closing = forms.CharField(label=_("Sentence below the facts"), required=False, max_length=LONGEST["closing"])
    foot = forms.CharField(label=_("Line at the foot"), required=False, max_length=LONGEST["foot"])
    logo_file = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG or JPEG, at most 5 MB; it takes the place of our flame.")
    )
    no_logo = forms.BooleanField(label=_("Without a logo"), required=False)
    background_file = forms.FileField(
        label=_("Background"),
        required=False,
        help_text=_("PNG or JPEG of an upright A4 page, pale and calm, at most 5 MB; front page only."),
    )
    no_background = forms.BooleanField(label=_("Without a background"), required=False)
    note = forms.CharField(label=_("What changed"), required=False, max_length=200)
    logo = forms.RegexField("^([0-9a-f]{64})?$", required=False, widget=forms.HiddenInput)
    background = forms.RegexField("^([0-9a-f]{64})?$", required=False, widget=forms.HiddenInput)
    after = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    @classmethod
    def showing(cls, design: Design, *, after: int) -> DesignForm:
        """The unbound form of a design that is in force."""
        texts = design.texts
        return cls(
            initial={
                "language": design.language,
                "accent": design.accent,
                "frame": design.frame,
                "above": texts.above,
                "given": texts.given,
                "closing": texts.closing,
                "foot": texts.foot,
                "logo": design.logo,
                "background": design.background,
                "after": after,
            }
        )

    def pictures(self) -> dict[str, bytes]:
        """The new pictures, prepared; what is refused stands at its field."""
        found = {}
        for name, prepare in _PREPARED.items():
            upload = self.cleaned_data.get(f"{name}_file")
            if upload:
                try:
                    found[name] = prepare(upload.read())
                except RefusedPicture as error:
                    self.add_error(f"{name}_file", str(error.message))
        return found

    def design(self, kept: dict[str, str]) -> Design | None:
        """What the form says, ``kept`` being the hashes of new pictures; None when it cannot be printed."""
        said = self.cleaned_data
        texts = {name: " ".join(said.get(name, "").split()) for name in LONGEST}
        named: dict[str, Any] = {
            name: kept.get(name, "" if said.get(f"no_{name}") else said.get(name, "")) for name in _PREPARED
        }
        design = Design(
            language=said["language"], accent=said["accent"], frame=said["frame"], texts=Texts(**texts), **named
        )
        try:
            design.to_json()
        except MalformedRecord as error:
            self.add_error(error.member.rpartition(".")[2] if error.member.startswith("texts.") else None, UNPRINTABLE)
            return None
        return design

    def carrying(self, design: Design, *, after: int) -> dict[str, Any]:
        """The fields as they go into the preview's address or back into the page, with the pictures by hash."""
        named: dict[str, Any] = {name: self.cleaned_data.get(name, "") for name in LONGEST}
        named |= {"language": design.language, "accent": design.accent, "frame": design.frame}
        return named | {"logo": design.logo, "background": design.background, "after": after}
