"""Speaks the driver protocol on standard input and output: one JSON object per line in, one per line out.

`python -m harness.reference_client [--misbehave NAME] [--list]`
"""

import argparse
import json
import sys

from harness.reference_client.driver import ReferenceDriver
from harness.reference_client.misbehaviours import all_misbehaviours


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m harness.reference_client", description=__doc__)
    parser.add_argument("--misbehave", metavar="NAME", action="append", default=[], choices=[*all_misbehaviours()])
    parser.add_argument("--list", action="store_true", help="print every misbehaviour and variation")
    asked = parser.parse_args()
    if asked.list:
        for name, each in all_misbehaviours().items():
            sys.stdout.write(f"{name}  {each.breaks or 'well-behaved'}\n    {each.text}\n")
        return 0
    driver = ReferenceDriver([all_misbehaviours()[name] for name in asked.misbehave])
    for line in sys.stdin.buffer:  # the protocol uses UTF-8, whatever the terminal's encoding
        message = json.loads(line)
        sys.stdout.write(json.dumps(driver.answer(message)) + "\n")
        sys.stdout.flush()
        if message.get("do") == "goodbye":
            break
    return 0


if __name__ == "__main__":
    sys.exit(main())
