"""What GitLab shows in merge requests: code quality."""

from harness.reporting.formats.gitlab import code_quality


def test_code_quality_is_as_gitlab_asks(verdict, contract):
    """description, check_name, fingerprint, severity and location: docs.gitlab.com, Code Quality report format."""
    entries = code_quality(verdict, [contract])

    assert [(entry["check_name"], entry["severity"]) for entry in entries] == [
        ("coverage", "info"),
        ("KODE-1", "major"),
        ("KODE-1", "major"),
        ("enum-value", "minor"),
    ]
    assert len({entry["fingerprint"] for entry in entries}) == 4
    assert all(entry["location"]["lines"]["begin"] >= 1 and entry["description"] for entry in entries)
