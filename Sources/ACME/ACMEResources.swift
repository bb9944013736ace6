/// Where everything is (RFC 8555, 7.1.1).
struct ACMEDirectory: Decodable, Equatable {
    struct Meta: Decodable, Equatable {
        let externalAccountRequired: Bool?
    }

    let newNonce: String
    let newAccount: String
    let newOrder: String
    let meta: Meta?
}

/// How an order or an authorization stands (RFC 8555, 7.1.6).
enum ACMEStatus: String, Decodable {
    case pending, processing, ready, valid, invalid, revoked, deactivated, expired
}

/// An order for a certificate (RFC 8555, 7.1.3).
struct ACMEOrder: Decodable, Equatable {
    let status: ACMEStatus
    let authorizations: [String]
    let finalize: String
    let certificate: String?
    let error: ACMEProblem?
}

/// What must be shown before a name is certified (RFC 8555, 7.1.4).
struct ACMEAuthorization: Decodable, Equatable {
    struct Identifier: Codable, Equatable {
        let type: String
        let value: String
    }

    /// One way to show it (RFC 8555, 8).
    struct Challenge: Decodable, Equatable {
        let type: String
        let url: String
        let token: String?
        let error: ACMEProblem?
    }

    let identifier: Identifier
    let status: ACMEStatus
    let challenges: [Challenge]
}

/// An account (RFC 8555, 7.1.2).
struct ACMEAccount: Codable {
    var contact: [String]?
    var termsOfServiceAgreed: Bool?
}
