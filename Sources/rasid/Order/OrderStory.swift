import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidStock

/// Everything that is kept of one order.
struct OrderStory: Encodable, Sendable {
    struct Card: Encodable, Sendable {
        let serial: String?
        let state: String
        /// The code, masked but for its last four characters.
        var lastFour: String?
    }

    struct Movement: Encodable, Sendable {
        let kind: String
        let amount: Dinars
        let note: String
        let at: String
    }

    struct Word: Encodable, Sendable {
        let attempt: Int64
        let at: String
        let what: String
    }

    private static let journalLines = 100

    let order: OrderView
    var card: Card?
    let transfers: [Movement]
    let evidence: [Word]
    let cases: [CaseView]
    let journal: [JournalView]

    init(of id: OrderID, in transaction: Transaction) throws {
        order = try OrderView.find(id, in: transaction)
        let found = try StaffReading.find(id, in: transaction)
        card = try found.card.flatMap { try CardStock.find($0, in: transaction) }
            .map { Card(serial: $0.serial, state: $0.state.map { "\($0)" } ?? "unrecognised") }
        let booked = BookedOrder(id, of: found.wallet, number: found.orderNumber)
        transfers = try Transfers.all(of: booked, in: transaction).map {
            Movement(kind: "\($0.kind)", amount: Dinars($0.amount), note: $0.note, at: $0.at.description)
        }
        evidence = try Evidence.all(of: id, in: transaction).map {
            Word(attempt: $0.attempt, at: $0.at.description, what: $0.what)
        }
        cases = try Cases.all(of: id, in: transaction).map(CaseView.init)
        journal = try JournalView.latest(Self.journalLines, about: id.description, in: transaction)
    }

    var text: String {
        var facts = order.facts
        if let card {
            let words = [card.serial.map { "serial \($0)" }, card.lastFour.map { "code \($0)" }, card.state]
            facts.append(("card", words.compactMap { $0 }.joined(separator: ", ")))
        }
        var money = Table(.words("MONEY"), .number("DZD"), .words("AT"), .words("NOTE"))
        for transfer in transfers { money.add(transfer.kind, "\(transfer.amount.money)", transfer.at, transfer.note) }
        var words = Table(.words("SAID AT"), .number("ATTEMPT"), .words("EVIDENCE"))
        for word in evidence { words.add(word.at, "\(word.attempt)", word.what) }
        let parts = [
            Table(facts).text, money.text, words.text, CaseView.table(cases).text, JournalView.table(journal).text,
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}
