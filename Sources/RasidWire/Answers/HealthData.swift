/// `GET /health/live` and `GET /health/ready`, without an envelope: machines read them.
public struct HealthData: JSONShape, Hashable, Sendable {
    /// `live`, `ready` or `unready`.
    public let status: String
    /// Why sales cannot be taken; empty when they can.
    public let reasons: [String]

    public static let live = HealthData(status: "live", reasons: [])
    public static let ready = HealthData(status: "ready", reasons: [])

    public static func unready(_ reasons: [String]) -> HealthData {
        HealthData(status: "unready", reasons: reasons)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", status)
            if !reasons.isEmpty { writer.member("reasons", array: reasons) }
        }
    }
}
