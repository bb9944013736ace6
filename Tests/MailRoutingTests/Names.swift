import DNS
import MailRouting
import Testing

/// A name that a test writes down.
func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

/// An address that a test writes down.
func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

/// A destination that a test writes down.
func destination(_ text: String) throws -> MailDestination { try #require(MailDestination(text)) }
