"""Changes outside schemas: paths, media types, statuses, headers, parameters, security, servers."""

import pytest

OK = "responses: {'200': {description: x}}"
OBJECT, STRICT = "{type: object}", "{type: object, required: [a]}"


def operation(says: str, path: str = "/a", method: str = "get", beside: str = "") -> str:
    return f"paths: {{'{path}': {{{method}: {{{says}}}}}}}\n{beside}"


def with_parameter(parameter: str, path: str = "/a") -> str:
    return operation(f"parameters: [{parameter}], {OK}", path)


def answers(responses: str) -> str:
    return operation(f"responses: {{{responses}}}")


def answer_in(*types: tuple[str, str]) -> str:
    content = ", ".join(f"'{media}': {{schema: {schema}}}" for media, schema in types)
    return answers(f"'200': {{description: x, content: {{{content}}}}}")


def body_in(media: str, schema: str) -> str:
    return operation(f"requestBody: {{content: {{'{media}': {{schema: {schema}}}}}}}, {OK}", method="post")


def with_header(header: str, status: str = "'200'") -> str:
    return answers(f"{status}: {{description: x, headers: {{X-A: {header}}}}}")


def secured(security: str, schemes: str) -> str:
    return operation(f"security: {security}, {OK}", beside=f"components: {{securitySchemes: {schemes}}}")


def with_callback(path: str, name: str, schema: str) -> str:
    parameter = f"parameters: [{{name: {name}, in: path, required: true, schema: {{type: string}}}}]"
    body = f"requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}"
    callback = f"callbacks: {{done: {{'{{$request.body#/url}}': {{post: {{{body}, {OK}}}}}}}}}"
    return operation(f"{parameter}, {callback}, {OK}", path, "post")


KEY = "{k: {type: apiKey, in: header, name: K}, b: {type: http, scheme: bearer}}"
OAUTH = "{o: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.test/t', scopes: {%s}}}}}"
NEEDED = "{name: q, in: query, required: true, schema: {type: string}}"
TWO_PATHS = f"paths: {{/a: {{get: {{%s {OK}}}}}, /a/: {{get: {{%s {OK}}}}}}}"
ITEM = f"paths: {{/a: {{servers: [{{url: 'https://%s.test/v1'}}], get: {{{OK}}}}}}}"

PAIRS = {
    "a version of a media type changes": (
        answer_in(("application/json;version=1", STRICT), ("application/json; version=2", OBJECT)),
        answer_in(("application/json;version=1", OBJECT), ("application/json; version=2", OBJECT)),
        "breaking",
        "compatible",
    ),
    "a version of a media type goes": (
        answer_in(("application/json;version=1", OBJECT), ("application/json;version=2", OBJECT)),
        answer_in(("application/json;version=2", OBJECT)),
        "breaking",
        "compatible",
    ),
    "a version of a media type follows another": (
        answer_in(("application/json;version=1", OBJECT)),
        answer_in(("application/json;version=2", OBJECT)),
        "breaking",
        "breaking",
    ),
    "a body is taken in another version": (
        body_in("application/json;v=1", OBJECT),
        body_in("application/json;v=2", OBJECT),
        "breaking",
        "breaking",
    ),
    "a body is narrower, and gets a version": (
        body_in("application/json", OBJECT),
        body_in("application/json;v=1", STRICT),
        "breaking",
        "compatible",
    ),
    "a charset is no other media type": (
        answer_in(("application/json; charset=utf-8", OBJECT)),
        answer_in(("Application/JSON", OBJECT)),
        "none",
        "none",
    ),
    "two that differ by their charset alone": (
        answer_in(("application/json", STRICT), ("application/json; charset=utf-8", OBJECT)),
        answer_in(("application/json", OBJECT), ("application/json; charset=utf-8", OBJECT)),
        "breaking",
        "compatible",
    ),
    "the first of two that differ by their charset alone": (
        answer_in(("application/json; charset=utf-8", STRICT), ("application/json", OBJECT)),
        answer_in(("application/json; charset=utf-8", OBJECT), ("application/json", OBJECT)),
        "breaking",
        "compatible",
    ),
    "a range of errors is written out": (
        answers("'200': {description: x}, 4XX: {description: y}"),
        answers("'200': {description: x}, '404': {description: y}"),
        "compatible",
        "compatible",
    ),
    "a range of successes is written out": (
        answers("2XX: {description: x}"),
        answers("'200': {description: x}"),
        "compatible",
        "warning",
    ),
    "a header that was promised of a range": (
        with_header("{required: true, schema: {type: string}}"),
        answers("2XX: {description: x}"),
        "breaking",
        "compatible",
    ),
    "a header is narrower in a range": (
        with_header("{required: true, schema: {type: string, maxLength: 5}}"),
        with_header("{required: true, schema: {type: string}}", "2XX"),
        "breaking",
        "compatible",
    ),
    "a header is deprecated": (
        with_header("{schema: {type: string}}"),
        with_header("{deprecated: true, schema: {type: string}}"),
        "compatible",
        "compatible",
    ),
    "a header is written in another way": (
        with_header("{schema: {type: object}}"),
        with_header("{explode: true, schema: {type: object}}"),
        "breaking",
        "breaking",
    ),
    "exploding makes no difference to a text": (
        with_header("{schema: {type: string}}"),
        with_header("{explode: true, schema: {type: string}}"),
        "none",
        "none",
    ),
    "a slash at the end": (operation(OK), operation(OK, "/a/"), "warning", "warning"),
    "the first of two paths that differ by a slash": (
        TWO_PATHS % ("", ""),
        TWO_PATHS % (f"parameters: [{NEEDED}],", ""),
        "breaking",
        "warning",
    ),
    "the last of two paths that differ by a slash": (
        TWO_PATHS % ("", ""),
        TWO_PATHS % ("", f"parameters: [{NEEDED}],"),
        "breaking",
        "warning",
    ),
    "one of two paths that differ by a slash goes": (
        TWO_PATHS % ("", ""),
        operation(OK, "/a/"),
        "breaking",
        "compatible",
    ),
    "a renamed parameter of a path with a callback": (
        with_callback("/a/{id}", "id", OBJECT),
        with_callback("/a/{key}", "key", OBJECT),
        "none",
        "none",
    ),
    "a callback below a renamed parameter": (
        with_callback("/a/{id}", "id", STRICT),
        with_callback("/a/{key}", "key", OBJECT),
        "breaking",
        "compatible",
    ),
    "a parameter that the path had is described": (
        operation(OK, "/a/{id}"),
        with_parameter("{name: id, in: path, required: true, schema: {type: string}}", "/a/{id}"),
        "compatible",
        "warning",
    ),
    "parameters of a path change places": (
        with_parameter(
            "{name: a, in: path, required: true, schema: {type: string}},"
            " {name: b, in: path, required: true, schema: {type: integer}}",
            "/x/{a}/{b}",
        ),
        with_parameter(
            "{name: a, in: path, required: true, schema: {type: string}},"
            " {name: b, in: path, required: true, schema: {type: integer}}",
            "/x/{b}/{a}",
        ),
        "breaking",
        "breaking",
    ),
    "a list by a schema becomes one by a media type": (
        with_parameter("{name: q, in: query, schema: {type: object}}"),
        with_parameter("{name: q, in: query, content: {application/json: {schema: {type: object}}}}"),
        "breaking",
        "breaking",
    ),
    "a default style written out": (
        with_parameter("{name: q, in: query, schema: {type: array, items: {type: string}}}"),
        with_parameter(
            "{name: q, in: query, style: form, explode: true, schema: {type: array, items: {type: string}}}"
        ),
        "none",
        "none",
    ),
    "either key becomes both": (
        secured("[{k: []}, {b: []}]", KEY),
        secured("[{k: [], b: []}]", KEY),
        "breaking",
        "compatible",
    ),
    "no key is an option": (secured("[{k: []}]", KEY), secured("[{k: []}, {}]", KEY), "compatible", "breaking"),
    "a scope more is needed": (
        secured("[{o: [r]}]", OAUTH % "r: r, w: w"),
        secured("[{o: [r, w]}]", OAUTH % "r: r, w: w"),
        "breaking",
        "compatible",
    ),
    "a scope is offered no longer": (
        secured("[{o: [r]}]", OAUTH % "r: r, w: w"),
        secured("[{o: [r]}]", OAUTH % "r: r"),
        "warning",
        "compatible",
    ),
    "a path has another server": (ITEM % "a", ITEM % "b", "warning", "warning"),
    "an operation has a server of its own": (
        operation(OK),
        operation(f"servers: [{{url: 'https://b.test'}}], {OK}"),
        "warning",
        "warning",
    ),
}


@pytest.mark.parametrize("change", PAIRS)
def test_a_change_around_schemas(drift, change):
    old, new, forwards, backwards = PAIRS[change]

    reports = drift(old, new), drift(new, old)

    assert [report.worst for report in reports] == [forwards, backwards]
    assert all((report.basis == "proved equal") == (report.worst == "none") for report in reports)


def test_a_body_that_both_versions_take_is_read_by_the_version_that_it_names(drift):
    old = answer_in(("application/json;version=1", "{type: string}"), ("application/json;version=2", "{type: string}"))
    new = answer_in(("application/json;version=1", "{type: string}"), ("application/json;version=2", "{type: integer}"))

    messages = [finding.message for finding in drift(old, new).findings]

    assert messages
    assert all("version=2" in message for message in messages)
