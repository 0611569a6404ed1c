"""Whether the counts were true when they were last counted anew: the audit log keeps what was found."""

from django.db.models import Max

from audit.log import record
from audit.models import Entry

DRIFTED, MENDED, TRUE_AGAIN = "tallies.drifted", "tallies.mended", "tallies.true_again"


def last_drift() -> Entry | None:
    """What was found last, if nobody has mended it since."""
    found = Entry.objects.filter(action__in=[DRIFTED, MENDED, TRUE_AGAIN]).order_by()
    last = dict(found.values_list("action").annotate(last=Max("pk")))
    if DRIFTED not in last or last[DRIFTED] < max(last.values()):
        return None
    return Entry.objects.get(pk=last[DRIFTED])


def note_recount(counts: int, *, mended: bool) -> None:
    """`counts`: how many did not say what the signatures say."""
    if counts:
        record(MENDED if mended else DRIFTED, counts=counts)
    elif last_drift():
        record(TRUE_AGAIN)
