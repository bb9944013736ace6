public import Deliveries
public import HTTPTypes

extension DeliveriesError.Code {
    /// The status that answers an error (RFC 9110, 15).
    public var status: HTTPResponse.Status {
        switch self {
        case .notFound: .notFound
        case .forbidden, .strangeKey, .deliveryPasswordWrong, .heldBack, .codeNeeded, .codeWrong: .forbidden
        case .invalid, .tooMany, .unsupportedOption, .checksumMismatch, .sizeMismatch, .chunkOutOfRange:
            .unprocessableContent
        case .conflict, .chunkDiffers, .incomplete: .conflict
        case .notSignedIn, .wrongCredentials, .secondFactorNeeded, .wrongSecondFactor: .unauthorized
        case .throttled, .codeLimit: .tooManyRequests
        case .busy, .beingScanned, .storeUnreachable: .serviceUnavailable
        case .linkSpent, .setupDone, .withdrawn, .expired, .linkReplaced, .codeSpent: .gone
        case .linkDamaged: .badRequest
        case .tooLarge: .contentTooLarge
        case .tooSlow: .requestTimeout
        case .diskFull: .init(code: 507, reasonPhrase: "Insufficient Storage")
        case .trouble, .fileDamaged: .internalServerError
        }
    }
}
