import RasidBase
import RasidWire

/// One request of the contract, without address and key.
struct Call: Sendable {
    /// Path and query.
    let target: String
    /// JSON for a POST; nil for a GET.
    let body: [UInt8]?
    /// The order's reference where the request places one.
    let reference: String?

    static func get(_ path: String, _ query: [(name: String, value: String?)] = []) -> Call {
        let pairs = query.compactMap { pair in
            pair.value.map { "\(pair.name)=\(Percent.encodedSegment($0))" }
        }
        let target = pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
        return Call(target: target, body: nil, reference: nil)
    }

    static func send(_ request: SendRequest) -> Call {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", request.type.rawValue)
            writer.member("number", request.number)
            writer.member("value", request.value)
            writer.member("ref", request.reference)
        }
        return Call(target: Path.send, body: writer.bytes, reference: request.reference)
    }

    /// What is not known of an order when this request's fate is not.
    var outcomeInDoubt: TopupError.Outcome? { body == nil ? nil : .unknown }
    /// What is known of an order when this request was refused, or never went out.
    var outcomeRefused: TopupError.Outcome? { body == nil ? nil : .nothingStarted }
}
