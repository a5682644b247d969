"""Merges the results of several runs against one target without loss."""

from collections.abc import Sequence

from harness.contract.contract import Contract
from harness.verdict.conclusion import conclude_shards
from harness.verdict.model import Specification, Verdict
from harness.verdict.results import UnusableResultsError
from harness.verdict.shard import Shard, in_order


def join(*results: Sequence[Shard]) -> tuple[Shard, ...]:
    """Every shard of every result once, in chronological order; raises UnusableResultsError for different targets.

    A run that judged a client can be merged with one that judged a service. Merging is commutative and associative.
    """
    shards = in_order([shard for shards in results for shard in shards])
    for actor in ("server", "client"):
        around = [shard.circumstances for shard in shards]
        targets = sorted({circumstances.target for circumstances in around if circumstances.actor == actor})
        if len(targets) > 1:
            raise UnusableResultsError(
                f"the runs had different targets: {', '.join(targets)}. Merge runs against the same one."
            )
    specs_of(shards)
    return shards


def specs_of(shards: Sequence[Shard]) -> list[Specification]:
    """The specifications that the shards were judged by; raises UnusableResultsError if an API has two."""
    specs: dict[str, Specification] = {}
    for spec in (spec for shard in shards for spec in shard.specs):
        if specs.setdefault(spec.api, spec) != spec:
            raise UnusableResultsError(
                f"the runs judged {spec.api} by different specifications. Merge runs of one version."
            )
    return [specs[api] for api in sorted(specs)]


def merged_verdict(shards: Sequence[Shard], contracts: Sequence[Contract], verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict over all shards, with the drift observed in any of the verdicts."""
    drift = {str(sorted(finding.items())): finding for verdict in verdicts for finding in verdict.observed_drift}
    verdict = conclude_shards(shards, contracts)
    return verdict.model_copy(update={"observed_drift": [drift[key] for key in sorted(drift)]})
