"""One module for each protocol that providers speak: a request to send somebody away with, a claim from what comes back."""
