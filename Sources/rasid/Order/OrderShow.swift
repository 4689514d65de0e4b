import ArgumentParser
import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidServer
import RasidStock

struct OrderShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one order: money, card, evidence, cases, and what was done to it by hand.",
        discussion: """
            The number is masked, and of the code only the last four characters are shown.

            EXAMPLES:
              rasid order show 690161a3e9e88196b4eb6545
            """)

    @Argument(help: "The order's id, 24 hex characters.")
    var id: OrderIDArgument

    @OptionGroup var store: StoreOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        let (id, keyFile) = (id.id, vault.keyFile)
        let story = try await store.open { shop in
            var (story, card) = try await shop.database.read { transaction in
                (try OrderStory(of: id, in: transaction), try StaffReading.find(id, in: transaction).card)
            }
            if let card { story.card?.lastFour = await Self.lastFour(of: card, in: shop, keyFile: keyFile) }
            return story
        }
        try json.show(story, orText: story.text)
    }

    /// The order is shown all the same where the vault key is not at hand.
    private static func lastFour(of card: CardID, in shop: OpenShop, keyFile: String?) async -> String? {
        do {
            let vault = try await shop.vault(keyFile: keyFile)
            let reveals = Reveals(database: shop.database, vault: vault, time: SystemTime())
            return try await reveals.lastFour(of: [card])[card]
        } catch {
            Complaint.tell("The code's last characters are not shown: \(Complaint.sentence(for: error))")
            return nil
        }
    }
}
