"""Where accounts differ, the page states one of them."""

from accounts.models import User
from cases.actions.acting import verb
from cases.actions.editing import save_entry
from cases.models import Claim
from cases.models.source import SUBJECTS
from face.words import Words


@verb
def choose_claim(*, claim: Claim, why: Words, by: User, seen: int) -> None:
    """The page states this claim from now on; another one about the same fact steps back. Raises Changed."""
    fact = {f"{subject}_id": getattr(claim, f"{subject}_id") for subject in SUBJECTS}
    for other in Claim.objects.filter(case_id=claim.case_id, field=claim.field, chosen=True, **fact).exclude(
        pk=claim.pk
    ):
        other.chosen, other.why_chosen = False, {}
        save_entry(entry=other, by=by, seen=other.version)
    claim.chosen, claim.why_chosen = True, dict(why)
    save_entry(entry=claim, by=by, seen=seen)
