"""How an organization's papers look: frozen designs with their pictures, checked before they are kept."""
