/// A small list of the passwords that are tried first, in small letters; shorter ones fail by their length already.
enum CommonPasswords {
    /// Whether the password is on the list, also with digits or an exclamation mark behind it or doubled.
    static func contains(_ folded: String) -> Bool {
        if all.contains(folded) { return true }
        let trimmed = String(folded.reversed().drop { $0.isNumber || $0 == "!" || $0 == "." || $0 == "?" }.reversed())
        if words.contains(trimmed) || all.contains(trimmed) { return true }
        guard folded.count.isMultiple(of: 2) else { return false }
        let half = folded.prefix(folded.count / 2)
        return folded.hasSuffix(half) && (words.contains(String(half)) || all.contains(String(half)))
    }

    /// Whole passwords.
    private static let all: Set<String> = [
        "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx3edc", "q1w2e3r4t5", "q1w2e3r4t5y6", "zaq12wsxcde3", "qwertyuiop",
        "qwertzuiop", "qwertyuiop123", "asdfghjkl123", "asdfghjklö", "yxcvbnm123", "1234qwerasdf", "qwer1234qwer",
        "12345qwert", "qwert12345", "qwertz12345", "abcd123456", "123456abcd", "123456789a", "a123456789",
        "1234567891", "0987654321", "9876543210", "1029384756", "1122334455", "1212121212", "1231231231",
        "123123123123", "123321123321", "147258369a", "1472583690", "3141592653", "31415926535", "iloveyou123",
        "iloveyou12", "letmein123", "changeme123", "password123", "password1234", "passwort123", "passwort1234",
        "passw0rd123", "p@ssw0rd123", "p@ssword123", "pa$$word123", "admin12345", "admin123456", "administrator",
        "welcome123", "willkommen", "willkommen1", "willkommen123", "hallo12345", "hallo123456", "sommer2024",
        "sommer2025", "sommer2026", "winter2024", "winter2025", "winter2026", "frühling2025", "herbst2025",
        "geheim1234", "geheim12345", "geheimnis1", "schatz1234", "ichliebedich", "dragon1234", "football123",
        "baseball123", "sunshine123", "princess123", "superman123", "trustno1trustno1", "monkey12345", "master12345",
        "correcthorsebatterystaple", "correct horse battery staple", "korrektpferdbatterieheftklammer",
        "depesche12", "depesche123", "depesche1234", "test123456", "testtest123", "test1234test", "abc1234567",
        "abcdef123456", "aa12345678", "aaaaaaaaa1", "zxcvbnm123", "zxcvbnm,./", "michael123", "jennifer123",
        "charlie123", "jordan12345", "computer123", "internet123", "starwars123", "whatever123", "bundesliga",
        "fcbayern1900", "borussia09", "schalke0404", "deutschland", "deutschland1", "österreich", "switzerland",
    ]

    /// Words that do not get better by digits behind them.
    private static let words: Set<String> = [
        "password", "passwort", "passw0rd", "p@ssw0rd", "p@ssword", "pa$$word", "kennwort", "geheim", "geheimnis",
        "admin", "administrator", "root", "test", "tester", "testing", "qwerty", "qwertz", "qwert", "asdf", "asdfgh",
        "asdfghjkl", "letmein", "welcome", "willkommen", "changeme", "iloveyou", "hallo", "hello", "sommer", "winter",
        "summer", "spring", "autumn", "herbst", "frühling", "schatz", "dragon", "monkey", "master", "football",
        "fussball", "fußball", "baseball", "sunshine", "princess", "superman", "batman", "starwars", "computer",
        "internet", "depesche", "abc", "abcd", "abcdef", "default", "secret", "login", "user", "gast", "guest",
        "firma", "server", "berlin", "hamburg", "münchen", "muenchen", "deutschland", "michael", "thomas", "daniel",
    ]
}
