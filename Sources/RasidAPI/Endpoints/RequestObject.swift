import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import RasidBase
import RasidWire

/// A body of more than ``Limits/bodyBytes``.
struct PayloadTooLarge: Error {}

/// Reads a request's body as one JSON object, whatever its `Content-Type` says (contract §1).
enum RequestObject {
    /// - Throws: ``PayloadTooLarge``; ``Problem`` for what is no JSON object; the parser's error if the body
    ///   does not arrive, which the connection answers itself.
    static func read(_ request: Request) async throws -> JSONObject {
        let body = try await collect(request)
        let result = body.withUnsafeReadableBytes { bytes in
            Result { () throws(JSONFault) in try JSONReader.object(in: bytes) }
        }
        switch result {
        case .success(let object): return object
        case .failure(let fault): throw Problem.invalid(fault.fault)
        }
    }

    /// What is left of a body that is too large, the framework drains after the answer.
    private static func collect(_ request: Request) async throws -> ByteBuffer {
        if let length = request.headers[.contentLength].flatMap(Int.init), length > Limits.bodyBytes {
            throw PayloadTooLarge()
        }
        var body = ByteBuffer()
        do {
            for try await part in request.body {
                guard body.readableBytes + part.readableBytes <= Limits.bodyBytes else { throw PayloadTooLarge() }
                if body.readableBytes == 0 { body = part } else { body.writeImmutableBuffer(part) }
            }
        } catch let error as PayloadTooLarge {
            throw error
        } catch let error as HTTPParserError {
            throw error
        } catch {
            // A connection that breaks in the middle of a body is the client's doing, not a failure of ours.
            throw HTTPParserError.closedConnection
        }
        return body
    }
}
