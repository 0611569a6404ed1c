class Trouble(Exception):
    """What the person at the keyboard can mend. Its text is one sentence: what is wrong, and what to do."""
