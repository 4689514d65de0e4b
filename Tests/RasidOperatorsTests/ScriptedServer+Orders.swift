import Foundation
import RasidBase
import RasidClient
import RasidOperators
import Synchronization
import RasidTesting
import Testing

extension ScriptedServer {
    static let key = "f3c1f0de-0000-4000-8000-5ec7e75ec7e7"

    /// The shop's side of this server.
    func upstream(
        time: any TimeSource = SystemTime(), _ change: (inout Upstream.Settings) -> Void = { _ in }
    ) throws -> Upstream {
        var settings = Upstream.Settings()
        change(&settings)
        let url = try #require(URL(string: "http://127.0.0.1:\(port)"))
        return Upstream(.init(baseURL: url, key: AccessKey(Self.key)), settings: settings, time: time)
    }

    /// Says `sent` to a send and `looked` to every look at an order.
    static func run<Value: Sendable>(
        sent: Reply = .data(UpstreamOrder.accepted), looked: Reply = .data(UpstreamOrder.topup()),
        _ body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        try await run({ request, _ in request.method == "POST" ? sent : looked }, body)
    }
}

/// An order of ours, and how the server there shows it.
enum UpstreamOrder {
    static let id = "690161a3e9e88196b4eb6545"
    static let code = "0012345678901234"
    static let job = Job(
        order: OrderID(seconds: 0x6901_61a3, random: 0x1122_3344_5566_7788),
        number: ServiceNumber(stored: "036362608", type: .adsl), value: .dinars(1000),
        placedAt: Timestamp(milliseconds: 1_768_471_200_000))

    static let accepted = #"{"topupId":"\#(id)","topupRef":"API-+213665983439-\#(job.order)"}"#
    static let fulfilled = topup("FULFILLED", more: #","card_code":"\#(code)","num_trans":"AS32F1""#)

    static func topup(
        _ status: String = "HANDLING", type: String = "ADSL", number: String = "036362608", value: Int = 1000,
        more: String = ""
    ) -> String {
        """
        {"_id":"\(id)","ref":"\(job.order)","status":"\(status)","type":"\(type)","number":"\(number)",\
        "topup_amount":\(value),"created_at":"2026-01-15T10:00:00.000Z"\(more)}
        """
    }
}

/// Real time in which nobody waits: whoever sleeps moves the clock on instead.
final class ImpatientTime: TimeSource {
    private let system = SystemTime()
    private let leapt = Mutex<Int64>(0)

    var now: Timestamp { system.now.adding(.milliseconds(leapt.withLock { $0 })) }
    var monotonic: Int64 { system.monotonic + leapt.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        leapt.withLock { $0 += max(0, duration.milliseconds) }
    }
}
