extension Migration {
    /// The words of mails as administrators changed them: versions that are only followed by others. A version without
    /// words takes the original back.
    static let mailTemplates = Migration(number: 22, name: "mail-templates") { types in
        [
            """
            CREATE TABLE mail_template (
                kind \(types.text) NOT NULL,
                language \(types.text) NOT NULL,
                version \(types.integer) NOT NULL,
                subject \(types.text),
                body \(types.text),
                plain_text \(types.text),
                changed_by \(types.text),
                changed_at \(types.integer) NOT NULL,
                PRIMARY KEY (kind, language, version)
            \(types.end)
            """
        ]
    }
}
