import RasidBase
import RasidOperators

/// The clock of a gateway under test: what it signs stands still, its deadlines pass.
struct GatewayTime: TimeSource {
    static let now = GatewayTime()
    /// 2026-01-15T10:00:00.000Z.
    static let moment = Timestamp(milliseconds: 1_768_471_200_000)

    var now: Timestamp { Self.moment }
    var monotonic: Int64 { SystemTime().monotonic }
    func sleep(for duration: Duration) async throws { try await SystemTime().sleep(for: duration) }

    /// An order that everybody may recharge: the number is nobody's.
    static func job(_ value: Money = .dinars(1000), _ type: ServiceType = .adsl) -> Job {
        Job(
            order: OrderID(seconds: 1_768_471_200, random: 0x0123_4567_89ab_cdef),
            number: ServiceNumber(stored: type == .adsl ? "000000000" : "213000000000", type: type), value: value,
            placedAt: moment)
    }
}
