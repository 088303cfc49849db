"""Loading the demonstration through the product's own verbs: ``loading`` runs the steps, each a module."""
