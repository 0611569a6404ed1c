from django.db import models


class Row(models.Model):
    """What a signature holds at the least, as a table that nobody thought about would hold it."""

    letter = models.BigIntegerField()
    name = models.CharField(max_length=100)
    email = models.CharField(max_length=254, unique=True)
    country = models.CharField(max_length=2)
    display = models.CharField(max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: models.Manager["Row"] = models.Manager()

    def __str__(self) -> str:
        return str(self.pk)
