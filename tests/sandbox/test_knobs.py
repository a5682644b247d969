"""Knobs that are turned for one call."""

from harness.sandbox.knobs import knobs_of_a_call, turned, turned_meanwhile


def test_a_call_begins_with_no_knob_turned_for_an_earlier_one():
    """asyncio can leave the context of a call with a large body to its connection, and so to the next call."""
    knobs = turned(["elan-vedlegg-delay=10"])

    with turned_meanwhile({"elan-vedlegg-delay": "1"}):
        with knobs_of_a_call() as read:
            of_the_next_call = knobs["elan-vedlegg-delay"]

        assert (of_the_next_call, read) == ("10", {"elan-vedlegg-delay"})
        assert knobs["elan-vedlegg-delay"] == "1"
