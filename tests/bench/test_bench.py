import json
import subprocess
from pathlib import Path

import pytest

from maninso.services.places import PROJECT


@pytest.mark.stack
def test_a_bench_writes_each_figure_beside_its_floor(tmp_path: Path) -> None:
    told = tmp_path / "figures.json"
    done = subprocess.run(
        [
            PROJECT / "bin" / "bench",
            "--rounds",
            "1",
            "--count",
            "20",
            "--packs",
            "30",
            "--letters",
            "1500",
            "--json",
            told,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(told.read_text())
    assert set(document) == {"machine", "figures", "limits"}
    assert [figure["name"] for figure in document["figures"]] == [
        "page",
        "sign",
        "confirm",
        "mail",
        "letters",
        "sign_vs_pgbench",
        "plan",
        "tick",
        "tick_even",
    ]
    for figure in document["figures"]:
        assert set(figure) == {"name", "value", "unit", "floor", "floor_name", "ratio"}
        assert figure["ratio"] == pytest.approx(figure["value"] / figure["floor"], abs=0.01)
        assert figure["value"] > 0
        assert figure["name"] in done.stdout
    limits = {limit["name"]: limit["value"] for limit in document["limits"]}
    assert limits["tick_1500"] > 0
    assert limits["pack_30_volumes"] == 1
    assert limits["pack_30_pages"] > 4
    assert 0 < limits["pack_30_planned"] < limits["pack_30_ready"]
    assert 50 < limits["pack_30_memory"] < 400
