"""States with one door: a transition table, a row lock, and a row for every change.

The table is checked twice: by `Stateful.move` for a clear error, and by a trigger in the database for every other way
in. The change rows are written by a trigger too, so that bulk statements can't forget them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import connection, models
from django.db.models.functions import Now
from django_fsm import RETURN_VALUE, FSMField, TransitionNotAllowed, transition

Transitions = Mapping[Any, Iterable[str]]


class StateField(FSMField):
    """In migrations it is the text that it is in the database: an FSMField would listen there to every class that is
    made after it, for as long as they run.
    """

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs


class StatefulQuerySet(models.QuerySet["Any"]):
    def locked(self) -> Self:
        """The same rows, locked until the transaction ends: what every door starts from."""
        return self.select_for_update(of=("self",))


class Stateful(models.Model):
    """A row whose `state` changes through `move` alone."""

    TRANSITIONS: ClassVar[Transitions]

    state: StateField  # the subclass makes it, with its choices

    class Meta:
        abstract = True

    def move(self, to: str, *, by: Any = None, reason: str = "", **fields: Any) -> None:
        """Set the state and the fields that change with it, on a row fetched with `locked()`.

        Raises TransitionNotAllowed when the table has no such step; the row is then as it was.
        """
        self._step(to)
        for name, value in fields.items():
            setattr(self, name, value)
        if by or reason:
            remember(by=by, reason=reason)
        self.save(update_fields=["state", *fields])  # type: ignore[misc]
        if by or reason:
            remember(by=None, reason="")

    def may_move(self, to: str) -> bool:
        return to in self.TRANSITIONS.get(self.state, ())

    @transition(field="state", source="*", target=RETURN_VALUE())
    def _step(self, to: str) -> str:
        if not self.may_move(to):
            raise TransitionNotAllowed(
                f"{self._meta.label} {self.pk} can't go from {self.state} to {to}", object=self, method=self._step
            )
        return to


class StateChange(models.Model):
    """One step of one row: written by the database, never by hand, never changed."""

    old = models.CharField(max_length=20)
    new = models.CharField(max_length=20)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, db_default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


def remember(*, by: Any, reason: str) -> None:
    """Tell the triggers who acts and why, until the transaction ends or is told otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('maninso.by', %s, true), set_config('maninso.reason', %s, true)",
            [str(by.pk) if by else "", reason],
        )


def state_rules(transitions: Transitions, *, log: str, also: Iterable[str] = ()) -> list[pgtrigger.Trigger]:
    """The triggers behind one `Stateful` model: the transition table, and the log of changes.

    `log` is the table of its StateChange, whose foreign key is `row_id`; `also` are columns that the log copies.
    """
    columns = "".join(f", {name}" for name in also)
    values = "".join(f", NEW.{name}" for name in also)
    return [
        pgtrigger.FSM(
            name="state_table",
            field="state",
            transitions=[(source, target) for source, targets in transitions.items() for target in targets],
        ),
        pgtrigger.Trigger(
            name="state_log",
            when=pgtrigger.After,
            operation=pgtrigger.UpdateOf("state"),
            condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            func=f"""
                INSERT INTO {log} (row_id, old, new, by_id, reason{columns}) VALUES (
                    NEW.id, OLD.state, NEW.state,
                    NULLIF(current_setting('maninso.by', true), '')::bigint,
                    COALESCE(current_setting('maninso.reason', true), ''){values}
                );
                RETURN NULL;
            """,  # noqa: S608 - names of our own tables
        ),
    ]


def is_one_of(choices: type[models.TextChoices], *, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(state__in=choices.values), name=name)
