import RasidBase
import RasidDatabase
import RasidLedger

/// Cards beside the orders they belong to and the openings of their codes.
enum AuditedCards {
    private static let select = Statement(
        """
        SELECT cards.id,
            CASE WHEN cards.state IN (2, 3) AND orders.id IS NULL THEN 1
                WHEN cards.state = 1 AND EXISTS (SELECT 1 FROM reveals WHERE reveals.card_id = cards.id) THEN 2
                ELSE 0 END
        FROM cards LEFT JOIN orders ON orders.id = cards.order_id AND orders.card_id = cards.id
            AND orders.environment = cards.environment AND orders.product_id = cards.product_id
        WHERE cards.id > ? ORDER BY cards.id LIMIT ?
        """)
    struct Look {
        var count = 0
        var last: CardID?
        var findings: [AuditFinding] = []
    }

    /// No card belongs to an order that does not know it, and none that was seen is for sale.
    static func look(after card: CardID?, limit: Int64, in transaction: Transaction) throws -> Look {
        var look = Look()
        try transaction.each(select, [card.map { .id($0) } ?? .bytes([]), .integer(limit)]) { row in
            let id = try row.id(0, of: CardTag.self)
            look.count += 1
            look.last = id
            guard look.findings.count < Limits.auditFindings else { return }
            switch row.integer(1) {
            case 1:
                look.findings.append(
                    AuditFinding("card \(id)", "it is set aside for an order that does not have it"))
            case 2:
                look.findings.append(AuditFinding("card \(id)", "it is for sale and its code has been shown"))
            default:
                break
            }
        }
        return look
    }
}
