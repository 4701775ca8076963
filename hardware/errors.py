"""What can go wrong with readers, each with its cause and the fix in the message.

HardwareError
    UnknownDriver      no driver of that name
    MissingLibrary     the driver's library or its Debian package is not installed
    BadOption          an option of a `[[reader]]` table is unknown or has a wrong value
    DeviceAbsent       nothing at that path, or not ours to open
    DeviceLost         it was there and went away
    TagError           a tag that could not be read or written, with a `reason` for programs
    NotAPicture        a file that is neither picture nor video
    ControlError       the simulated readers refused a request
"""


class HardwareError(Exception):
    """Base of all errors of this package."""


class UnknownDriver(HardwareError):
    """The configuration names a driver that does not exist."""


class MissingLibrary(HardwareError):
    """A driver's library is not installed."""


class BadOption(HardwareError):
    """A reader's option is unknown, missing or has a value that cannot work."""


class DeviceAbsent(HardwareError):
    """There is no device at the path, or it may not be opened."""


class DeviceLost(HardwareError):
    """The device stopped answering."""


class TagError(HardwareError):
    """A tag that gave no usable NDEF message, or took none; `reason` is one of the stable words of
    `ReaderEvent.reason`, or of `hardware.tags.writing`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotAPicture(HardwareError):
    """A file that is neither a picture nor a video that can be read."""


class ControlError(HardwareError):
    """The simulated readers refused a request."""
