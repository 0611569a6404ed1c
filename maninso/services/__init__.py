"""What `bin/start`, `bin/manage`, `bin/test` and `bin/bench` run: PostgreSQL, Valkey and the product's own
processes on one machine, without root and without installing anything. For laptops, demonstrations and CI.

Standard library only: the supervisor stays small, and starts before anything else could be imported.
"""
