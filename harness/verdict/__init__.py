"""What a run concluded about each requirement."""
