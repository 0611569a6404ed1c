"""What the audit log calls what is done with campaigns, said of whoever did it."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "campaigns.submitted": _("sent a campaign for review"),
    "campaigns.returned": _("sent a campaign back to its draft"),
    "campaigns.approved": _("approved a campaign"),
    "campaigns.opened": _("a campaign opened at its time"),
    "campaigns.closed": _("closed a campaign"),
    "campaigns.paused": _("paused the letters of a campaign"),
    "campaigns.resumed": _("let the letters of a campaign go again"),
    "letters.published": _("published a version of a letter"),
    "holds.placed": _("letters were held because of a case"),
    "holds.lifted": _("lifted what held the letters of a campaign"),
    "pauses.begun": _("paused letters"),
    "pauses.lifted": _("lifted a pause"),
    "packs.asked": _("asked for packs"),
    "packs.handed_out": _("fetched a pack"),
    "packs.voided": _("made a pack void"),
    "packs.posted": _("posted a pack"),
    "postings.settled": _("noted what became of a posted pack"),
    "hand_ins.offered": _("offered a hand-in"),
    "hand_ins.cancelled": _("called off a hand-in"),
    "volunteers.accepted": _("accepted a coordinator"),
    "volunteers.declined": _("declined a volunteer"),
    "reports.released": _("released the report of a hand-in"),
    "photos.covered": _("covered parts of a photograph"),
    "replies.noted": _("noted a reply"),
    "replies.sorted": _("sorted a reply"),
    "test_letters.asked": _("had test letters sent"),
    "addresses.trusted": _("checked the address of a delivery point"),
}
