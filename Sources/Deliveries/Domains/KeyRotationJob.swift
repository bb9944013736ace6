public import Foundation
import Logging
import SenderDomains

/// Changes keys by itself every 90 days where the operator's zone takes dynamic updates, and tries again what that zone
/// did not take.
public struct KeyRotationJob: LeasedJob {
    /// How often it looks, seconds.
    private static let interval: TimeInterval = 3_600

    private let parts: DomainParts

    /// Works with the given parts.
    public init(_ parts: DomainParts) {
        self.parts = parts
    }

    /// The name of its row.
    public var name: String { "key-rotation" }

    /// Changes what is due.
    public func run(now: Date) async throws -> Date {
        let next = now.addingTimeInterval(Self.interval)
        let settings = try await parts.base.settings.current()
        guard try await parts.zoneAccess(settings) != nil else { return next }
        let administration = DomainAdministration(parts)
        for domain in try await administration.list() {
            try Task.checkCancellation()
            do {
                if domain.waitsForOperatorZone {
                    try await administration.publishInOperatorZone(domain, isRetry: true)
                } else if domain.isDueForAutomaticRotation(now: now) {
                    _ = try await administration.rotate(
                        domain.domain, .planned, by: nil, origin: RequestOrigin(clientAddress: ""), isByItself: true)
                }
            } catch {
                parts.base.log.error(
                    "keys could not be changed", metadata: ["domain": "\(domain.domain)", "reason": "\(error)"])
            }
        }
        return next
    }
}

extension SenderDomain {
    /// Whether a key waits whose record belongs into the operator's zone.
    fileprivate var waitsForOperatorZone: Bool {
        keys.contains { $0.isAlias && $0.phase == .pending }
    }

    /// Whether a key that an alias leads to has signed for 90 days.
    fileprivate func isDueForAutomaticRotation(now: Date) -> Bool {
        keys.contains { $0.isAlias && KeyLifeCycle.isDueForAutomaticRotation($0, now: now) }
    }
}
