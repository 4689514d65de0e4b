public import RasidBase

/// One value of `GET /v3/internet/products`.
public struct ProductData: JSONShape, Hashable, Sendable {
    /// What this account pays.
    public let cost: Money
    public let value: Money
    public let isAvailable: Bool

    public init(cost: Money, value: Money, isAvailable: Bool) {
        self.cost = cost
        self.value = value
        self.isAvailable = isAvailable
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("cost", cost)
            writer.member("value", value)
            writer.member("available", isAvailable)
        }
    }
}

/// `GET /v3/internet/products`, ascending by value.
public struct ProductsData: JSONShape, Hashable, Sendable {
    public let products: [ProductData]
    public let type: ServiceType

    public init(products: [ProductData], type: ServiceType) {
        self.products = products
        self.type = type
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("products", array: products)
            writer.member("type", type.rawValue)
        }
    }
}

/// `GET /v3/internet/check-number` for a number that is a subscriber's, or may be.
public struct CheckNumberData: JSONShape, Hashable, Sendable {
    public let type: ServiceType
    /// Masked by the operator's side; nil when no operator can tell.
    public let clientNumber: String?
    public let offer: String?

    public init(type: ServiceType, clientNumber: String?, offer: String?) {
        self.type = type
        self.clientNumber = clientNumber
        self.offer = offer
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("ncli", clientNumber ?? "*****")
            if let offer { writer.member("offre", offer) }
            writer.member("type", type.offerName)
        }
    }
}

/// `POST /v3/internet/send`, accepted.
public struct SendData: JSONShape, Hashable, Sendable {
    public let id: OrderID
    /// `API-<username>-<ref>`.
    public let fullReference: String

    public init(id: OrderID, fullReference: String) {
        self.id = id
        self.fullReference = fullReference
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("topupId", id)
            writer.member("topupRef", fullReference)
        }
    }
}
