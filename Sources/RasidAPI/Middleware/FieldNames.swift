import HTTPTypes

extension HTTPField.Name {
    static let accessToken = named("X-Access-Token")
    static let forwardedFor = named("X-Forwarded-For")
    static let idempotencyHit = named("Idempotency-Hit")
    static let idempotencyKey = named("Idempotency-Key")
    static let rateLimit = named("RateLimit")
    static let rateLimitPolicy = named("RateLimit-Policy")
    static let requestID = named("X-Request-Id")

    private static func named(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no field name") }
        return name
    }
}
