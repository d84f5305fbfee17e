"""Why a request elsewhere did not happen or did not end well. What is refused will be refused again; the rest may pass."""


class OutgoingError(Exception):
    """Base of all."""


class Refused(OutgoingError):
    """The address is none that the server goes to: scheme, port, or where its name leads."""


class Failed(OutgoingError):
    """There was no usable answer: no connection, a broken answer, a time-out."""


class TooLarge(OutgoingError):
    """The answer had more bytes than were wanted."""
