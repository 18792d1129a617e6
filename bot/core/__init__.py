"""The core: badge classes, awards, goals and their words. It knows no platform, no HTTP and no clock of its own."""
