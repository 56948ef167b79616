"""The full models of the course in torch, batch first, one architecture a file."""
