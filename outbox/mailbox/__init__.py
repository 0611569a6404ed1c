"""The mailbox of a laptop: takes every mail that the product sends and shows it under /mailbox/. Never in
production."""
