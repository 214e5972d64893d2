"""The foundation's models: accounts and their rights, the log, the organisation, and the keys in use."""

from ilonet_register.models.keys import EncryptionKey
from ilonet_register.models.log import LogContent, LogEntry
from ilonet_register.models.organisation import Organisation
from ilonet_register.models.user import Grant, User

__all__ = ["EncryptionKey", "Grant", "LogContent", "LogEntry", "Organisation", "User"]
