"""One folder per platform: each translates what its users do into port commands, and replies into what they see."""
