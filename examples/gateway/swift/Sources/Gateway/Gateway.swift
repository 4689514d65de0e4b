// An adapter for Rasid's gateway protocol: docs/operating/write-a-gateway.md.
//
//     RASID_GATEWAY_SECRET=… PORT=9000 swift run -c release Gateway
//
// What it has begun and how that ended is kept in the file GATEWAY_STORE. Do not lose that file.

import Crypto
import Foundation
import HTTPTypes
import Hummingbird

// MARK: - Your part: put the calls to the portal, the modem or the robot here

/// Recharges `order.number` with `order.value` dinars; runs once for each id.
///
/// Throw, or say "unknown", when you are not sure.
func recharge(_ order: Order) async throws -> Words {
    if order.number == "000000001" || order.number == "213000000001" {
        return Words(outcome: "refused", reason: "number_rejected")
    }
    let digits = (0..<16).map { _ in String(Int.random(in: 0...9)) }.joined()  // made up
    return Words(outcome: "fulfilled", code: digits, transaction: "T\(UInt64.random(in: 0 ... .max))")
}

func check(_ number: String) async throws -> Words {
    if number == "000000007" || number == "213000000007" { return Words(subscriber: false) }
    return Words(subscriber: true, client_number: "1100000000", offer: "made up")
}

// MARK: - The protocol's part

struct Order: Decodable, Sendable {
    let request: String
    let id: String?
    let type: String
    let number: String
    let value: Decimal?
    let placed_at: String?
}

struct Words: Codable, Sendable {
    var outcome: String?
    var reason: String?
    var code: String?
    var transaction: String?
    var after: Int?
    var queued: Bool?
    var words: String?
    var subscriber: Bool?
    var client_number: String?
    var offer: String?
}

/// What was begun and how it ended, a line each, on the disk before anything is said of it.
actor Journal {
    private struct Line: Codable {
        let id: String
        /// nil while its end is not known.
        let words: Words?
        /// Nothing was begun after all.
        var isVoid: Bool?
        /// The first line tells when the file was made.
        var bornAt: String?
    }

    private var orders: [String: Words?] = [:]
    private var bornAt = ""
    private let file: FileHandle

    init(path: String) throws {
        // Only the owner may read it, for codes are in it.
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let old = try file.readToEnd() ?? Data()
        for line in old.split(separator: UInt8(ascii: "\n")) {
            // A last line that a crash cut short says nothing.
            guard let line = try? JSONDecoder().decode(Line.self, from: line) else { continue }
            if let born = line.bornAt {
                bornAt = born
                continue
            }
            if line.isVoid == true { orders[line.id] = nil } else { orders[line.id] = .some(line.words) }
        }
        // The next line begins at its own beginning.
        if let last = old.last, last != UInt8(ascii: "\n") { try file.write(contentsOf: Data("\n".utf8)) }
        guard bornAt.isEmpty else { return }
        bornAt = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let first = Line(id: "", words: nil, bornAt: bornAt)
        try file.write(contentsOf: JSONEncoder().encode(first) + Data("\n".utf8))
        try file.synchronize()
    }

    /// - Returns: whether it is new: then it is the caller's to carry out.
    func begin(_ id: String) throws -> Bool {
        guard orders[id] == nil else { return false }
        orders[id] = .some(nil)
        try write(Line(id: id, words: nil))
        return true
    }

    func end(_ id: String, _ words: Words) throws {
        switch words.outcome {
        case "fulfilled", "refused":
            try write(Line(id: id, words: words))
            orders[id] = .some(words)
        case "later":
            // Nothing was begun: the next one may begin it.
            try write(Line(id: id, words: nil, isVoid: true))
            orders[id] = nil
        default:
            break
        }
    }

    func find(_ id: String, placedAt: String) -> Words {
        guard let known = orders[id] else {
            // Of what is older than the file it knows nothing: somebody may have lost another one.
            return Words(outcome: placedAt > bornAt ? "never_seen" : "unknown")
        }
        return known ?? Words(outcome: "unknown", words: "begun, its end is not known")
    }

    private func write(_ line: Line) throws {
        try file.write(contentsOf: JSONEncoder().encode(line) + Data("\n".utf8))
        try file.synchronize()
    }
}

struct Adapter: Sendable {
    let key: SymmetricKey
    let journal: Journal

    func answer(_ order: Order) async throws -> Words {
        if order.request == "check" { return try await check(order.number) }
        guard let id = order.id else { return Words(outcome: "unknown") }
        guard order.request == "recharge", try await journal.begin(id) else {
            return await journal.find(id, placedAt: order.placed_at ?? "")
        }
        let words = try await recharge(order)
        try await journal.end(id, words)
        return words
    }

    func respond(_ headers: HTTPFields, _ body: [UInt8]) async throws -> Response {
        let sentAt = headers[.timestamp] ?? ""
        let signature = headers[.signature] ?? ""
        let age = Int64(sentAt).map { abs(Int64(Date().timeIntervalSince1970) - $0) }
        guard let age, age <= 300, fits(signature, sentAt, body) else { return Response(status: .unauthorized) }
        let order = try JSONDecoder().decode(Order.self, from: Data(body))
        let words = try Array(JSONEncoder().encode(await answer(order)))
        return Response(
            status: .ok, headers: [.contentType: "application/json", .signature: sign(signature, words)],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: words)))
    }

    private func sign(_ prefix: String, _ body: [UInt8]) -> String {
        HMAC<SHA256>.authenticationCode(for: Array("\(prefix).".utf8) + body, using: key)
            .map { String(format: "%02x", $0) }.joined()
    }

    /// Compares in the same time whatever is wrong.
    private func fits(_ given: String, _ prefix: String, _ body: [UInt8]) -> Bool {
        let right = Array(sign(prefix, body).utf8)
        let given = Array(given.utf8)
        return given.count == right.count && zip(given, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension HTTPField.Name {
    static let timestamp = HTTPField.Name("Rasid-Timestamp") ?? .date
    static let signature = HTTPField.Name("Rasid-Signature") ?? .authorization
}

@main
struct Gateway {
    static func main() async throws {
        let settings = ProcessInfo.processInfo.environment
        let secret = (settings["RASID_GATEWAY_SECRET"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty else { throw Complaint("RASID_GATEWAY_SECRET is not set") }
        let adapter = Adapter(
            key: SymmetricKey(data: Data(secret.utf8)),
            // The same file wherever it is started from.
            journal: try Journal(path: settings["GATEWAY_STORE"] ?? NSHomeDirectory() + "/rasid-gateway.jsonl"))
        let router = Router()
        router.post("/") { request, _ in
            let body = try await request.body.collect(upTo: 65_536)
            return try await adapter.respond(request.headers, Array(body.readableBytesView))
        }
        let port = settings["PORT"].flatMap { Int($0) } ?? 9000
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                FileHandle.standardOutput.write(Data("http://127.0.0.1:\(channel.localAddress?.port ?? port)/\n".utf8))
            })
        try await application.runService()
    }
}

struct Complaint: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
