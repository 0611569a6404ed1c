"""The demonstration content: TOML files that `load_demo` reads. Its organisation, staff and supporters are invented."""
