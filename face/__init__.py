"""What pages of every room are built from: countries by name, texts in several languages, form controls, kept pages."""
