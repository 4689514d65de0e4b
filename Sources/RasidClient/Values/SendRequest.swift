public import RasidBase

/// An order to place: what to recharge, and the reference by which it is one order however often it is sent.
///
/// The reference is there before anything is sent. Keep it, or the whole value, before you send: sent again after a
/// crash, the same value finds the order that it had placed.
public struct SendRequest: Hashable, Sendable {
    public let type: ServiceType
    /// `036362608` for ADSL, `213665983439` for 4G; the server judges its form.
    public let number: String
    /// The card's value, in dinars.
    public let value: Money
    /// Unique for ever in the account and environment; 1 to 100 characters, no control characters.
    public let reference: String

    /// - Parameters:
    ///   - type: which service.
    ///   - number: a subscriber's of that service.
    ///   - value: one of those that ``TopupClient/products(of:)`` gives.
    ///   - reference: your own; a fresh one unless given.
    public init(
        type: ServiceType, number: String, value: Money, reference: String = SendRequest.freshReference()
    ) {
        self.type = type
        self.number = number
        self.value = value
        self.reference = reference
    }

    /// A reference that nobody else makes: 24 hex characters, the oldest sorting first.
    public static func freshReference() -> String {
        let id: OrderID = SystemIdentifiers().fresh(at: SystemTime().now)
        return id.description
    }
}

extension SendRequest: CustomStringConvertible {
    public var description: String {
        "\(type.rawValue) \(Masked.number(number)) \(value) DZD (reference \(reference))"
    }
}

extension SendRequest: Codable {
    private enum Name: String, CodingKey {
        case type, number, value, reference
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        let word = try members.decode(String.self, forKey: .type)
        let amount = try members.decode(String.self, forKey: .value)
        guard let type = ServiceType(rawValue: word), let value = Money(decimal: amount) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: members.codingPath, debugDescription: "no type or no amount of this library"))
        }
        self.init(
            type: type, number: try members.decode(String.self, forKey: .number), value: value,
            reference: try members.decode(String.self, forKey: .reference))
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Name.self)
        try members.encode(type.rawValue, forKey: .type)
        try members.encode(number, forKey: .number)
        try members.encode(value.description, forKey: .value)
        try members.encode(reference, forKey: .reference)
    }
}
