public import RasidBase

/// Whoever drives an operator's portal, a modem or a robot, spoken to in a small JSON protocol over HTTP.
///
/// The protocol is `docs/operating/write-a-gateway.md`. Only a 200 that bears the right signature and says one of
/// the protocol's words means anything; the rest is ``OperatorAnswer/Outcome/unknown`` (law 3). What was certainly
/// not sent is ``OperatorAnswer/Outcome/later(after:)``, and so is being turned away: an order is one recharge
/// there however often it is sent, so it may be sent again.
public struct Gateway: Operator {
    /// The pause after a connection that could not be made.
    static let unreachedPause = Limits.shortestBreak

    private let settings: Settings
    private let time: any TimeSource
    private let line: GatewayLine

    /// Its connections end with the last copy.
    public init(_ settings: Settings, time: any TimeSource) {
        self.settings = settings
        self.time = time
        line = GatewayLine(to: settings.url, connections: settings.concurrency, time: time)
    }

    public var capabilities: OperatorCapabilities {
        OperatorCapabilities(
            checksNumbers: settings.checksNumbers, isSafeToRepeat: true, settlingTime: settings.settlingTime,
            deadline: settings.deadline, concurrency: settings.concurrency)
    }

    public func check(_ number: ServiceNumber) async -> SubscriberWord {
        let body = GatewayRequest.check(number).body
        let deadline = min(settings.deadline, Limits.numberCheckDeadline)
        guard case .answered(let bytes) = await send(body, within: deadline) else { return .cannotTell }
        return GatewayAnswer.subscriber(in: bytes)
    }

    public func recharge(_ job: Job) async -> OperatorAnswer {
        switch await send(GatewayRequest.recharge(job).body, within: settings.deadline) {
        case .answered(let bytes):
            return GatewayAnswer(in: bytes, hiding: settings.secret).toRecharge(job)
        case .notSent(let cause, let isUnreachable):
            return OperatorAnswer(
                .later(after: Self.unreachedPause), words: "nothing was sent: \(cause)", isUnreachable: isUnreachable)
        case .notLetIn(let status):
            // Nobody has signed it: it proves nothing of the order, which is asked about once the shop is let in again.
            return OperatorAnswer(.unknown, words: Self.turnedAway(status), trouble: .notLetIn)
        case .lost(let cause):
            return OperatorAnswer(.unknown, words: cause)
        }
    }

    public func ask(_ job: Job) async -> OperatorAnswer {
        switch await send(GatewayRequest.ask(job).body, within: settings.deadline) {
        case .answered(let bytes):
            return GatewayAnswer(in: bytes, hiding: settings.secret).toQuestion(job)
        case .notSent(let cause, let isUnreachable):
            return OperatorAnswer(.unknown, words: "nothing was asked: \(cause)", isUnreachable: isUnreachable)
        case .notLetIn(let status):
            return OperatorAnswer(.unknown, words: Self.turnedAway(status), trouble: .notLetIn)
        case .lost(let cause):
            return OperatorAnswer(.unknown, words: cause)
        }
    }

    private static func turnedAway(_ status: UInt) -> String {
        "HTTP \(status): it does not let the shop in; compare the secrets and the clocks of both sides"
    }
}

extension Gateway {
    /// What came of a request, before anybody has looked into the answer.
    private enum Exchange {
        /// The body of a 200 that bears the right signature.
        case answered([UInt8])
        /// Nothing of it has left this machine.
        case notSent(String, isUnreachable: Bool)
        case notLetIn(UInt)
        /// It was sent, or may have been, and what came back means nothing.
        case lost(String)
    }

    private func send(_ body: [UInt8], within deadline: Duration) async -> Exchange {
        let timestamp = time.now.milliseconds / 1000
        let signature = GatewaySignature.ofRequest(body, at: timestamp, with: settings.secret)
        let headers = [
            ("Content-Type", "application/json"), ("Rasid-Timestamp", "\(timestamp)"), ("Rasid-Signature", signature),
        ]
        switch await line.post(body, headers, within: deadline) {
        case .notSent(let cause, let isUnreachable):
            return .notSent(cause, isUnreachable: isUnreachable)
        case .lost(let cause):
            return .lost(cause)
        case .came(let status, _, _) where status == 401 || status == 403:
            return .notLetIn(status)
        case .came(let status, _, _) where status != 200:
            return .lost("HTTP \(status), which says nothing")
        case .came(_, let signatures, let bytes):
            // Nothing of an unsigned body is kept: it may hold a code.
            guard signatures.count == 1, let given = signatures.first else {
                return .lost("an answer without one Rasid-Signature")
            }
            guard GatewaySignature.fits(given, request: signature, body: bytes, with: settings.secret) else {
                return .lost("an answer with a wrong Rasid-Signature: another secret, or changed on its way")
            }
            return .answered(bytes)
        }
    }
}
