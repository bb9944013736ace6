import Deliveries
import Foundation

/// The dry run of the clean-up.
extension AdminDesk {
    private struct Line: Encodable {
        struct Amount: Encodable {
            let count: Int
            let octets: Int64

            init(_ amount: CleanUpAmount) {
                count = amount.count
                octets = amount.octets
            }
        }

        let rule: String
        let now: Amount
        let until: Amount
    }

    private struct Answer: Encodable {
        let days: Int
        let rules: [Line]
    }

    func cleanUpPreview(_ days: Int) async throws -> AdminReply {
        guard (0...CleanUpPreview.mostDays).contains(days) else {
            throw Misuse(text: "The days are a number from 0 to \(CleanUpPreview.mostDays).")
        }
        let plan = try await CleanUpPreview(installation.deliveries).plan(days: days)
        let lines = plan.steps.map {
            Line(rule: $0.rule.rawValue, now: .init($0.now), until: .init($0.until))
        }
        func words(_ amount: Line.Amount) -> String {
            amount.octets > 0 ? "\(amount.count) (\(amount.octets) octets)" : "\(amount.count)"
        }
        return try AdminReply(
            lines: lines.map { "\($0.rule)\tnow \(words($0.now))\tin \(days) days \(words($0.until))" },
            json: Answer(days: days, rules: lines))
    }
}
