"""What became of a pack becomes of the letters in it. A hand-in may carry 200,000 of them: as many as one volume holds
follow at once, the others volume by volume, by a worker; until then they say what they said before.
"""

from django.db import transaction
from django.db.models import QuerySet

from campaign.models import Dispatch, Pack
from campaign.models.pack import LETTERS_GO, VOLUME
from outbox.wake import wake
from states import remember

_State = Dispatch.State


def letters_follow(packs: QuerySet[Pack], *, to: str) -> None:
    """In the transaction of what happened to the packs. Repeating it is harmless."""
    room = VOLUME
    for pack in packs.order_by("volume").select_for_update():
        pack.letters_to = to
        room -= pack.count
        if room >= 0:
            _move_letters(pack)
        pack.save(update_fields=["letters_to"])
    if room < 0:
        transaction.on_commit(lambda: wake("letters"))


@transaction.atomic
def move_next_letters() -> bool:
    """Those of one volume. False where all say what became of them."""
    pack = Pack.objects.with_letters_to_move().select_for_update(skip_locked=True).first()
    if pack is None:
        return False
    _move_letters(pack)
    pack.save(update_fields=["letters_to"])
    transaction.on_commit(lambda: wake("letters"))
    return True


def _move_letters(pack: Pack) -> None:
    to, letters = pack.letters_to, Dispatch.objects.filter(pack=pack)
    remember(by=None, reason=f"pack {pack.number}")
    if to == _State.CANCELLED:
        letters.filter(state=_State.PACKED).update(state=to, pack=None, place=None, page=None)
    else:
        steps = {state: to in Dispatch.TRANSITIONS[state] for state in LETTERS_GO[:-1] if state != to}
        # What was told wrongly, or goes out once more: back into the pack first.
        letters.filter(state__in=[state for state in steps if not steps[state]]).update(state=_State.PACKED)
        letters.filter(state__in=[state for state in steps if steps[state]]).update(state=to)
    remember(by=None, reason="")
    pack.letters_to = ""
