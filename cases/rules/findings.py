from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is missing or wrong, in words, and the field of the row where it is mended.

    Without `pk` there is no such row yet: it is to be made. `field` is a column of the model, or the name of what hangs
    on the row (claims, consents, statuses); of "texts" it is a language. What is not `blocking` is for the reviewers to
    weigh.
    """

    what: str
    model: str
    pk: int | None
    field: str = ""
    blocking: bool = True
