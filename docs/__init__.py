"""The papers, and the scripts that generate some of them."""
