/// `GET /health/live` and `GET /health/ready`, without an envelope: machines read them.
public struct HealthData: JSONShape, Hashable, Sendable {
    /// `live`, `ready` or `unready`.
    public let status: String
    /// Why sales cannot be taken; empty when they can.
    public let reasons: [String]

    /// How many things do not add up; absent where everything does.
    public let findings: Int

    public static let live = HealthData(status: "live", reasons: [], findings: 0)

    public static func ready(findings: Int) -> HealthData {
        HealthData(status: "ready", reasons: [], findings: findings)
    }

    public static func unready(_ reasons: [String], findings: Int) -> HealthData {
        HealthData(status: "unready", reasons: reasons, findings: findings)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", status)
            if !reasons.isEmpty { writer.member("reasons", array: reasons) }
            if findings > 0 { writer.member("findings", findings) }
        }
    }
}
