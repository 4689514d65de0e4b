import RasidBase

/// `GET /v3/internet/products`.
struct ProductsWire: Decodable {
    struct Item: Decodable {
        let cost: Money
        let value: Money
        let isAvailable: Bool

        private enum Name: String, CodingKey {
            case cost, value, available
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Name.self)
            value = try members.requiredMoney(.value)
            cost = try members.requiredMoney(.cost)
            isAvailable = members.flag(.available) ?? true
        }
    }

    let products: [Item]
}

/// `GET /v3/internet/check-number` for a number that was not refused.
struct SubscriberWire: Decodable {
    let clientNumber: String?
    let offer: String?

    private enum Name: String, CodingKey {
        case ncli, offre
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        clientNumber = members.word(.ncli)
        offer = members.text(.offre)
    }
}

/// `POST /v3/internet/send`, accepted.
struct SentWire: Decodable {
    let id: String
    let fullReference: String?

    private enum Name: String, CodingKey {
        case topupId, topupRef
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        id = try members.requiredText(.topupId)
        fullReference = members.text(.topupRef)
    }
}
