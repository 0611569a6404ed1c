"""Django puts 오전 and 오후 behind the hour; Korean says them before it: 2026년 9월 24일 오전 9:00."""

DATETIME_FORMAT = "Y년 n월 j일 A g:i"
