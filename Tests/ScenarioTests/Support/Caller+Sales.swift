import Foundation
import RasidTesting

/// The body of a send, and its `Idempotency-Key`.
struct Sale: Sendable {
    var type = "ADSL"
    var number = "036362608"
    var value = 1000
    var ref: String?
    var idempotencyKey: String?

    var body: String {
        let ref = ref.map { ",\"ref\":\(JSON.quoted($0))" } ?? ""
        return "{\"type\":\"\(type)\",\"number\":\"\(number)\",\"value\":\(value)\(ref)}"
    }

    var headers: [String] { idempotencyKey.map { ["Idempotency-Key: \($0)"] } ?? [] }
}

extension Caller {
    func text(_ sale: Sale) -> String {
        request("POST", "/v3/internet/send", headers: sale.headers, body: sale.body)
    }

    func send(_ sale: Sale) async throws -> RawAnswer {
        try await RawHTTP.exchange(port, text(sale), from: source)
    }

    /// Sells, expecting success.
    func buy(_ sale: Sale) async throws -> Accepted {
        try await send(sale).decoded()
    }

    func balance() async throws -> Decimal {
        try await get("/v3/account/balance").decoded(BalanceAnswer.self).balance
    }

    func find(_ order: Accepted, wait: Int? = nil) async throws -> Topup {
        try await get("/v3/internet/check-id/\(order.topupId)" + (wait.map { "?wait=\($0)" } ?? "")).decoded()
    }

    /// Waits until an order is final.
    func finished(_ order: Accepted) async throws -> Topup {
        try await eventually("order \(order.topupId) is final", within: .seconds(120)) {
            let topup = try await find(order, wait: 5)
            return topup.isFinal ? topup : nil
        }
    }

    /// Runs `body` while a wait for an order is open, and gives back what the wait was answered, and when.
    func waiting(
        for path: String, _ body: () async throws -> Void
    ) async throws -> (answer: RawAnswer, at: ContinuousClock.Instant) {
        try await open { talk in
            // The connection is accepted before the wait is sent, and the wait is read before others are answered.
            _ = try await talk.ask(request("GET", "/v3/ping"))
            try await talk.send(request("GET", "/v3/internet/\(path)?wait=60"))
            for _ in 0..<5 { _ = try await get("/v3/ping") }
            try await body()
            return (try await talk.answer(), ContinuousClock.now)
        }
    }

    /// Works on `count` jobs over several connections at once.
    ///
    /// - Returns: what `job` answers, in the order of the jobs.
    func overConnections<Answer: Sendable>(
        _ connections: Int, jobs count: Int,
        _ job: @escaping @Sendable (_ job: Int, _ talk: inout RawHTTP.Talk) async throws -> Answer
    ) async throws -> [Answer] {
        let shares = try await together(min(connections, count)) { connection in
            try await open { talk in
                var answers: [(Int, Answer)] = []
                for number in stride(from: connection, to: count, by: connections) {
                    answers.append((number, try await job(number, &talk)))
                }
                return answers
            }
        }
        return shares.flatMap { $0 }.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

extension RawHTTP.Talk {
    mutating func ask(_ text: String) async throws -> RawAnswer {
        try await send(text)
        return try await answer()
    }
}
