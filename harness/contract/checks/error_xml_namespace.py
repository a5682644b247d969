"""An XML error is a `feil` element; it and its fields are in the documented namespace."""

from collections.abc import Iterator

from lxml import etree

from harness.contract.checks import Breach, Call
from harness.contract.error_body import FIELDS, ROOT, XML_NAMESPACE, xml_root


def applies(call: Call) -> bool:
    return call.exchange.response.status >= 400 and xml_root(call.exchange.response) is not None


def breaches(call: Call) -> Iterator[Breach]:
    root = xml_root(call.exchange.response)
    if root is None:
        return
    if etree.QName(root).localname != ROOT:
        yield Breach("root of an XML error", f"the element {ROOT}", f"the element {etree.QName(root).localname[:40]}")
        return
    children = [child for child in root if isinstance(child.tag, str) and etree.QName(child).localname in FIELDS]
    for element in (root, *children):
        name = etree.QName(element)
        if name.namespace != XML_NAMESPACE:
            shown = f"{name.localname} in {name.namespace or 'no namespace'}"
            yield Breach(f"namespace of {name.localname}", f"{name.localname} in {XML_NAMESPACE}", shown)
