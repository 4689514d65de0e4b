import ArgumentParser
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidServer

struct AccountCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Open an account; makes the shop if there is none yet.",
        discussion: """
            The account gets two wallets: production, empty, and sandbox, with 100000 DZD of play money.

            EXAMPLES:
              rasid account create --username +213555000000 --name "Boutique Amine"
            """)

    @Option(help: ArgumentHelp("The reseller's phone number in international form; never changes.", valueName: "+213…"))
    var username: String

    @Option(help: "Who it is, on one line.")
    var name: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        // Before a shop is made for an account that cannot be.
        try Accounts.judge(username: username, name: name)
        let staff = Staff()
        let username = username
        let opening = NewAccount(
            username: username, name: name, identifiers: SystemIdentifiers(), now: staff.now)
        let made = try await store.openOrMake { shop, isNew in
            let made = try await shop.database.write { transaction in
                _ = try opening.open(in: transaction)
                try staff.note("account create", username, in: transaction)
                return try AccountView(Accounts.require(username, in: transaction), in: transaction)
            }
            if isNew { Complaint.tell("A new shop was made in \(shop.place).") }
            return made
        }
        try json.show(
            made,
            orText: """
                The account \(username) is open, with \(NewAccount.playMoney) DZD of play money in the sandbox.
                Next, make a key: rasid key create \(username) --type sandbox
                """)
    }
}
