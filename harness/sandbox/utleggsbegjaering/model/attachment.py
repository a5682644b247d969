"""How a message cites an attachment."""

from typing import Literal

from harness.sandbox.utleggsbegjaering.model.values import Message, Tekst, Uuid


class Vedlegg(Message):
    """An attachment by its uuid, which is empty if the sender has none."""

    type: Literal[
        "betalingsoppfordring", "fullmakt", "transporterklæring", "tvangsgrunnlag", "tvangskraftgrunnlag", "annet"
    ]
    filnavn: Tekst
    uuid: Uuid
