import NIOCore
import RasidBase

/// How far one HTTP/1 connection has come: what is being received, what is owed, and what must happen by when.
///
/// A value without I/O: ``RequestGate`` tells it what it sees and does what it says. Only receiving is timed; a
/// slow handler or a long `?wait=` is not.
struct ConnectionProgress {
    /// How long each stage of receiving may take.
    struct Timeouts: Sendable {
        let header: TimeAmount
        let request: TimeAmount
        let idle: TimeAmount
        let linger: TimeAmount
    }

    enum Stage {
        /// Between two requests. Left by the first bytes of the next one.
        case waiting
        /// Some bytes of a head have come. Left by the rest of it, or refused.
        case head
        /// A head has come and its body has not ended. Left by its end, or refused.
        case body
        /// What came cannot be read on; one answer may still be owed. Left by closing.
        case refused(duringBody: Bool)
        /// The last answer is out; what still comes is dropped until the other side has read it.
        case closing
    }

    enum Expiry {
        /// Nothing was begun, so nothing needs to be said.
        case close
        case refuse
    }

    private(set) var stage = Stage.waiting
    private(set) var deadline: NIODeadline?
    private let timeouts: Timeouts
    private var received = 0
    private var answered = 0
    private var bodyBytes = 0
    /// The request after whose answer the connection ends.
    private var last: Int?

    init(timeouts: Timeouts) {
        self.timeouts = timeouts
    }

    var isClosing: Bool {
        if case .closing = stage { true } else { false }
    }

    /// Whether the answer that is written next is the connection's last.
    var nextAnswerIsLast: Bool { answered + 1 == last }

    /// Whether every request that was received has been answered.
    var nothingIsOwed: Bool { answered == received }

    /// Whether the request that was received last is the only one without an answer.
    var nothingElseIsOwed: Bool { answered + 1 == received }

    /// Whether what comes now can still change anything: not when it follows the connection's last request.
    var inputMatters: Bool {
        if case .body = stage { true } else { last == nil }
    }

    /// Whether a refusal is still to be told: not when the refused body belongs to an answered request.
    var owesRefusal: Bool {
        switch stage {
        case .refused(duringBody: false): true
        case .refused(duringBody: true), .waiting, .head, .body: answered < received
        case .closing: false
        }
    }

    /// Whether the answer that is written next belongs to the head that was read last, not to what came after it.
    var answersLatest: Bool {
        if case .refused(duringBody: false) = stage { false } else { nothingElseIsOwed }
    }
}

// MARK: - What happens

extension ConnectionProgress {
    mutating func opened(at now: NIODeadline) {
        deadline = now + timeouts.header
    }

    mutating func readHead(keepsAlive: Bool, at now: NIODeadline) {
        stage = .body
        deadline = now + timeouts.request
        received += 1
        bodyBytes = 0
        if !keepsAlive { last = received }
    }

    /// - Returns: whether so much has come that it is not worth draining.
    mutating func readBody(bytes: Int) -> Bool {
        bodyBytes += bytes
        return bodyBytes > Limits.drainedBytes
    }

    mutating func readEnd(at now: NIODeadline) {
        stage = .waiting
        deadline = answered == received ? now + timeouts.idle : nil
    }

    /// Bytes came that did not make up any part of a request: they begin a head.
    mutating func readPartOfHead(at now: NIODeadline) {
        guard case .waiting = stage else { return }
        stage = .head
        let limit = now + timeouts.header
        deadline = min(deadline ?? limit, limit)
    }

    mutating func refuse() {
        if case .body = stage { stage = .refused(duringBody: true) } else { stage = .refused(duringBody: false) }
        deadline = nil
    }

    mutating func endAfterThisRequest() {
        last = received
    }

    /// - Returns: whether the connection is to end now.
    mutating func wroteAnswer(at now: NIODeadline) -> Bool {
        answered += 1
        if case .waiting = stage, answered == received { deadline = now + timeouts.idle }
        return answered == last
    }

    mutating func closing(at now: NIODeadline) {
        stage = .closing
        deadline = now + timeouts.linger
    }

    func expired() -> Expiry {
        switch stage {
        case .head, .body: .refuse
        case .waiting, .refused, .closing: .close
        }
    }
}
