extension Migration {
    /// The sentences and labels that a mail template words anew, as a JSON object.
    static let mailPhrases = Migration(number: 28, name: "mail-phrases") { types in
        ["ALTER TABLE mail_template ADD COLUMN phrases \(types.text)"]
    }
}
