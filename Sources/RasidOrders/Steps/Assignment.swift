public import RasidBase
public import RasidStock

/// One attempt that a node has taken on: everything an operator needs to know of the order.
public struct Assignment: Hashable, Sendable {
    public let order: OrderID
    public let attempt: Int64
    public let operatorID: OperatorID
    public let environment: ShopEnvironment
    public let number: ServiceNumber
    public let product: ProductID
    public let value: Money
    public let placedAt: Timestamp

    init(_ row: OrderRow) {
        order = row.id
        attempt = row.machine.attempt
        operatorID = row.operatorID
        environment = row.wallet.environment
        number = row.number
        product = row.product
        value = row.value
        placedAt = row.machine.placedAt
    }
}
