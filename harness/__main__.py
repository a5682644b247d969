"""`python -m harness` is `provestand`."""

from harness.cli import main

if __name__ == "__main__":
    main()
