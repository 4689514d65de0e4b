import ArgumentParser
import RasidBase
import RasidDatabase
import RasidOperators
import RasidServer
import RasidStock

struct OperatorTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Call an operator without buying anything, and tell what it answers.",
        discussion: """
            Asks what became of an order that never was, whether a number is a subscriber, and, where it tells, what it \
            sells and what money is there. Ends with 0 if it says, as it should, that it never saw that order, and its key may sell.

            EXAMPLES:
              rasid operator test kiosk
              rasid operator test wholesale --number 036362608
            """)

    @Argument(help: "A name from 'rasid operator list'.")
    var name: String

    @Option(help: ArgumentHelp("An ADSL number to check (default: 021000000).", valueName: "number"))
    var number = "021000000"

    @OptionGroup var store: StoreOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var json: JSONOption

    private struct View: Encodable {
        let name: String
        let ask: String
        let words: String
        let check: String
        let offers: Int?
        let balance: Dinars?
        let works: Bool
    }

    func run() async throws {
        let name = name
        let remote = try await store.open { shop in
            let vault = try await shop.glanceVault(keyFile: vault.keyFile)
            let (supplier, settings) = try await shop.database.read { transaction in
                let supplier = try Routes.require(name, in: transaction)
                return (supplier, try OperatorSettings.find(supplier.id, in: transaction))
            }
            guard let settings, let kind = OperatorKind(rawValue: supplier.kind),
                let remote = try OperatorDriver.remote(kind, settings, vault: vault, time: SystemTime())
            else { throw Refusal("The operator \(name) is part of the shop: there is nobody to call.") }
            return remote
        }
        let view = try await call(remote)
        let facts: [(String, String)] = [
            ("asked about no order", view.ask), ("in its words", view.words), ("asked about \(number)", view.check),
            ("sells", view.offers.map { "\($0) values" } ?? "it does not tell"),
            ("money there", view.balance.map { "\($0.money) DZD" } ?? "it does not tell"),
        ]
        try json.show(view, orText: Table(facts).text)
        guard view.works else {
            throw Refusal("The operator \(name) does not work yet: \(view.ask).")
        }
    }

    private func call(_ remote: any Operator) async throws -> View {
        let number = try ServiceNumber(number, for: .adsl)
        let now = SystemTime().now
        let job = Job(order: SystemIdentifiers().fresh(at: now), number: number, value: .dinars(500), placedAt: now)
        let answer = await remote.ask(job)
        // One that does not answer, or does not let the shop in, is asked nothing more: some count wrong keys.
        let isThere = answer.outcome == .neverSeen
        let word = isThere ? await remote.check(number) : .cannotTell
        let standing = isThere ? await remote.standing() : nil
        let trouble = answer.trouble ?? standing?.trouble
        return View(
            name: name, ask: trouble?.rawValue ?? Self.text(answer.outcome), words: answer.words,
            check: Self.text(word), offers: standing?.offers.count, balance: standing?.balance.map(Dinars.init),
            works: isThere && trouble == nil)
    }

    private static func text(_ outcome: OperatorAnswer.Outcome) -> String {
        switch outcome {
        case .neverSeen: "it never saw it, as it should be"
        case .unknown: "no answer, or none that can be understood"
        case .fulfilled: "fulfilled: it says yes to what it never saw, and cannot be trusted"
        case .refused: "refused: it says no to what it never saw, and cannot be trusted"
        case .later, .pending: "it says that it has what it never saw, and cannot be trusted"
        }
    }

    private static func text(_ word: SubscriberWord) -> String {
        switch word {
        case .subscriber: "a subscriber"
        case .notASubscriber: "not a subscriber"
        case .cannotTell: "it cannot tell"
        }
    }
}
