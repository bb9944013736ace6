"""The test ground: the real programs that Depesche is tested with, each of the test's own, on loopback."""

from harness.authority import Authority
from harness.browser import Browser
from harness.certified import CertifiedServer
from harness.clamav import ClamAV
from harness.cluster import Cluster
from harness.databasepath import DatabasePath
from harness.dns import DNSServer, ScriptedDNS
from harness.dovecot import Dovecot
from harness.exim import Exim, EximRelay
from harness.faultystore import FaultyStore
from harness.maildesk import MailDesk
from harness.mailnet import MailNet
from harness.mailserver import MailServer
from harness.opendkim import OpenDKIM
from harness.outlook import Outlook, OutlookWindow
from harness.pebble import Pebble
from harness.policyhost import PolicyHost
from harness.postfix import Postfix
from harness.postgresql import PostgreSQL
from harness.rspamd import Rspamd
from harness.s3 import Rclone, SeaweedFS
from harness.server import DepescheServer
from harness.sink import SMTPSink
from harness.textzone import TextZone
from harness.thunderbird import Thunderbird
from harness.tools import cannot_run, free_port, wait_until

__all__ = [
    "Authority", "Browser", "CertifiedServer", "ClamAV", "Cluster", "DNSServer", "DatabasePath", "DepescheServer", "Dovecot",
    "Exim",
    "EximRelay", "FaultyStore", "MailDesk", "MailNet", "MailServer", "OpenDKIM", "Outlook", "OutlookWindow", "Pebble",
    "PolicyHost", "Postfix", "PostgreSQL", "Rclone", "Rspamd", "SMTPSink", "ScriptedDNS", "SeaweedFS", "TextZone",
    "Thunderbird", "cannot_run", "free_port", "wait_until",
]
