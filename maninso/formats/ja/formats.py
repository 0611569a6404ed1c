"""Django sets no space between day and hour: 2026年9月24日9:00 reads as one number."""

DATETIME_FORMAT = "Y年n月j日 G:i"
