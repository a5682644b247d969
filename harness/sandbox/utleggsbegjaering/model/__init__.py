"""The message model 2.0 according to the diagrams and change logs (dossier, section 5), with its wire names."""
