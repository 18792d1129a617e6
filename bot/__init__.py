"""Laurel: real, signed Open Badges inside team chat."""
