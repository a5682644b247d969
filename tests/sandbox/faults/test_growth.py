"""New members in every object, alone and on top of each other."""

from harness.sandbox.faults.growth import LIST, OBJECT, VALUES, grown


def test_every_object_grows_and_what_grew_does_not():
    node = {"krav": [{"forfall": {}}]}

    of_values = grown(node, VALUES)
    of_all = grown(grown(grown(node, OBJECT), LIST), VALUES)

    assert of_values == {"krav": [{"forfall": VALUES, **VALUES}], **VALUES}
    new = OBJECT | LIST | VALUES
    assert of_all == {"krav": [{"forfall": new, **new}], **new}
