"""The wheel contains everything that a run needs."""

import subprocess
import sys
import zipfile


def test_the_wheel_carries_specifications_scenarios_and_templates(repository, tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        check=True,
        capture_output=True,
        cwd=repository,
    )

    with zipfile.ZipFile(next(tmp_path.glob("provestand-*.whl"))) as wheel:
        carried = set(wheel.namelist())
    listed = subprocess.run(
        ["git", "ls-files", "-z", "specs", "scenarios", "reports/allure", "reports/templates"],
        check=True,
        capture_output=True,
        text=True,
        cwd=repository,
    )
    wanted = {f"harness/_bundled/{name}" for name in listed.stdout.split("\0") if name}
    assert wanted - carried == set()
    assert "harness/py.typed" in carried
    assert [name for name in carried if "__pycache__" in name or name.startswith("tests/")] == []
