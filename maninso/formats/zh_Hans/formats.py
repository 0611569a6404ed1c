"""Django groups no digits in Chinese; CLDR and Chinese papers write 10,094. And September is 9月, not 09月."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
MONTH_DAY_FORMAT = "n月j日"
