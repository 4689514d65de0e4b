import RasidBase
import RasidClient

/// What a server's words mean for an order of ours. What is not understood is unknown, never a no (law 3).
enum UpstreamReading {
    /// What an order that was found there says.
    static func answer(_ topup: Topup, to job: Job) -> OperatorAnswer {
        guard isOurs(topup, job) else {
            return OperatorAnswer(
                .unknown, words: "the order \(name(topup)) of this reference is another one: \(shape(topup))")
        }
        switch topup.status {
        case .fulfilled:
            return delivery(topup, job)
        case .refunded:
            return OperatorAnswer(.refused(topup.refundReason ?? .operatorRejected), words: refund(topup))
        case .queued:
            return OperatorAnswer(.pending(isQueued: true), words: "\(topup.statusWord) as \(name(topup))")
        case .handling:
            return OperatorAnswer(
                .pending(isQueued: false), words: "\(Masked.words(topup.statusWord)) as \(name(topup))")
        }
    }

    /// Why an order was not taken.
    static func refusal(_ error: TopupError) -> OperatorAnswer {
        // A server that breaks may have taken it before it broke, whatever it says.
        if let status = error.status, status >= 500 { return fault(error) }
        switch error.code {
        case .noConnection:
            return OperatorAnswer(
                .later(after: Limits.shortestBreak), words: words(error) + "; nothing was sent", isUnreachable: true)
        case .insufficientBalance:
            return OperatorAnswer(.later(after: longPause), words: words(error), trouble: .noMoney)
        case .outOfStock:
            return OperatorAnswer(.refused(.outOfStock), words: words(error))
        case .phone:
            return OperatorAnswer(.refused(.numberRejected), words: words(error))
        case .invalid:
            // A value that it does not sell, as good as out of stock: another route may have it.
            let isValue = error.faults.contains { $0.field == "value" }
            return OperatorAnswer(.refused(isValue ? .outOfStock : .operatorRejected), words: words(error))
        case .rateLimited:
            return OperatorAnswer(.later(after: error.retryAfter ?? shortPause), words: words(error))
        case let code where keyTroubles.contains(code):
            let pause = max(longPause, error.retryAfter ?? .zero)
            return OperatorAnswer(.later(after: pause), words: words(error), trouble: .notLetIn)
        default:
            return fault(error)
        }
    }

    /// Why nothing is known of an order; its own word that there is none is the exception.
    static func fault(_ error: TopupError) -> OperatorAnswer {
        if error.code == .notFound, error.status == 404, error.outcome == nil {
            return OperatorAnswer(.neverSeen, words: words(error))
        }
        let trouble: OperatorTrouble? = keyTroubles.contains(error.code) ? .notLetIn : nil
        return OperatorAnswer(
            .unknown, words: words(error), trouble: trouble, hasSpoken: error.code == .rateLimited)
    }

    static func isAboutTheKey(_ error: TopupError) -> Bool { keyTroubles.contains(error.code) }

    private static let keyTroubles: Set<TopupError.Code> = [
        .missingAccessToken, .invalidAccessToken, .addressBlocked, .addressNotAllowed, .disabled, .readOnlyKey,
    ]
    private static let shortPause = Duration.seconds(60)
    private static let longPause = Duration.seconds(5 * 60)
}

// MARK: - Orders

extension UpstreamReading {
    private static func isOurs(_ topup: Topup, _ job: Job) -> Bool {
        topup.type == job.number.type && topup.number == job.number.text && topup.amount == job.value
            && (topup.reference.isEmpty || topup.reference == job.order.description)
    }

    private static func delivery(_ topup: Topup, _ job: Job) -> OperatorAnswer {
        guard let card = topup.card else {
            return OperatorAnswer(.unknown, words: "FULFILLED as \(name(topup)), without a code")
        }
        guard !card.code.contains("*") else {
            return OperatorAnswer(
                .unknown, words: "FULFILLED as \(name(topup)), with a masked code: the key there is made to see no more"
            )
        }
        // The transaction's number is shown in lists, where no code may stand (design §6).
        let numbers = [card.transactionNumber ?? "", topup.id, job.order.description]
        let number = numbers.first { !$0.isEmpty && !$0.contains(card.code) && !card.code.contains($0) }
        let receipt = OperatorReceipt(transactionNumber: number ?? job.order.description, code: card.code)
        guard receipt.isPlausible else {
            return OperatorAnswer(.unknown, words: "FULFILLED as \(name(topup)), with what can be no code or number")
        }
        return OperatorAnswer(.fulfilled(receipt), words: "FULFILLED as \(name(topup))")
    }

    private static func refund(_ topup: Topup) -> String {
        let reason = topup.refundReason.map { " \($0.rawValue)" } ?? ""
        let message = topup.refundMessage.map { ": \(Masked.words($0))" } ?? ""
        return "REFUNDED\(reason) as \(name(topup))\(message)"
    }

    private static func shape(_ topup: Topup) -> String {
        "\(topup.type?.rawValue ?? "another type") \(Masked.number(topup.number)) \(topup.amount) DZD"
    }

    /// What it calls the order; text of another's making, bounded.
    private static func name(_ topup: Topup) -> String { Masked.words(String(topup.id.prefix(40))) }

    private static func words(_ error: TopupError) -> String {
        let status = error.status.map { " (HTTP \($0))" } ?? ""
        let request = error.requestID.map { " [request \(Masked.words($0))]" } ?? ""
        return "\(error.code)\(status): \(error.message)\(request)"
    }
}
