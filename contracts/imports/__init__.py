"""Contracts from a file: what its columns are, what is checked, how it is compared and written."""
