"""What a case page says to machines."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases import jsonld
from cases.models import Publication
from face import languages

register = template.Library()


@register.simple_tag
def linked_data(publication: Publication) -> SafeString:
    """A data block: the browser runs nothing of it, so the Content-Security-Policy has no say in it (HTML, 4.12.1)."""
    data = jsonld.script(jsonld.article(publication, languages.active()))
    return format_html('<script type="application/ld+json">{}</script>', data)
