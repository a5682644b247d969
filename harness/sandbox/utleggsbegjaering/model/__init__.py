"""The message model 2.0 as the diagrams and change logs have it (dossier, section 5). Wire names are kept."""
