"""Drives a client that openapi-python-client generated: a call per line in, its result per line out.

What is sent, and how an answer is read, is determined only by the generated code.
"""

import base64
import enum
import importlib
import inspect
import io
import json
import pkgutil
import sys
import types
import typing

FOLDER, BASE_URL, TOKEN = sys.argv[1:]


def main() -> None:
    sys.path.insert(0, FOLDER)
    package = importlib.import_module("generated")
    files = importlib.import_module("generated.types").File
    found = {
        plain(module.name.rpartition(".")[2]): module.name
        for module in pkgutil.walk_packages(importlib.import_module("generated.api").__path__, "generated.api.")
    }
    with package.AuthenticatedClient(base_url=BASE_URL, token=TOKEN) as client:
        for line in sys.stdin:
            asked = json.loads(line)
            try:
                came = called(importlib.import_module(found[plain(asked["operation"])]), asked, client, files)
            except Exception as error:
                came = {"status": 0, "problem": f"{type(error).__name__}: {error}"}
            print(json.dumps(came), flush=True)


def called(module: types.ModuleType, asked: dict, client: object, files: type) -> dict:
    signature = inspect.signature(module.sync_detailed)
    hints = typing.get_type_hints(module.sync_detailed)
    given = {plain(name): value for name, value in asked.items() if name == "body"}
    given |= {plain(name): value for part in ("path", "query", "header") for name, value in asked.get(part, {}).items()}
    arguments = {name: made(hints[name], given[plain(name)]) for name in signature.parameters if plain(name) in given}
    if "form" in asked:
        arguments["body"] = form(hints["body"], asked["form"], files)
    answer = module.sync_detailed(client=client, **arguments)
    if answer.parsed is None and answer.content:
        return {"status": int(answer.status_code), "problem": "the answer is not one that the document names"}
    sent = json.loads(answer.content) if answer.content else None
    body = back(answer.parsed)
    problem = None if names_in(sent) == names_in(body) else "the model lost or invented members of the answer"
    return {"status": int(answer.status_code), "body": body, "problem": problem}


def made(hint: object, value: object) -> object:
    """A value as the generated code's signature requires it; if there are several types, the first that accepts it."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return made(typing.get_args(hint)[0], value)
    if hasattr(hint, "from_dict"):
        return hint.from_dict(value)
    if hasattr(hint, "fromisoformat"):
        return hint.fromisoformat(value)
    if isinstance(hint, type) and (issubclass(hint, enum.Enum) or hint.__name__ == "UUID"):
        return hint(value)
    return value


def form(model: type, parts: dict, files: type) -> object:
    names = {plain(name): name for name in inspect.signature(model).parameters}
    return model(**{names[plain(name)]: a_part(value, files) for name, value in parts.items()})


def a_part(value: object, files: type) -> object:
    if isinstance(value, dict):
        payload = io.BytesIO(base64.b64decode(value["content"]))
        return files(payload=payload, file_name=value["name"], mime_type=value["type"])
    return value


def back(parsed: object) -> object:
    """The contents of a model, as JSON."""
    if isinstance(parsed, list):
        return [back(each) for each in parsed]
    return parsed.to_dict() if hasattr(parsed, "to_dict") else parsed


def names_in(value: object) -> object:
    """The members at every depth, without their values, because a date may be written differently."""
    if isinstance(value, dict):
        return {name: names_in(child) for name, child in value.items()}
    return [names_in(child) for child in value] if isinstance(value, list) else None


def plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


main()
