import HTTPTypes

/// The CORS fields: any page may call this API, for it is the key that opens it (contract §1).
enum CrossOrigin {
    /// Fields of every answer.
    static let fields: [HTTPField] = [
        HTTPField(name: .accessControlAllowOrigin, value: "*"),
        HTTPField(
            name: .accessControlExposeHeaders,
            value: "X-Request-Id, Retry-After, Idempotency-Hit, RateLimit, RateLimit-Policy"),
    ]

    /// Fields that a preflight has besides.
    static let preflight: [HTTPField] = [
        HTTPField(name: .accessControlAllowMethods, value: "GET, POST, OPTIONS"),
        HTTPField(name: .accessControlAllowHeaders, value: "X-Access-Token, Content-Type, Idempotency-Key"),
        HTTPField(name: .accessControlMaxAge, value: "86400"),
    ]
}
