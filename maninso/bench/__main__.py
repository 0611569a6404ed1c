"""`bin/bench [--json FILE] [--rounds N] [--count N] [--packs N] [--letters N] [--full]`, with a database."""

import argparse
import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import django

from maninso.bench import stack
from maninso.bench.client import UnexpectedAnswer
from maninso.services.supervisor import AskedToEnd
from maninso.services.trouble import Trouble

WARM_UP = 200


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description="Measures pages, signing, confirming and mail beside their floors, and packs beside their limits.",
        epilog="docs/performance.md says what is measured and against what.",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--rounds", type=int, default=5, help="figures are medians over so many (5)")
    parser.add_argument("--count", type=int, default=1500, help="signatures in each round (1500)")
    parser.add_argument("--packs", type=int, metavar="N", help="so many signatures on paper (178,921)")
    parser.add_argument("--letters", type=int, metavar="N", help="so many letters waiting (100,000)")
    parser.add_argument("--full", action="store_true", help="1,000,000 signatures on paper, and letters waiting")
    options = parser.parse_args()
    try:
        run(options)
    except (Trouble, UnexpectedAnswer) as trouble:
        print(f"maninso: {trouble}", file=sys.stderr)
        return 1
    except AskedToEnd as asked:
        return 128 + asked.signum
    return 0


def run(options: argparse.Namespace) -> None:
    """Raises Trouble, UnexpectedAnswer."""
    chosen = stack.choose()
    django.setup()
    from maninso.bench import packs, planner, report
    from maninso.bench.figures import Bench

    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as load:
        bench = Bench(chosen, load)
        bench.prepare()
        with stack.up(chosen):
            print(f"Warming up, then {options.rounds} rounds of {options.count} signatures …", flush=True)
            bench.round(min(WARM_UP, options.count))
            rounds = [bench.round(options.count) for _ in range(options.rounds)]
    figures = report.figures(rounds)
    print(report.table(figures), flush=True)
    count = options.packs or (packs.ALL if options.full else packs.SIGNATURES)
    limits = packs.measure(bench.campaign, bench.letter.pk, count)
    print(report.limits_table(limits), flush=True)
    waiting = options.letters or (planner.ALL if options.full else planner.LETTERS)
    planned, ticks = planner.measure(bench.campaign, bench.letter.pk, waiting)
    of_planner = report.figures([planned])
    print(report.table(of_planner), report.limits_table(ticks), sep="\n")
    figures, limits = [*figures, *of_planner], [*limits, *ticks]
    if options.json:
        options.json.write_text(json.dumps(report.document(figures, limits), indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
