"""What happens to a case, for rooms above.

Sent inside the transaction: what follows from it happens with it, or not at all.
"""

from django.dispatch import Signal

# case, publication, previous (the publication that the public read before, or None)
case_published = Signal()
# case, publication
case_taken_down = Signal()
# case, publication
case_restored = Signal()
# case, status (of the working record; the public may not know it yet)
case_status_changed = Signal()
