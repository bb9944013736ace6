internal import FoundationEssentials
internal import NIOCore

/// Copies all objects of a vault into another, as they are. What is there already is compared and left, so that a copy
/// that was interrupted can be repeated.
public struct VaultCopy: Sendable {
    /// What was done so far.
    public struct Report: Sendable, Equatable, Encodable {
        /// Objects in the source.
        public var objects = 0
        /// Octets that they take.
        public var octets: Int64 = 0
        /// Objects that were copied.
        public var copied = 0
        /// Objects that were there already, with the same size and SHA-256.
        public var present = 0
        /// Copied objects that were read back, with the same SHA-256.
        public var checked = 0
        /// How much was looked through, in percent.
        public var percent = 0
    }

    private enum Outcome {
        case copied(wasChecked: Bool)
        case present
        case failed(VaultError)
    }

    /// Objects under way; each is in memory once or twice.
    private static let atOnce = 6
    /// One of so many is read back.
    private static let sample = 16

    private let source: any SealedObjects
    private let target: any SealedObjects
    private let checksAll: Bool

    /// Describes a copy.
    ///
    /// - Parameters:
    ///   - source: the vault to copy; nobody writes to it meanwhile.
    ///   - target: where to.
    ///   - checksAll: whether every copied object is read back, and not a sample only.
    public init(from source: any SealedObjects, to target: any SealedObjects, checksAll: Bool) {
        self.source = source
        self.target = target
        self.checksAll = checksAll
    }

    /// Carries the copy out.
    ///
    /// - Parameter progress: is told what was done so far.
    /// - Returns: what was done.
    /// - Throws: ``VaultError``; what was copied until then stays.
    public func run(progress: @Sendable (Report) -> Void) async throws(VaultError) -> Report {
        var report = Report()
        for fan in UInt8.min...UInt8.max {
            let objects = try await source.sealedObjects(fan: fan)
            if !objects.isEmpty {
                let there = try await target.sealedObjects(fan: fan)
                let sizes = Dictionary(there.map { (Self.key($0), $0.size) }) { first, _ in first }
                try await copy(objects, known: sizes, report: &report, progress: progress)
            }
            report.percent = (Int(fan) + 1) * 100 / 256
            progress(report)
        }
        return report
    }

    private static func key(_ object: SealedObject) -> String { "\(object.file)/\(object.name)" }

    private func copy(
        _ objects: [SealedObject], known: [String: Int64], report: inout Report, progress: @Sendable (Report) -> Void
    ) async throws(VaultError) {
        let before = report
        let (after, failure) = await withTaskGroup(of: (SealedObject, Outcome).self) { group in
            var done = before
            var rest = objects[...]
            var failure: VaultError?
            func begin() {
                guard failure == nil, let object = rest.popFirst() else { return }
                let isThere = known[Self.key(object)] == object.size
                group.addTask { (object, await outcome(of: object, isThere: isThere)) }
            }
            for _ in 0..<Self.atOnce { begin() }
            while let (object, outcome) = await group.next() {
                done.objects += 1
                done.octets += object.size
                switch outcome {
                case .copied(let wasChecked):
                    done.copied += 1
                    done.checked += wasChecked ? 1 : 0
                case .present: done.present += 1
                case .failed(let error): failure = failure ?? error
                }
                progress(done)
                begin()
            }
            return (done, failure)
        }
        report = after
        if let failure { throw failure }
    }

    private func outcome(of object: SealedObject, isThere: Bool) async -> Outcome {
        do throws(VaultError) {
            return try await copy(object, isThere: isThere)
        } catch {
            return .failed(error)
        }
    }

    private func copy(_ object: SealedObject, isThere: Bool) async throws(VaultError) -> Outcome {
        let octets = try await source.sealedOctets(of: object)
        let digest = Self.digest(octets)
        if isThere, Self.digest(try await target.sealedOctets(of: object)) == digest { return .present }
        try await target.storeSealed(octets, as: object)
        // By the digest, so that every run reads back the same ones of an object that is copied again.
        guard checksAll || Int(digest.bytes[0]).isMultiple(of: Self.sample) else { return .copied(wasChecked: false) }
        guard Self.digest(try await target.sealedOctets(of: object)) == digest else {
            throw VaultError(.corrupted, file: object.file, detail: "the copy of \(object.name) is not the same")
        }
        return .copied(wasChecked: true)
    }

    private static func digest(_ octets: ByteBuffer) -> ContentDigest {
        ContentDigest(of: Data(octets.readableBytesView))
    }
}
