import RasidBase

/// An order as `check-id`, `check-ref` and `list` show it.
struct TopupWire: Decodable {
    let topup: Topup

    enum Name: String, CodingKey {
        case id = "_id"
        case reference = "ref"
        case amount = "topup_amount"
        case createdAt = "created_at"
        case code = "card_code"
        case transactionNumber = "num_trans"
        case treatedAt = "date_traitement"
        case refundMessage = "refund_message"
        case refundReason = "refund_reason"
        case expectedBy = "expected_by"
        case status, type, number
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        let status = try members.requiredText(.status)
        // A code is text: as a number it would have lost its leading zeros, and what is lost cannot be sold.
        let code = try members.decodeIfPresent(String.self, forKey: .code)
        topup = Topup(
            id: try members.requiredText(.id),
            reference: members.text(.reference) ?? "",
            statusWord: status,
            type: members.text(.type).flatMap { ServiceType(rawValue: $0) },
            number: members.word(.number) ?? "",
            amount: try members.requiredMoney(.amount),
            createdAt: members.time(.createdAt),
            card: status == OrderStatus.fulfilled.rawValue ? code.map { card($0, members) } : nil,
            refundMessage: members.text(.refundMessage),
            refundReason: members.text(.refundReason).flatMap { RefundReason(rawValue: $0) },
            expectedBy: members.time(.expectedBy))
    }
}

private func card(_ code: String, _ members: KeyedDecodingContainer<TopupWire.Name>) -> Topup.Card {
    Topup.Card(
        code: code, transactionNumber: members.word(.transactionNumber), treatedAt: members.time(.treatedAt))
}

/// `GET /v3/internet/list` in either of its shapes.
struct TopupsWire: Decodable {
    let topups: [Topup]
    let pagination: PaginationWire?

    private enum Name: String, CodingKey {
        case topups, items, pagination
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        let name = members.contains(.topups) ? Name.topups : .items
        topups = try members.decode([TopupWire].self, forKey: name).map(\.topup)
        pagination = members.object(PaginationWire.self, .pagination)
    }
}
