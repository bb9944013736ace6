extension Migration {
    /// Which API tokens belong to add-ins. Those of former times count as a program's.
    static let tokenClients = Migration(number: 20, name: "token clients") { types in
        ["ALTER TABLE api_token ADD COLUMN client \(types.text)"]
    }
}
