"""Pictures: what is said of them, and which parts are covered."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.forms.entries import EntryForm, RowForm
from cases.models import Media
from cases.pictures import MAX_BOXES, Box
from face.widgets import LongText


class PictureForm(EntryForm):
    """What is said of a picture. Where it comes from is sealed: written here with a new one, then on its own page."""

    SEALED = ("provenance",)

    class Meta(RowForm.Meta):
        model = Media
        fields = ("alt", "shows", "credit", "licence", "provenance")
        widgets = {"shows": forms.CheckboxSelectMultiple, "provenance": LongText({"rows": 3})}


class NewPictureForm(PictureForm):
    file = forms.FileField(
        label=_("The picture"),
        help_text=_("JPEG, PNG or WebP, at most 20 MB and 50 megapixels. The file is sealed; nobody outside sees it."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    field_order = ("file",)


class OriginalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you need to see it?"),
        max_length=500,
        help_text=_("Your name, the time and this reason are kept for good."),
        widget=LongText({"rows": 3}),
    )


class BoxForm(forms.Form):
    """One part to cover, in pixels of the picture; four empty fields cover nothing."""

    left = forms.IntegerField(label=_("Left"), min_value=0, required=False)
    top = forms.IntegerField(label=_("Top"), min_value=0, required=False)
    right = forms.IntegerField(label=_("Right"), min_value=1, required=False)
    bottom = forms.IntegerField(label=_("Bottom"), min_value=1, required=False)

    def __init__(self, *args: Any, width: int, height: int, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, limit in (("left", width), ("top", height), ("right", width), ("bottom", height)):
            field = self.fields[name]
            assert isinstance(field, forms.IntegerField)
            field.widget.attrs |= {"max": limit, "data-edge": name, "inputmode": "numeric"}

    def clean(self) -> dict[str, Any]:
        given: list[Any] = [self.cleaned_data.get(name) for name in Box._fields]
        if self.errors or given == [None] * 4:
            return {}
        if None in given:
            raise ValidationError(_("Give all four numbers, or none to take the cover away."), code="part")
        return {"box": Box(*given)}


Boxes = forms.formset_factory(BoxForm, extra=3, max_num=MAX_BOXES, validate_max=True)
