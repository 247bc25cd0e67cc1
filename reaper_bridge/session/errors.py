"""Every failure a user can meet, as one tree. Each message says what, where and what to do.

FirstPassError
├── ProjectFileError     the project cannot be read: not a project, truncated, undecodable
├── ProjectWriteError    the project cannot be written: read-only, disk full
├── StaleValueError      somebody changed the project or a value since it was read
│   └── OtherProjectError  another project came to the front of REAPER
├── MediaError           an audio file cannot be read
├── UnknownTrackError    a track named by the user does not exist, or the name is ambiguous
├── UnknownRoleError     a role named by the user does not exist
├── PlanError            a plan file is malformed or names what the project does not have
├── TasteError           a taste profile is malformed
├── SettingsError        the settings of the service are malformed, or it runs already
├── NothingToMixError    no audible track
├── ResourceFolderError  REAPER's resource folder cannot be found, read or written
├── ReaperRunningError   REAPER runs, and would write its settings over ours when it quits
├── CancelledError       the user stopped the pass
├── HostBusyError        REAPER is recording or rendering; nothing was done
└── HostGoneError        REAPER stopped answering
"""


class FirstPassError(Exception):
    """A failure with one clear sentence; the project was left as it was."""


class ProjectFileError(FirstPassError):
    """The project file cannot be read."""


class ProjectWriteError(FirstPassError):
    """The project file cannot be written."""


class StaleValueError(FirstPassError):
    """The project, or a value in it, changed since it was read."""


class OtherProjectError(StaleValueError):
    """Another project came to the front of REAPER than the one that was read; never to be taken for it."""


class MediaError(FirstPassError):
    """An audio file cannot be read."""


class UnknownTrackError(FirstPassError):
    """No track, or more than one, answers to that name."""


class UnknownRoleError(FirstPassError):
    """No role has that name."""


class PlanError(FirstPassError):
    """A plan does not fit the project or is malformed."""


class TasteError(FirstPassError):
    """A taste profile is malformed or unknown."""


class SettingsError(FirstPassError):
    """The service cannot start with these settings."""


class NothingToMixError(FirstPassError):
    """There is no audible track to mix."""


class ResourceFolderError(FirstPassError):
    """REAPER's resource folder, or a file in it, cannot be found, read or written."""


class ReaperRunningError(FirstPassError):
    """REAPER runs with that resource folder, and would write its settings over ours when it quits."""


class CancelledError(FirstPassError):
    """The user stopped the pass before anything was written."""


class HostBusyError(FirstPassError):
    """REAPER is recording or rendering, and will be free again; nothing was done."""


class HostGoneError(FirstPassError):
    """REAPER stopped answering; it has been left as it was."""
