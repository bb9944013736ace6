internal import FileVault

/// Why an object store did not do what was asked. Holds no secret.
package struct S3Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    package enum Kind: Sendable, Hashable {
        /// No connection, or one that broke off.
        case unreachable
        /// No answer in time.
        case timedOut
        /// A certificate that is not trusted.
        case certificate
        /// An answer that is none: cut off, or of another size than announced.
        case malformed
        /// An answer that says no, with the store's own code.
        case refused(status: Int, code: String)
        /// The caller gave up.
        case cancelled
        /// The vault has been shut down.
        case closed
    }

    package let kind: Kind
    /// More about it.
    package let detail: String

    package init(_ kind: Kind, _ detail: String = "") {
        self.kind = kind
        self.detail = detail
    }

    /// Whether the same request may well succeed in a moment.
    var isPassing: Bool {
        switch kind {
        case .unreachable, .timedOut, .malformed: true
        case .certificate, .cancelled, .closed: false
        case .refused(let status, let code):
            // "Error Responses", Amazon S3 API Reference; the codes of status 400 say that the body was hurt on its way.
            [408, 425, 429, 500, 502, 503, 504].contains(status)
                || ["RequestTimeout", "BadDigest", "IncompleteBody", "InvalidDigest", "XAmzContentSHA256Mismatch"]
                    .contains(code)
                || ["OperationAborted", "SlowDown"].contains(code)
        }
    }

    /// Whether the object is not there.
    var isMissing: Bool {
        if case .refused(404, let code) = kind { return code != "NoSuchBucket" }
        return false
    }

    /// What went wrong, for whoever runs the server.
    package var description: String {
        switch kind {
        case .unreachable: "there is no connection (\(detail))"
        case .timedOut: "no answer came in time"
        case .certificate: "its certificate is not trusted (\(detail)); DEPESCHE_CA_FILE names further authorities"
        case .malformed: "its answer cannot be used (\(detail))"
        case .cancelled: "the work was cancelled"
        case .closed: "the connections were shut down"
        case .refused(_, "NoSuchBucket"): "there is no such bucket"
        case .refused(_, "InvalidAccessKeyId"): "it does not know the access key"
        case .refused(_, "SignatureDoesNotMatch"): "the secret key is wrong (SignatureDoesNotMatch)"
        case .refused(_, "RequestTimeTooSkewed"): "its clock and the one of this machine are too far apart"
        case .refused(403, let code): "it denies access (\(code))"
        case .refused(301, _), .refused(307, _), .refused(_, "AuthorizationHeaderMalformed"):
            "the bucket is in another region (\(detail))"
        case .refused(let status, let code): "it answers \(status) \(code)"
        }
    }

    /// The same in the words of the vault.
    func vaultError(file: VaultFileID? = nil, chunk: Int? = nil) -> VaultError {
        let code: VaultError.Code =
            switch kind {
            case .cancelled: .interrupted
            case .closed: .closed
            case .refused(507, _), .refused(_, "QuotaExceeded"), .refused(_, "XMinioStorageFull"): .diskFull
            case .refused(416, _): .corrupted
            default: isMissing ? .missing : isPassing ? .unreachable : .io
            }
        return VaultError(code, file: file, chunk: chunk, detail: "the file store: \(self)")
    }
}
