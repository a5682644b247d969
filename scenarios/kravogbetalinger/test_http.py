"""HTTP itself: methods, the spelling of URLs, long and hostile input, headers."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import pytest

from harness.contract.deviation import Deviation
from harness.suite.markers import not_run, requirement, several_answers
from scenarios.kravogbetalinger.caller import JSON, OPERATIONS, WITH_PERIOD, shown, sound_body
from scenarios.kravogbetalinger.relations import told
from scenarios.kravogbetalinger.test_same import agree

IN_FLIGHT = 5
"""The number of concurrent calls that the documentation allows."""

BURSTS = 3
BUSY = frozenset({429, 502, 503, 504})


def path_of(kob, operation, organisation, query, *, encode=quote) -> str:
    path = "/" + "/".join(encode(part) for part in (kob.rettighetspakke, organisation, operation))
    return path + ("?" + urlencode(query) if query else "")


def every_character(part: str) -> str:
    return "".join(f"%{ord(character):02X}" for character in part)


@requirement("KOB-HTTP-001")
def test_head(kob, operation):
    answer = kob.get(operation, method="HEAD")

    kob.bench.notes.observe("KOB-HTTP-001", f"{operation}: {answer.status}")


@requirement("KOB-HTTP-002", "KOB-ROBUST-007")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(kob, operation, method):
    organisation, query = kob.example(operation)

    answer = kob.get(operation, organisation, query=query, method=method)

    refused = 400 <= answer.status < 500 or answer.status == 501  # RFC 9110, 15.6.2: the method is not implemented
    answer.judge([told(refused, f"{method} served", "refused with 4xx", f"status {answer.status}")])
    right = told(answer.status == 405, f"{method} not refused with 405", "status 405", f"status {answer.status}")
    answer.judge([right], "KOB-ROBUST-007")


@requirement("KOB-HTTP-003")
def test_a_405_names_what_is_allowed(kob, operation):
    answer = kob.get(operation, method="DELETE")

    if answer.status != 405:
        not_run(f"the method is refused with {answer.status}")
    allowed = {name.strip().upper() for name in (answer.exchange.response.header("allow") or "").split(",")}
    answer.judge([told("GET" in allowed, "Allow without GET", "GET in Allow", ", ".join(sorted(allowed)) or "none")])


@requirement("KOB-HTTP-004")
def test_options(kob):
    kob.observe("KOB-HTTP-004", kob.get("aapnekrav", method="OPTIONS"))


@requirement("KOB-HTTP-005")
@several_answers
def test_needless_percent_encoding_makes_no_difference(kob, operation):
    organisation, query = kob.example(operation)
    path = path_of(kob, operation, organisation, {}, encode=every_character)
    if query:
        path += "?" + "&".join(f"{name}={every_character(value)}" for name, value in query.items())

    encoded = kob.send("GET", path, organisation, token=kob.token(organisation, kob.rettighetspakke))

    agree(kob.plain(operation, organisation, query), encoded)


LONG = 3000
"""In characters. Gateways commonly accept a line of 8000."""


@requirement("KOB-HTTP-006", "KOB-ROBUST-001")
@pytest.mark.parametrize("where", ["identifier", "operation", "date", "unknown parameter", "header"])
def test_long_input_is_no_server_error(kob, where):
    package = kob.rettighetspakke_open_to_any()
    token = kob.token(kob.organisation, package)
    long = "7" * LONG
    calls = {
        "identifier": lambda: kob.get("aapnekrav", long, package, token=token),
        "operation": lambda: kob.get(long, kob.organisation, package, token=token),
        "date": lambda: kob.get("krav", None, package, query={"fraOgMed": long}, token=token),
        "unknown parameter": lambda: kob.get("aapnekrav", None, package, query={"ukjent": long}, token=token),
        "header": lambda: kob.get("aapnekrav", None, package, token=token, headers={"X-Ukjent": long}),
    }

    answer = calls[where]()

    answer.judge([told(answer.status < 500, "server error for long input", "4xx, or ignored", str(answer.status))])
    answer.expect_no_server_error()


HOSTILE = {
    "a query": "' OR '1'='1",
    "a script": "<script>alert(1)</script>",
    "a traversal": "../../etc/passwd",
    "a NUL": "{}\x00",
    "a line feed": "{}\r\nX-Ny: 1",
    "a lookup": "${{jndi:ldap://example.test/x}}",
    "a command": "{};cat /etc/passwd",
    "a comment": "{}'--",
    "other digits": "٣١٣٣٦٧٠٠٢",
    "a wildcard": "31336700%",
    "a dot": "{}.0",
}
"""If a valid value can be put in front of it, it is."""


@requirement("KOB-HTTP-007", "KOB-ROBUST-001", "KOB-ERROR-008")
@pytest.mark.parametrize("hostile", [pytest.param(value, id=name) for name, value in HOSTILE.items()])
def test_a_hostile_identifier_is_refused(kob, hostile):
    package = kob.rettighetspakke_open_to_any()

    answer = kob.get("aapnekrav", hostile.format(kob.organisation), package, token=kob.token(kob.organisation, package))

    answer.expect_refusal(400, 403, 404)
    answer.expect_no_server_error()


@requirement("KOB-HTTP-007", "KOB-ROBUST-001", "KOB-ERROR-008")
@pytest.mark.parametrize("hostile", [pytest.param(value, id=name) for name, value in HOSTILE.items()])
def test_a_hostile_date_is_refused(kob, hostile):
    written = hostile.format("2024-03-01")

    answer = kob.get("krav", query={"fraOgMed": written, "tilOgMed": written})

    answer.expect_refusal(400, 403, 404)
    answer.expect_no_server_error()


@requirement("KOB-HTTP-008")
@pytest.mark.parametrize("kind", ["slash at the end", "doubled slash", "capitals", "operation in capitals"])
def test_another_writing_of_the_url(kob, kind):
    organisation = kob.organisation
    path = path_of(kob, "aapnekrav", organisation, {})
    written = {
        "slash at the end": path + "/",
        "doubled slash": path.replace(f"/{organisation}", f"//{organisation}"),
        "capitals": path.replace(kob.rettighetspakke, kob.rettighetspakke.upper()),
        "operation in capitals": path.replace("aapnekrav", "Aapnekrav"),
    }[kind]

    answer = kob.send("GET", written, organisation, token=kob.token(organisation, kob.rettighetspakke))

    kob.observe("KOB-HTTP-008", answer, f"{kind}: ")


@requirement("KOB-HTTP-009", "KOB-HTTP-010", "KOB-HTTP-011")
def test_an_answer_is_whole_of_ordinary_size_and_in_time(kob, operation):
    """The checks judge every answer; this scenario makes sure that there is one with data for each operation."""
    kob.example(operation)


@requirement("KOB-HTTP-012")
def test_what_is_said_to_caches(kob):
    organisation, query = kob.example("aapnekrav")

    found = kob.plain("aapnekrav", organisation, query).exchange.response.header("cache-control")
    kob.bench.notes.observe("KOB-HTTP-012", found or "none")


@requirement("KOB-HTTP-013")
def test_whether_headers_name_the_software(kob):
    response = kob.plain("aapnekrav", kob.organisation).exchange.response

    named = [f"{name}: {response.header(name)}" for name in ("Server", "X-Powered-By") if response.header(name)]
    kob.bench.notes.observe("KOB-HTTP-013", "; ".join(named) or "neither")


@requirement("KOB-HTTP-014")
@several_answers
def test_an_unknown_header_makes_no_difference(kob, operation):
    organisation, query = kob.example(operation)

    with_more = kob.get(operation, organisation, query=query, headers={"X-Ukjent": "1", "X-Forwarded-For": "127.0.0.1"})

    agree(kob.plain(operation, organisation, query), with_more)


@requirement("KOB-HTTP-015")
def test_whether_answers_are_compressed(kob):
    organisation, query = kob.example("aapnekrav")
    answer = kob.get("aapnekrav", organisation, query=query, headers={"Accept-Encoding": "gzip"})

    kob.bench.notes.observe("KOB-HTTP-015", answer.exchange.response.header("content-encoding") or "none")


def at_once(kob, operation, organisation):
    """A plain call whose first answer counts."""
    query = kob.last_year() if operation in WITH_PERIOD else {}
    path = path_of(kob, operation, organisation, query)
    headers = {"Accept": JSON, "Authorization": f"Bearer {kob.token(organisation, kob.rettighetspakke)}"}
    return kob.bench.send_once("GET", path, headers, organisation=organisation)


@requirement("KOB-FAIR-001", "KOB-FAIR-003")
@several_answers
@pytest.mark.alone
def test_five_calls_at_once_are_answered_as_one_is(kob):
    """Asks about as many different parties as possible, so that an answer to the wrong call is noticed.

    A call that is turned away is repeated, together with the others: a gateway may be busy for a moment. No other
    scenario judges a 429, because a busy gateway has not answered the call.
    """
    kob.bench.ensure_in_flight(IN_FLIGHT)
    organisations = kob.bench.api.organisations
    asked = [(OPERATIONS[number % 4], organisations[number % len(organisations)]) for number in range(2 * IN_FLIGHT)]
    alone = [kob.plain(*each) for each in asked]

    for _ in range(BURSTS):
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            together = list(pool.map(lambda each: at_once(kob, *each), asked))
        if not any(answer.status in BUSY for answer in together):
            break

    is_quota = any(o.status == 429 for o in together) and any(at_once(kob, *each).status == 429 for each in asked)
    for one, other in zip(alone, together, strict=True):
        if other.status == 429 and not is_quota:  # turned away only among concurrent calls, by whatever
            promised = f"an answer to {IN_FLIGHT} calls in flight"
            kob.bench.notes.note_shut_out(Deviation("KOB-FAIR-003", "turned away", promised, "status 429"), other)
        agree(one, other)


@requirement("KOB-INPUT-008")
@several_answers
def test_an_unknown_query_parameter_is_ignored(kob, operation):
    """New optional input can be added without a new version, so a service ignores unknown parameters."""
    organisation, query = kob.example(operation)

    with_unknown = kob.get(operation, organisation, query={**query, "ukjentParameter": "1"})

    agree(kob.plain(operation, organisation, query), with_unknown)


def period_shown(answer) -> str:
    """Which fraOgMed an answer repeats, or how it is refused."""
    if answer.status != 200:
        return shown(answer)
    return str(sound_body(answer)["periode"]["fraOgMed"])


@requirement("KOB-INPUT-016")
@pytest.mark.parametrize("twice", WITH_PERIOD)
def test_a_parameter_that_is_given_twice(kob, twice):
    organisation, query = kob.example(twice)
    path = path_of(kob, twice, organisation, query) + "&fraOgMed=2024-01-01"

    answer = kob.send("GET", path, organisation, token=kob.token(organisation, kob.rettighetspakke))

    known = {query["fraOgMed"]: "the first counts", "2024-01-01": "the second counts"}
    kob.bench.notes.observe("KOB-INPUT-016", known.get(period_shown(answer), period_shown(answer)))


@requirement("KOB-INPUT-018")
def test_parameter_names_in_another_case(kob):
    organisation, query = kob.example("krav")

    answer = kob.get("krav", organisation, query={name.lower(): value for name, value in query.items()})

    kob.observe("KOB-INPUT-018", answer)
