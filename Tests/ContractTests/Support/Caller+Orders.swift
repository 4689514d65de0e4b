import Foundation
import RasidBase
import RasidTesting
import Testing

/// An order that was accepted.
struct Placed: Hashable {
    let id: String
    let topupRef: String
}

enum Order {
    static let number = ["ADSL": "036362608", "4G": "213472731602"]

    /// The body of a send.
    ///
    /// - Parameters:
    ///   - number: nil for a good one of the type.
    ///   - value: as it is to stand in the JSON text.
    static func body(
        _ type: String = "ADSL", number: String? = nil, value: String = "1000", ref: String? = nil
    ) -> String {
        let number = number ?? Self.number[type] ?? ""
        let ref = ref.map { #","ref":\#(JSON.quoted($0))"# } ?? ""
        return #"{"type":\#(JSON.quoted(type)),"number":\#(JSON.quoted(number)),"value":\#(value)\#(ref)}"#
    }

    static func freshRef() -> String { "ref-\(UUID().uuidString.lowercased())" }
}

extension Caller {
    static let sendPath = "/v3/internet/send"

    func send(_ body: String, headers: [String] = []) async throws -> RawAnswer {
        try await post(Self.sendPath, body, headers: headers)
    }

    /// Sends an order that is to be accepted.
    func place(
        _ type: String = "ADSL", number: String? = nil, value: String = "1000", ref: String? = nil,
        headers: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Placed {
        let answer = try await send(
            Order.body(type, number: number, value: value, ref: ref), headers: headers)
        expectSuccess(answer, sourceLocation: sourceLocation)
        #expect(answer.data.keys == ["topupId", "topupRef"], sourceLocation: sourceLocation)
        #expect(isID(answer.data["topupId"]), sourceLocation: sourceLocation)
        return Placed(
            id: try #require(answer.data["topupId"].string, sourceLocation: sourceLocation),
            topupRef: try #require(answer.data["topupRef"].string, sourceLocation: sourceLocation))
    }

    func check(id: String, _ query: String = "") async throws -> RawAnswer {
        try await get("/v3/internet/check-id/\(id)\(query)")
    }

    /// - Parameter ref: as it is to stand in the path.
    func check(ref: String, _ query: String = "") async throws -> RawAnswer {
        try await get("/v3/internet/check-ref/\(ref)\(query)")
    }

    /// Runs `body` while a wait of a minute for an order is open, and gives what the wait was answered.
    ///
    /// - Parameter path: what stands after `/v3/internet/`.
    func waiting(for path: String, _ body: () async throws -> Void) async throws -> RawAnswer {
        try await open { talk in
            // The connection is accepted before the wait is sent, and the wait is read before others are answered.
            try await talk.send(request("GET", "/v3/ping"))
            _ = try await talk.answer()
            try await talk.send(request("GET", "/v3/internet/\(path)?wait=60"))
            for _ in 0..<5 { _ = try await get("/v3/ping") }
            try await body()
            return try await talk.answer()
        }
    }

    /// The order's data once it is final.
    func settled(_ id: String) async throws -> JSON {
        try await eventually {
            let data = try await check(id: id, "?wait=5").data
            return ["FULFILLED", "REFUNDED"].contains(data["status"]) ? data : nil
        }
    }

    func balance() async throws -> Money {
        try #require(try await get("/v3/account/balance").data["balance"].money)
    }

    /// The statement's newest lines.
    func statement(_ query: String = "?pageSize=100") async throws -> [JSON] {
        try await get("/v3/account/transactions\(query)").data["items"].items
    }

    func list(_ query: String = "?pageSize=100") async throws -> [JSON] {
        try await get("/v3/internet/list\(query)").data["topups"].items
    }
}

/// A text percent-encoded as one segment or one value: everything but RFC 3986's unreserved characters.
func encoded(_ text: String) -> String {
    text.utf8.map { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: String(UnicodeScalar(byte))
        default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }.joined()
}

/// A key that nobody has.
func strangersKey() -> String { UUID().uuidString.lowercased() }
