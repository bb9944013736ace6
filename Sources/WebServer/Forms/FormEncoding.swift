import HTTPTypes
public import Hummingbird

/// How a form is written into the body of a request.
public enum FormEncoding: Sendable, Equatable {
    /// `application/x-www-form-urlencoded` (WHATWG URL, 5.1): fields only.
    case urlEncoded
    /// `multipart/form-data` (RFC 7578) with that boundary: fields and files.
    case multipart(boundary: String)

    /// Reads the Content-Type of a request; `nil` if its body is no form.
    public init?(_ request: Request) {
        let type = request.headers[.contentType] ?? ""
        let name = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        if name == "application/x-www-form-urlencoded" || name.isEmpty {
            self = .urlEncoded
        } else if let boundary = MultipartPart.boundary(of: type) {
            self = .multipart(boundary: boundary)
        } else {
            return nil
        }
    }
}
