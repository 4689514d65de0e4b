import RasidBase
import RasidOrders

/// An order that waits for a person, or waited.
struct CaseView: Encodable, Sendable {
    let order: String
    let kind: String
    let explanation: String
    let amount: Dinars
    let openedAt: String
    let closedAt: String?
    let resolution: String?

    init(_ waiting: OrderCase) {
        order = waiting.order.description
        kind = "\(waiting.kind)"
        explanation = waiting.kind.explanation
        amount = Dinars(waiting.amount)
        openedAt = waiting.openedAt.description
        closedAt = waiting.closedAt?.description
        resolution = waiting.resolution
    }

    static func table(_ cases: [CaseView]) -> Table {
        var table = Table(
            .words("ORDER"), .number("DZD"), .words("OPENED"), .words("CLOSED"), .words("CASE"), .words("RESOLUTION"))
        for view in cases {
            table.add(
                view.order, "\(view.amount.money)", view.openedAt, view.closedAt ?? "open", view.explanation,
                view.resolution ?? "")
        }
        return table
    }
}
