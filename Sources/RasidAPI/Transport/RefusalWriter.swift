import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import RasidBase
import RasidWire

/// Writes the answer to what could not become a request, and its line in the log.
struct RefusalWriter: Sendable {
    let requestIDs: RequestIDs
    let log: RequestLog

    /// Writes head and body; the end is left to the framework.
    func write(_ refusal: TransportRefusal, withBody: Bool, _ context: ChannelHandlerContext) {
        let requestID = requestIDs.next()
        let body = JSONWriter.bytes(of: refusal.failure)
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "Content-Length": String(body.count), "X-Request-Id": requestID,
            "Connection": "close",
        ]
        for field in CrossOrigin.fields { headers.add(name: field.name.rawName, value: field.value) }
        let head = HTTPResponseHead(version: .http1_1, status: refusal.status, headers: headers)
        context.write(RequestGate.wrapOutboundOut(.head(head)), promise: nil)
        if withBody {
            context.write(RequestGate.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        }
        log.line(
            RequestLog.Line(route: "unreadable", method: "-", status: Int(refusal.status.code), requestID: requestID))
    }
}
