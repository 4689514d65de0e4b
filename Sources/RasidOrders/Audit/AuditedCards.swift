import RasidBase
import RasidDatabase
import RasidLedger

/// Cards beside the orders they belong to and the openings of their codes.
enum AuditedCards {
    private static let select = Statement(
        """
        SELECT cards.id,
            CASE WHEN cards.state IN (2, 3)
                    AND (orders.id IS NULL OR orders.card_id IS NULL OR orders.card_id <> cards.id
                        OR orders.environment <> cards.environment OR orders.product_id <> cards.product_id) THEN 1
                WHEN cards.state = 1 AND EXISTS (SELECT 1 FROM reveals WHERE reveals.card_id = cards.id) THEN 2
                WHEN orders.id IS NOT NULL AND EXISTS (
                    SELECT 1 FROM reveals JOIN api_keys ON api_keys.id = reveals.key_id
                    WHERE reveals.card_id = cards.id AND (api_keys.account_id <> orders.account_id
                        OR api_keys.environment <> orders.environment)) THEN 3
                ELSE 0 END
        FROM cards LEFT JOIN orders ON orders.id = cards.order_id
        WHERE cards.id > ? ORDER BY cards.id LIMIT ?
        """)
    struct Look {
        var count = 0
        var last: CardID?
        var findings: [AuditFinding] = []
    }

    private static let sentences: [Int64: String] = [
        1: "it is set aside for an order that does not have it",
        2: "it is for sale and its code has been shown",
        3: "its code was shown to a key that is not its order's account's",
    ]

    /// No card belongs to an order that does not know it, none that was seen is for sale, and none was shown to
    /// anybody but its owner.
    static func look(after card: CardID?, limit: Int64, in transaction: Transaction) throws -> Look {
        var look = Look()
        try transaction.each(select, [card.map { .id($0) } ?? .bytes([]), .integer(limit)]) { row in
            look.count += 1
            guard let id = try? row.id(0, of: CardTag.self) else {
                return look.findings.append(.ofShop("there is a card whose id cannot be read"))
            }
            look.last = id
            guard let sentence = sentences[row.integer(1)], look.findings.count <= Limits.auditFindings else { return }
            look.findings.append(AuditFinding("card \(id)", sentence))
        }
        return look
    }
}
