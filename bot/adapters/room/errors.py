"""What the room itself cannot do, each as a sentence for a terminal or a page."""

from __future__ import annotations

from collections.abc import Iterable


class RoomRefusal(Exception):
    """Anything that whoever asked can mend; `str()` is the sentence, `status` the HTTP answer."""

    status = 400


class EmptyRoom(RoomRefusal):
    """Nobody is there yet."""

    status = 409

    def __str__(self) -> str:
        return "Nobody is in the room yet: run `laurel init --sample` to fill it with a sample class."


class NoSuchPersona(RoomRefusal):
    """Nobody in the room is called that."""

    status = 404

    def __init__(self, handle: str, known: Iterable[str]) -> None:
        super().__init__(handle)
        self.handle, self.known = handle, tuple(known)

    def __str__(self) -> str:
        return f"Nobody here is called {self.handle}; there are {', '.join(self.known)}."


class NoSuchChannel(RoomRefusal):
    """The room has no such channel."""

    status = 404

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(name)
        self.name, self.known = name, tuple(known)

    def __str__(self) -> str:
        return f"There is no channel {self.name}; there are {', '.join(self.known)}, and dm for direct messages."


class NoSuchMessage(RoomRefusal):
    """The message is gone, or was never for the caller."""

    status = 404

    def __str__(self) -> str:
        return "That message is not here any more."


class Unreadable(RoomRefusal):
    """What came in is nothing that the room's own page sends."""

    def __str__(self) -> str:
        return "The room could not read that request."


class NothingSaid(RoomRefusal):
    """A message without a word."""

    def __str__(self) -> str:
        return "There is nothing to send yet."


class TooLong(RoomRefusal):
    """A message longer than the room takes."""

    status = 413

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def __str__(self) -> str:
        return f"That is too long for the room: {self.most} characters are the most."


class NotLoopback(RoomRefusal):
    """The room has no passwords: it answers on this machine only."""

    status = 403

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host

    def __str__(self) -> str:
        return f"The room has no passwords, so it is for this machine only: {self.host} is not a loopback address."
