public import HTTPTypes

extension HTTPField.Name {
    /// `Referrer-Policy`.
    public static let referrerPolicy = named("Referrer-Policy")
    /// `X-CSRF-Token`: the proof that an unsafe request comes from one of our pages.
    public static let csrfToken = named("X-CSRF-Token")
    /// `Content-Digest` (RFC 9530, 2).
    public static let contentDigest = named("Content-Digest")
    /// `Permissions-Policy`.
    public static let permissionsPolicy = named("Permissions-Policy")
    /// `Refresh`: when the browser looks again, seconds.
    public static let refresh = named("Refresh")
    /// `Last-Event-ID` of server-sent events.
    public static let lastEventID = named("Last-Event-ID")
    /// `X-Robots-Tag`: what search engines may do with an answer.
    public static let robotsTag = named("X-Robots-Tag")
    /// `X-Accel-Buffering`: asks nginx not to hold back a live stream.
    public static let accelBuffering = named("X-Accel-Buffering")

    /// The names above are tokens (RFC 9110, 5.1), so the fallback is never taken; a test shows it.
    private static func named(_ text: String) -> Self { Self(text) ?? .userAgent }
}
