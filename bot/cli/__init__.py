"""The commands of the terminal, a file for each topic; `bot.__main__` puts them together."""
