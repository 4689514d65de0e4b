import RasidBase
import RasidClient
import RasidWire

/// What a signed answer of an adapter says.
///
/// An answer is input (design §7): whatever is not exactly the protocol's (a word it does not have, a member of another
/// type, a name that stands there twice) is not understood, and means neither yes nor no.
struct GatewayAnswer {
    private struct NotUnderstood: Error {
        /// Names members and types, never what they hold.
        let reason: String
    }

    private let object: Result<JSONObject, NotUnderstood>
    private let secret: Gateway.Secret

    init(in bytes: [UInt8], hiding secret: Gateway.Secret) {
        self.secret = secret
        do {
            object = .success(try JSONReader.object(in: bytes))
        } catch {
            object = .failure(NotUnderstood(reason: "it is not one JSON object"))
        }
    }

    func toRecharge(_ job: Job) -> OperatorAnswer { answer(to: job, isQuestion: false) }

    func toQuestion(_ job: Job) -> OperatorAnswer { answer(to: job, isQuestion: true) }

    /// What a signed answer says of a number.
    static func subscriber(in bytes: [UInt8]) -> SubscriberWord {
        do {
            let object = try JSONReader.object(in: bytes)
            guard let isSubscriber = try flag("subscriber", in: object) else { return .cannotTell }
            let clientNumber = try text("client_number", in: object) ?? ""
            let offer = try text("offer", in: object)
            guard isSubscriber else { return .notASubscriber }
            guard isShowable(clientNumber), isShowable(offer ?? "") else { return .cannotTell }
            return .subscriber(clientNumber: clientNumber, offer: offer)
        } catch {
            return .cannotTell
        }
    }

    private func answer(to job: Job, isQuestion: Bool) -> OperatorAnswer {
        do throws(NotUnderstood) {
            let object = try object.get()
            let words = try Self.text("words", in: object)
            let outcome = try Self.outcome(in: object, job, isQuestion: isQuestion)
            return OperatorAnswer(
                outcome, words: Masked.words(harmless(words ?? Self.name(of: outcome), in: object)),
                hasSpoken: outcome == .unknown)
        } catch {
            return OperatorAnswer(.unknown, words: "a signed answer that is not understood: \(error.reason)")
        }
    }

    private static func outcome(
        in object: JSONObject, _ job: Job, isQuestion: Bool
    ) throws(NotUnderstood) -> OperatorAnswer.Outcome {
        switch try text("outcome", in: object) {
        case "fulfilled":
            return .fulfilled(try receipt(in: object, job))
        case "refused":
            return .refused(try reason(in: object))
        case "later":
            return .later(after: try seconds("after", in: object))
        case "pending":
            return .pending(isQueued: try flag("queued", in: object) ?? false)
        case "unknown":
            return .unknown
        case "never_seen" where isQuestion:
            return .neverSeen
        case "never_seen":
            throw NotUnderstood(reason: "'never_seen' to a recharge")
        case nil:
            throw NotUnderstood(reason: "'outcome' is missing")
        default:
            throw NotUnderstood(reason: "an 'outcome' that the protocol does not have")
        }
    }

    private static func reason(in object: JSONObject) throws(NotUnderstood) -> RefundReason {
        switch try text("reason", in: object) {
        case "number_rejected": return .numberRejected
        case "out_of_stock": return .outOfStock
        case "rejected": return .operatorRejected
        default: throw NotUnderstood(reason: "'refused' without one of the protocol's reasons")
        }
    }

    private static func receipt(in object: JSONObject, _ job: Job) throws(NotUnderstood) -> OperatorReceipt {
        guard let code = try text("code", in: object), let transaction = try text("transaction", in: object) else {
            throw NotUnderstood(reason: "'fulfilled' without 'code' and 'transaction'")
        }
        // The transaction's number is shown in lists, where no code may stand (design §6).
        let number = Self.holds(transaction, code) ? job.order.description : transaction
        let receipt = OperatorReceipt(transactionNumber: number, code: code)
        guard receipt.isPlausible else {
            throw NotUnderstood(reason: "'fulfilled' with a code or a transaction that no card could bear")
        }
        return receipt
    }

    // MARK: - Members

    private static func value(_ name: String, in object: JSONObject) throws(NotUnderstood) -> JSONValue? {
        switch object.find(name) {
        case .absent, .once(.null): return nil
        case .once(let value): return value
        case .repeated: throw NotUnderstood(reason: "'\(name)' stands there twice")
        }
    }

    private static func text(_ name: String, in object: JSONObject) throws(NotUnderstood) -> String? {
        switch try value(name, in: object) {
        case nil: return nil
        case .string(let text): return text
        default: throw NotUnderstood(reason: "'\(name)' is not a string")
        }
    }

    private static func flag(_ name: String, in object: JSONObject) throws(NotUnderstood) -> Bool? {
        switch try value(name, in: object) {
        case nil: return nil
        case .bool(let flag): return flag
        default: throw NotUnderstood(reason: "'\(name)' is neither true nor false")
        }
    }

    /// A pause beyond an order's life is as good as that.
    private static func seconds(_ name: String, in object: JSONObject) throws(NotUnderstood) -> Duration? {
        guard let value = try value(name, in: object) else { return nil }
        guard case .number(let text) = value, let seconds = Int64(text), seconds >= 0 else {
            throw NotUnderstood(reason: "'\(name)' is not a whole number of seconds")
        }
        return .seconds(min(seconds, Limits.orderLife.components.seconds))
    }

    private static func isShowable(_ text: String) -> Bool {
        text.unicodeScalars.count <= Limits.transactionNumberCharacters
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    // MARK: - Words for staff

    private static func name(of outcome: OperatorAnswer.Outcome) -> String {
        switch outcome {
        case .fulfilled: "fulfilled"
        case .refused: "refused"
        case .later: "later"
        case .pending: "pending"
        case .unknown: "it says that it does not know"
        case .neverSeen: "never seen"
        }
    }

    /// Words without a code in them, however it is spaced out, and without the secret.
    private func harmless(_ words: String, in object: JSONObject) -> String {
        let codes = object.members.filter { $0.name == "code" }.map(\.value.text)
        guard codes.allSatisfy({ !Self.holds(words, $0) }), !Self.holds(words, secret.revealed) else {
            return "(words that were not kept: a code or the secret stood in them)"
        }
        return words
    }

    private static func holds(_ text: String, _ code: String) -> Bool {
        let bare = bare(code)
        guard !bare.isEmpty else { return !code.isEmpty && text.contains(code) }
        return Self.bare(text).firstRange(of: bare) != nil
    }

    private static func bare(_ text: String) -> [UInt8] {
        text.utf8.filter {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
        }
    }
}
