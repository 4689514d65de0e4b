import RasidBase
import Testing

extension TestShop {
    /// One request on a connection of its own.
    ///
    /// - Parameter key: nil for none.
    func ask(
        _ method: String, _ target: String, key: String?, body: String? = nil, headers: [String] = []
    ) async throws -> RawAnswer {
        let text = Self.text(method, target, key: key, body: body, headers: headers)
        let answer = try await RawConnection.open(port) { talk in
            try await talk.send(text)
            return await talk.answer(toHEAD: method == "HEAD")
        }
        return try #require(answer)
    }

    func get(_ target: String, key: String? = nil, headers: [String] = []) async throws -> RawAnswer {
        try await ask("GET", target, key: key ?? sandboxKey, headers: headers)
    }

    func send(_ body: String, key: String? = nil, headers: [String] = []) async throws -> RawAnswer {
        try await ask("POST", "/v3/internet/send", key: key ?? sandboxKey, body: body, headers: headers)
    }

    /// Places an order and gives its id.
    func place(
        number: String = "036362608", value: String = "500", reference: String? = nil, key: String? = nil
    ) async throws -> String {
        let reference = reference.map { #","ref":"\#($0)""# } ?? ""
        let answer = try await send(
            #"{"type":"ADSL","number":"\#(number)","value":\#(value)\#(reference)}"#, key: key)
        #expect(answer.status == 200, "\(answer.body)")
        return try #require(answer.text("topupId"))
    }

    static func text(_ method: String, _ target: String, key: String?, body: String?, headers: [String]) -> String {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: test"] + headers
        if let key { lines.append("X-Access-Token: \(key)") }
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    }
}

extension RawAnswer {
    /// The first string under a name, wherever it stands.
    func text(_ name: String) -> String? {
        guard let start = body.ranges(of: "\"\(name)\":\"").first?.upperBound else { return nil }
        return String(body[start...].prefix { $0 != "\"" })
    }

    /// The word of the contract's error table.
    var code: String? { text("code") }

    /// The body with every time and id of the server's own making replaced by a word.
    var masked: String {
        body.replacing(#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#, with: "TIME").replacing(
            #/"[0-9a-f]{24}"/#, with: "\"ID\"")
    }
}
