"""The floor of the database: PostgreSQL's own load generator, making the rows that a signature makes."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.db import connection

from maninso.services import locator
from maninso.services.trouble import Trouble

# Into the product's own tables, with their indexes and constraints. The kind is no app's: nobody sends this.
# The sealed values are as long as those of the bench's signatures; each address is another one.
SCRIPT = """
\\set person random(1, 9000000000000000000)
BEGIN;
INSERT INTO campaign_signature (campaign_id, letter_id, language, email_index, name, email, country, display,
    wants_updates, state)
VALUES ({campaign}, {letter}, 'en', sha256(int8send(:person)), decode(repeat('00', {name_bytes}), 'hex'),
    decode(repeat('00', {email_bytes}), 'hex'), 'PL', 'full', false, 'pending')
RETURNING id AS signature \\gset
INSERT INTO outbox_message (kind, subject_id, address_index, language, may_repeat)
VALUES ('bench', :signature, sha256(int8send(:person)), 'en', true);
COMMIT;
"""


def transactions(*, count: int, clients: int, campaign: int, letter: int, name_bytes: int, email_bytes: int) -> float:
    """Transactions a second. Raises Trouble."""
    script = SCRIPT.format(campaign=campaign, letter=letter, name_bytes=name_bytes, email_bytes=email_bytes)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        options = ["--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--file={file.name}"]
        command = [_binary(), *options, f"--transactions={max(1, count // clients)}"]
        done = subprocess.run(command, env={**os.environ, **_connection()}, capture_output=True, text=True, check=False)
    told = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode or told is None:
        raise Trouble(f"pgbench failed: {done.stderr.strip() or done.stdout.strip()}")
    return float(told[1])


def _binary() -> str:
    beside = locator.newest_postgresql().folder / "pgbench"
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which("pgbench")
    if not found:
        raise Trouble(f"pgbench was not found: not in {Path(beside).parent}, not in PATH.")
    return found


def _connection() -> dict[str, str]:
    of = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    return {names[name]: str(value) for name, value in of.items() if name in names and value}
