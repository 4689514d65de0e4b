public import RasidBase
import RasidWire

extension TopupClient {
    /// The cards of a type, those out of stock too, ascending by value (contract §4).
    ///
    /// - Throws: ``TopupError``.
    public func products(of type: ServiceType) async throws -> [Product] {
        let answer = try await get(
            .get(Path.products, [("type", type.rawValue)]), for: ProductsWire.self)
        return answer.content.products
            .map { Product(type: type, value: $0.value, cost: $0.cost, isAvailable: $0.isAvailable) }
            .sorted { $0.value < $1.value }
    }

    /// What the operator says of a number (contract §4).
    ///
    /// - Parameters:
    ///   - number: `036362608` for ADSL, `213665983439` for 4G.
    ///   - type: which of the two it is a number of.
    /// - Throws: ``TopupError``, with ``TopupError/Code/phone`` for a number that is not a subscriber's.
    public func checkNumber(_ number: String, for type: ServiceType) async throws -> Subscriber {
        let answer = try await get(
            .get(Path.checkNumber, [("type", type.rawValue), ("number", number)]), for: SubscriberWire.self)
        // Five asterisks and nothing before them: nobody could tell.
        let clientNumber = answer.content.clientNumber.flatMap { text in
            text.allSatisfy { $0 == "*" } ? nil : text
        }
        return Subscriber(type: type, clientNumber: clientNumber, offer: answer.content.offer)
    }

    /// The order that the server calls by this id (contract §4).
    ///
    /// - Parameters:
    ///   - id: ``AcceptedTopup/id``.
    ///   - waitSeconds: how long the server may hold its answer until the order is final or queued, 0 to 60; a server
    ///     that knows no waiting answers at once.
    /// - Throws: ``TopupError``, with ``TopupError/Code/notFound`` where there is no such order.
    public func topup(id: String, waitSeconds: Int? = nil) async throws -> Topup {
        try await topup(.id(id), waitSeconds: waitSeconds)
    }

    /// The order that the client, or the server in its `topupRef`, calls by this reference (contract §4).
    ///
    /// - Parameters:
    ///   - reference: ``SendRequest/reference`` or ``AcceptedTopup/fullReference``.
    ///   - waitSeconds: as for ``topup(id:waitSeconds:)``.
    /// - Throws: ``TopupError``, with ``TopupError/Code/notFound`` where there is no such order.
    public func topup(reference: String, waitSeconds: Int? = nil) async throws -> Topup {
        try await topup(.reference(reference), waitSeconds: waitSeconds)
    }

    private func topup(_ lookup: OrderLookup, waitSeconds: Int?) async throws -> Topup {
        try await get(
            lookup.call(waitSeconds: waitSeconds), for: TopupWire.self,
            holding: .seconds(min(max(0, waitSeconds ?? 0), Limits.waitSeconds))
        ).content.topup
    }
}

extension OrderLookup {
    func call(waitSeconds: Int? = nil) -> Call {
        let path =
            switch self {
            case .id(let id): Path.checkID(id)
            case .reference(let reference): Path.checkReference(reference)
            }
        return .get(path, [("wait", waitSeconds.map { "\($0)" })])
    }
}
