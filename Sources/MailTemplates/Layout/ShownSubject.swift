import MailMessage

extension String {
    /// A person's subject inside one of our sentences or subjects: one line, not longer than people read.
    var asShownSubject: String { HeaderText(cleaning: self).truncated(toOctets: 300).value }
}
