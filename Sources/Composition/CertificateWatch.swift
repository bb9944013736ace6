import Foundation
import Logging
import NIOCertificateReloading
import ServiceLifecycle

/// Reads a certificate and its key again when their files change. What cannot be used leaves the old ones in force, and
/// the log says so, once for each change.
struct CertificateWatch: Service {
    let reloader: TimedCertificateReloader
    let files: [URL]
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var known = Stamp(files)
            var last = known
            // Only the end of the server cuts a pause short, and it ends the loop.
            while (try? await Task.sleep(for: .seconds(2))) != nil {
                let stamp = Stamp(files)
                // Certificate and key are two files, and written one after the other: they are read once both rest.
                if stamp != known, stamp == last {
                    known = stamp
                    reload()
                }
                last = stamp
            }
        }
    }

    private func reload() {
        let names = Logger.MetadataValue.array(files.map { "\($0.path)" })
        do {
            try reloader.reload()
            logger.info("a new certificate is in use", metadata: ["files": names])
        } catch {
            logger.error(
                "a new certificate cannot be used; the old one stays in use",
                metadata: ["files": names, "error": "\(error)"])
        }
    }
}

/// What tells one state of some files from another.
private struct Stamp: Equatable {
    private let parts: [[String]]

    init(_ files: [URL]) {
        parts = files.map { file in
            // Programs that renew certificates often turn a link to another file.
            let target = file.resolvingSymlinksInPath()
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: target.path) else { return [] }
            return [.modificationDate, .size, .systemFileNumber].map { (key: FileAttributeKey) -> String in
                if let date = attributes[key] as? Date { return String(date.timeIntervalSince1970) }
                return attributes[key].map { "\($0)" } ?? ""
            }
        }
    }
}
