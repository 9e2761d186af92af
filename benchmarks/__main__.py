"""`python -m benchmarks`: runs the benchmarks, prints their tables, writes their JSON."""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path

from benchmarks.harness import Report, surroundings, table

NAMES = ("label_maps", "mixed", "collection", "json", "startup", "cli")


def main(arguments: list[str] | None = None) -> int:
    """Run; with ``--check`` the exit code says whether all goals are met (aims do not count)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)}; default all")
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes: shows that everything runs, not how fast"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a goal is missed")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(NAMES))
    if unknown:
        parser.error(f"no benchmark named {', '.join(unknown)}; there are {', '.join(NAMES)}")
    reports: list[Report] = []
    for name in options.names or NAMES:
        for report in import_module(f"benchmarks.bench_{name}").run(quick=options.quick):
            if options.quick:
                report.verdicts.clear()  # at these sizes they say nothing
            print(table(report), end="\n\n", flush=True)
            reports.append(report)
    if not options.quick:
        print(summary(reports))
    if options.json:
        document = {**surroundings(), "quick": options.quick, "reports": [r.to_json() for r in reports]}
        options.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    missed = [v for report in reports for v in report.verdicts if not v.met and not v.is_aim]
    return 1 if options.check and missed else 0


def summary(reports: list[Report]) -> str:
    """Put all verdicts together."""
    lines = ["== goals"]
    for report in reports:
        if report.verdicts:
            lines += [f"  {report.title}", *(f"    {verdict}" for verdict in report.verdicts)]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
