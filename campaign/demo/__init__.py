"""The demonstration content, as TOML files that `load_demo` reads. Staff and supporters are invented."""
