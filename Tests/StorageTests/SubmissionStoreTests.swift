import Deliveries
import Foundation
import MailMessage
import Testing

@testable import Storage

@Suite struct SubmissionStoreTests {
    @Test func keepsAllOfACredential() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        func credential(_ name: String) throws -> SubmissionCredential {
            SubmissionCredential(
                id: sample.id(), name: name, secretHash: sample.hash(),
                domains: [try MailDomain(parsing: "a.example"), try MailDomain(parsing: "münchen.example")],
                limits: SubmissionLimits(mailsPerHour: 10, recipients: 20, messageSize: 30_000),
                createdAt: Sample.start)
        }
        let first = try credential("first")
        let second = try credential("second")
        try await test.write { transaction in
            for credential in [first, second] { try transaction.submissions.insert(credential) }
        }
        #expect(try await test.read { try $0.submissions.credential(first.id) } == first)
        let both = Set([first.id, second.id])
        #expect(try await Set(test.read { try $0.submissions.credentials() }.map(\.id)) == both)

        try await test.write { try $0.submissions.touch(first.id, at: Sample.after(60)) }
        let touched = try await test.read { try $0.submissions.credential(first.id) }
        #expect(touched?.lastUsedAt == Sample.after(60))

        #expect(try await test.write { try $0.submissions.revoke(second.id, at: Sample.after(90)) })
        #expect(try await test.write { try $0.submissions.revoke(second.id, at: Sample.after(99)) } == false)
        let list = try await test.read { try $0.submissions.credentials() }
        #expect(list.map(\.id) == [first.id, second.id])
        #expect(list.last?.revokedAt == Sample.after(90))
    }
}
