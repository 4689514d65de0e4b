import HTTPTypes
import RasidBase
import RasidWire

/// What an endpoint, or the refusal of one, answers: the outermost responder adds what every answer has.
struct Answer: Sendable {
    let status: HTTPResponse.Status
    /// JSON; empty for a preflight alone.
    let body: [UInt8]
    var fields: [HTTPField]
    /// The error's word, for the log.
    var error: ErrorCode?

    init(_ status: HTTPResponse.Status, body: [UInt8], fields: [HTTPField] = [], error: ErrorCode? = nil) {
        self.status = status
        self.body = body
        self.fields = fields
        self.error = error
    }

    /// A success in its envelope.
    static func success(_ data: some JSONShape, meta: Meta?, capacity: Int = 512) -> Answer {
        Answer(.ok, body: JSONWriter.bytes(of: Success(data, meta: meta), capacity: capacity))
    }

    /// The bare form, for what no route answers.
    static func bare(_ status: HTTPResponse.Status, _ message: String, fields: [HTTPField] = []) -> Answer {
        let failure = RouteFailure(message: message, error: status.reasonPhrase, statusCode: status.code)
        return Answer(status, body: JSONWriter.bytes(of: failure), fields: fields)
    }
}
