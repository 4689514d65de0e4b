/// Somebody who calls a live shop from one address with one key, each request on a connection of its own.
public struct Caller: Sendable {
    public let port: Int
    /// nil for none.
    public let key: String?
    public let source: String

    public init(port: Int, key: String?, source: String) {
        self.port = port
        self.key = key
        self.source = source
    }

    public func get(_ target: String, headers: [String] = []) async throws -> RawAnswer {
        try await ask("GET", target, headers: headers)
    }

    public func post(_ target: String, _ body: String, headers: [String] = []) async throws -> RawAnswer {
        try await ask("POST", target, headers: headers, body: body)
    }

    public func ask(
        _ method: String, _ target: String, headers: [String] = [], body: String? = nil
    ) async throws -> RawAnswer {
        try await RawHTTP.exchange(port, request(method, target, headers: headers, body: body), from: source)
    }

    /// The request's text with this caller's key.
    public func request(
        _ method: String, _ target: String, headers: [String] = [], body: String? = nil
    ) -> String {
        let access = key.map { ["X-Access-Token: \($0)"] } ?? []
        return RawHTTP.request(method, target, headers: access + headers, body: body)
    }

    /// One connection for several requests.
    public func open<Value: Sendable>(
        _ body: (inout RawHTTP.Talk) async throws -> Value
    ) async throws -> Value {
        try await RawHTTP.open(port, from: source, body)
    }
}
