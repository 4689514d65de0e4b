import RasidBase
import RasidWire

/// What the shop says to an adapter.
enum GatewayRequest {
    case recharge(Job)
    case ask(Job)
    case check(ServiceNumber)

    /// One JSON object, members in the order of the protocol's page.
    var body: [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            switch self {
            case .recharge(let job): Self.write("recharge", job, to: &writer)
            case .ask(let job): Self.write("ask", job, to: &writer)
            case .check(let number):
                writer.member("request", "check")
                Self.write(number, to: &writer)
            }
        }
        return writer.bytes
    }

    private static func write(_ request: String, _ job: Job, to writer: inout JSONWriter) {
        writer.member("request", request)
        writer.member("id", job.order)
        write(job.number, to: &writer)
        writer.member("value", job.value)
        writer.member("placed_at", job.placedAt)
    }

    private static func write(_ number: ServiceNumber, to writer: inout JSONWriter) {
        writer.member("type", number.type.rawValue)
        writer.member("number", number.text)
    }
}
