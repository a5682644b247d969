"""How long a comparison takes, and how much memory, for pairs of 1, 2, 4 and 8 MB, with witnesses and without.

    python benchmarks/drift.py [MB ...]

Each pair is generated: about 500 operations a megabyte that share components, and one change in every tenth
operation. Each measurement is a fresh process; reading the files is part of it.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from harness.drift.comparison import compare
from harness.drift.documents.loading import load
from harness.drift.policy import load_policy
from harness.drift.report import report_of

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
    """One change in an operation, another kind for each."""
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
    """In a process of its own: compares, and prints what it took."""
    started, busy = time.perf_counter(), time.process_time()
    report = report_of(compare(load(Path(old)), load(Path(new)), prove=prove), load_policy("strict"))
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    witnessed = sum(finding.witness is not None for finding in report.findings)
    found = f"{len(report.findings)} findings, {witnessed} with a witness"
    print(f"{seconds:7.2f} s ({busy:.2f} s of processor)  {memory:5.0f} MB  {found}")


def main() -> None:
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
