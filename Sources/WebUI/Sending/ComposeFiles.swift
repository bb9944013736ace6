import Deliveries
import NIOCore
import WebServer

/// The files in a compose form: each goes into the vault as it comes. What cannot be taken is named, and the rest of the
/// form is read all the same.
struct ComposeFiles: FormFileReceiver {
    /// More mistakes than this nobody reads.
    private static let mostProblems = 100

    private let uploads: Uploads
    private let account: AccountID
    private let delivery: DeliveryID?
    private var current: IncomingFile?
    /// The files that are complete.
    private(set) var staged: [StagedFile] = []
    /// Why others were not taken.
    private(set) var problems: [FieldError] = []

    /// - Parameters:
    ///   - uploads: takes files.
    ///   - account: the sender.
    ///   - delivery: the draft; nil for one that is yet to be begun.
    init(_ uploads: Uploads, by account: AccountID, for delivery: DeliveryID?) {
        self.uploads = uploads
        self.account = account
        self.delivery = delivery
    }

    mutating func begin(_ part: MultipartPart) async throws {
        let name = part.fileName ?? ""
        do {
            current = try await uploads.begin(
                name, mediaType: part.mediaType, for: delivery, by: account, beside: staged)
        } catch let error as DeliveriesError {
            try refuse(FileName.clean(name), error)
        }
    }

    mutating func write(_ content: ByteBuffer) async throws -> Bool {
        guard var file = current else { return false }
        // Held once, so that its buffer is not copied with each piece.
        current = nil
        do {
            try await file.write(content)
            current = file
            return true
        } catch {
            await file.abandon()
            try refuse(file.name, error)
            return false
        }
    }

    mutating func end() async throws {
        guard var file = current else { return }
        current = nil
        do {
            staged.append(try await file.finish())
        } catch {
            await file.abandon()
            try refuse(file.name, error)
        }
    }

    /// Takes out of the vault what is not complete.
    mutating func abandonCurrent() async {
        await current?.abandon()
        current = nil
    }

    /// Takes everything out of the vault.
    mutating func abandon() async {
        await abandonCurrent()
        await uploads.drop(staged)
        staged = []
    }

    /// Notes what concerns this file alone; anything else ends the request.
    private mutating func refuse(_ name: String, _ error: any Error) throws {
        guard let error = error as? DeliveriesError else { throw error }
        let reason: FieldError
        switch error.code {
        case .tooLarge, .tooMany: reason = error.fields.first ?? FieldError("files", "too-large")
        case .diskFull, .busy, .storeUnreachable: reason = FieldError("files", error.code.rawValue)
        default: throw error
        }
        guard problems.count < Self.mostProblems else { return }
        problems.append(FieldError("files", reason.reason, reason.values.merging(["text": name]) { $1 }))
    }
}
