"""A body is what its Content-Type says: well-formed JSON without repeated keys, or well-formed XML."""

from collections.abc import Iterator

from lxml import etree

from harness.contract.checks import Breach, Call

XML = frozenset({"application/xml", "text/xml"})


def applies(call: Call) -> bool:
    response = call.exchange.response
    return bool(response.body) and (response.is_json or response.media_type in XML)


def breaches(call: Call) -> Iterator[Breach]:
    response = call.exchange.response
    try:
        if response.is_json:
            response.json()
        else:
            etree.fromstring(response.body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (ValueError, etree.XMLSyntaxError) as error:
        yield Breach("malformed body", f"a well-formed {response.media_type} body", str(error))
