public import RasidBase
import RasidStock

/// What `POST /v3/internet/send` asks for, its body's shape already checked.
public struct PlaceRequest: Hashable, Sendable {
    public let type: ServiceType
    /// As it was sent; whether it fits the type is checked in the contract's order.
    public let number: String
    public let value: Money
    /// Without the `API-<username>-` prefix; nil lets the server make one.
    public let reference: String?
    public let idempotencyKey: String?

    public init(type: ServiceType, number: String, value: Money, reference: String?, idempotencyKey: String?) {
        self.type = type
        self.number = number
        self.value = value
        self.reference = reference
        self.idempotencyKey = idempotencyKey
    }
}

/// An order that was accepted, now or by an earlier request with the same `Idempotency-Key`.
public struct PlacedOrder: Hashable, Sendable {
    public let id: OrderID
    public let reference: String
    public let isRepeat: Bool
    let operatorID: OperatorID
}

/// What is made before the transaction (law 2).
struct Placement: Sendable {
    let request: PlaceRequest
    let wallet: WalletID
    let number: Result<ServiceNumber, Problem>
    let id: OrderID
    let hold: TransferID
    /// The request's own, or one made for it.
    let reference: String
    let now: Timestamp

    init(
        _ request: PlaceRequest, in wallet: WalletID, identifiers: any IdentifierSource, now: Timestamp
    ) {
        self.request = request
        self.wallet = wallet
        self.now = now
        number = Result { () throws(Problem) in try ServiceNumber(request.number, for: request.type) }
        id = identifiers.fresh(at: now)
        hold = identifiers.fresh(at: now)
        // Drawn in any case: a story does not hang on who makes the reference.
        let random = identifiers.random64()
        reference = request.reference ?? "internet-\(now.milliseconds)-\(ASCII.readable(random, 6))"
    }
}
