"""How long comparisons take, and how much memory: real pairs of public documents, and generated ones of 1 to 8 MB.

    python benchmarks/drift.py [MB ...]

Real pairs (../shared/data/histories, if it exists) and our own Utleggsbegjæring v1 and v2 are compared forwards and
with themselves, and so do the npm packages openapi-diff and @azure/oad, if they are installed in a folder that
PROVESTAND_PEERS names. Each measurement is a fresh process, including the reading of the files; times are CPU time,
because others may use the machine. A generated pair has about 500 operations per megabyte that share components, and
one change in every tenth operation.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.drift.comparison.pipeline import compare
from harness.drift.documents.loading import load
from harness.drift.policy import load_policy
from harness.drift.report import report_of

REPOSITORY = Path(__file__).parent.parent
PEERS = {"openapi-diff": ("openapi-diff",), "oad": ("oad", "compare")}
PATIENCE = 120  # seconds for one comparison
OPERATIONS_PER_MEGABYTE = 500


def generated(megabytes: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """An OpenAPI document of that size and its next version."""
    randomness = random.Random(4711)
    count = megabytes * OPERATIONS_PER_MEGABYTE
    schemas = {f"Krav{n}": krav(n, randomness) for n in range(count // 2)}
    paths = {f"/v1/oppgaver/{n}/{{id}}": {"post": operation(n, len(schemas))} for n in range(count)}
    old = {"openapi": "3.0.3", "info": {"title": "Generated", "version": "1"}, "paths": paths}
    old["components"] = {"schemas": schemas}
    new = json.loads(json.dumps(old))
    for n in range(0, count, 10):
        change(new, n)
    return old, new


def krav(number: int, randomness: random.Random) -> dict[str, Any]:
    kinds = [
        {"type": "string", "maxLength": 40},
        {"type": "number", "minimum": 0},
        {"type": "string", "enum": ["ordinaer", "forsinket", "betalt"]},
        {"type": "string", "format": "date"},
        {"type": "string", "pattern": "^[0-9]{9}$"},
        {"type": "array", "items": {"type": "integer", "format": "int32"}},
    ]
    properties = {f"felt{n}": {**randomness.choice(kinds), "description": f"Felt {n} av krav."} for n in range(24)}
    if number:
        properties["forrige"] = {"$ref": f"#/components/schemas/Krav{number - 1 if number % 8 else 0}"}
    return {"type": "object", "required": ["felt0", "felt1"], "properties": properties}


def operation(number: int, schemas: int) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/Krav{number % schemas}"}
    body = {"application/json": {"schema": reference}}
    inline = {"type": "object", "properties": {f"svar{n}": {"type": "string", "maxLength": 20} for n in range(6)}}
    return {
        "operationId": f"oppgave{number}",
        "summary": "En oppgave av mange.",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 36}}],
        "requestBody": {"content": body},
        "responses": {
            "200": {"description": "Svaret.", "content": {"application/json": {"schema": inline}}},
            "201": {"description": "Kravet.", "content": body},
        },
    }


def change(document: dict[str, Any], number: int) -> None:
    """One change in an operation, of a different kind for each."""
    item = document["paths"][f"/v1/oppgaver/{number}/{{id}}"]
    answer = item["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    kind = number // 10 % 5
    if kind == 0:
        answer["required"] = ["svar0"]
    elif kind == 1:
        answer["properties"]["svar1"]["maxLength"] = 80
    elif kind == 2:
        item["post"]["parameters"][0]["schema"]["maxLength"] = 30
    elif kind == 3:
        schema = document["components"]["schemas"][f"Krav{number % len(document['components']['schemas'])}"]
        schema["required"] = ["felt0", "felt1", "felt2"]
    else:
        answer["properties"]["nytt"] = {"type": "string"}


def measured(old: str, new: str, *, prove: bool) -> None:
    """In its own process: compares, and prints the time and memory used."""
    started, busy = time.perf_counter(), time.process_time()
    report = report_of(compare(load(Path(old)), load(Path(new)), prove=prove), load_policy("strict"))
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    witnessed = sum(finding.witness is not None for finding in report.findings)
    found = f"{len(report.findings)} findings, {witnessed} with a witness"
    print(f"{seconds:7.2f} s ({busy:.2f} s of processor)  {memory:5.0f} MB  {found}")


def real_pairs() -> Iterator[tuple[str, Path, Path]]:
    """Name, old and new of each real pair that is available."""
    specs = REPOSITORY / "specs" / "utleggsbegjaering"
    yield "utleggsbegjaering", specs / "v1" / "openapi.yaml", specs / "v2" / "openapi.yaml"
    for folder in sorted((REPOSITORY.parent / "shared" / "data" / "histories").glob("*/")):
        yield folder.name, next(folder.glob("old.*")), next(folder.glob("new.*"))


def processor_time(command: Sequence[str | Path]) -> tuple[float, float, str]:
    """CPU time in seconds and megabytes of a command, and its standard output."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output.decode(errors="replace")


def measure_real_pairs() -> None:
    """One line for each real pair: ours, and each peer with the ratio to ours."""
    ours = [Path(sys.executable).with_name("provestand"), "drift", "--format", "json"]
    folder = Path(os.environ.get("PROVESTAND_PEERS", "")) / "node_modules" / ".bin"
    print("pair               MB    forwards          s/MB  with itself  peers")
    for name, old, new in real_pairs():
        size = max(old.stat().st_size, new.stat().st_size) / 1e6
        seconds, memory, output = processor_time([*ours, old, new])
        findings = json.loads(output)["summary"]
        alone, _, _ = processor_time([*ours, new, new])
        told = f"{name:18} {size:4.2f} {seconds:5.2f} s {memory:4.0f} MB  {seconds / size:5.2f}  {alone:5.2f} s     "
        for peer, words in PEERS.items():
            if os.environ.get("PROVESTAND_PEERS") and (folder / peer).exists():
                taken, _, answer = processor_time(["timeout", str(PATIENCE), folder / peer, *words[1:], old, new])
                ratio = f"{taken / seconds:.1f} times ours" if answer.strip() else "no answer"
                told += f"  {peer} {taken:.2f} s ({ratio})"
        witnessed = f"{findings['witnessed']} witnesses"
        print(f"{told}  {findings['breaking']} breaking, {witnessed}; {findings['basis']}", flush=True)


def main() -> None:
    measure_real_pairs()
    sizes = [int(argument) for argument in sys.argv[1:]] or [1, 2, 4, 8]
    with tempfile.TemporaryDirectory() as folder:
        for megabytes in sizes:
            paths = []
            for name, document in zip(("old", "new"), generated(megabytes), strict=True):
                path = Path(folder) / f"{name}-{megabytes}.json"
                path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
                paths.append(str(path))
            size = Path(paths[0]).stat().st_size / 1e6
            for how in ("without witnesses", "with witnesses"):
                print(f"{size:4.1f} MB  {how:18}", end="", flush=True)
                subprocess.run([sys.executable, __file__, "--measure", how, *paths], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measured(sys.argv[3], sys.argv[4], prove=sys.argv[2] == "with witnesses")
    else:
        main()
