import NIOCore
import Synchronization

/// A request's body that knows whether it was asked for: what nobody has asked for was not sent.
///
/// This holds whatever kept the connection from being made, so that no list of errors has to be complete.
final class GatewayRequestBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private enum State {
        /// May become `taken` or `withdrawn`, which it stays.
        case waiting
        case taken
        case withdrawn
    }

    private struct Withdrawn: Error {}

    private let bytes: ByteBuffer
    private let state = Mutex(State.waiting)

    init(_ bytes: [UInt8]) {
        self.bytes = ByteBuffer(bytes: bytes)
    }

    /// Keeps it from being sent from now on.
    ///
    /// - Returns: whether nothing of it has been sent.
    func withdraw() -> Bool {
        state.withLock { state in
            if case .taken = state { return false }
            state = .withdrawn
            return true
        }
    }

    private func take() throws -> ByteBuffer {
        try state.withLock { state in
            if case .withdrawn = state { throw Withdrawn() }
            state = .taken
            return bytes
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let body: GatewayRequestBody
        private var isOver = false

        fileprivate init(body: GatewayRequestBody) {
            self.body = body
        }

        mutating func next() async throws -> ByteBuffer? {
            guard !isOver else { return nil }
            isOver = true
            return try body.take()
        }
    }
}
