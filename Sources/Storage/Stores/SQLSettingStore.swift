import Deliveries
import Foundation

/// Settings in SQL.
struct SQLSettingStore: SettingStore {
    let sql: any StatementRunner

    func all() throws -> [StoredSetting] {
        try sql.all("SELECT name, value, sealed_value FROM setting ORDER BY name") { row in
            StoredSetting(key: try row.text(), value: try row.textOrNil(), sealedValue: try row.dataOrNil())
        }
    }

    func set(_ setting: StoredSetting) throws {
        try sql.run(
            """
            INSERT INTO setting (name, value, sealed_value)
            VALUES (\(setting.key), \(setting.value), \(setting.sealedValue))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value, sealed_value = excluded.sealed_value
            """)
    }

    func remove(_ key: String) throws {
        try sql.run("DELETE FROM setting WHERE name = \(key)")
    }
}
