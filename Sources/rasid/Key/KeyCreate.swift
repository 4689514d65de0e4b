import ArgumentParser
import Foundation
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidServer

struct KeyCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an API key and print it, this once.",
        discussion: """
            Only a hash of the key is kept: what is lost is replaced, not found again. The key stands alone on \
            standard output. Without --rate-limit it may make 60 requests a minute in the sandbox, 120 in production.

            EXAMPLES:
              rasid key create +213555000000 --type sandbox
              rasid key create +213555000000 --type production --allow-ip 192.0.2.7
            """)

    enum Scope: String, ExpressibleByArgument, CaseIterable, Sendable {
        case readWrite = "read-write"
        case readOnly = "read-only"
    }

    @Argument(help: "The account's username, +213….")
    var username: String

    @Option(help: "Which of the two shops it opens.")
    var type: EnvironmentArgument

    @Option(help: "Whether it may place orders.")
    var scope = Scope.readWrite

    @Flag(help: "Show it card codes masked but for their last four characters.")
    var maskCodes = false

    @Option(help: ArgumentHelp("An address or block it may be used from; repeat for more.", valueName: "cidr"))
    var allowIP: [AddressBlockArgument] = []

    @Option(help: ArgumentHelp("How many requests it may make: off, or a rate like 120/min.", valueName: "off|N/min"))
    var rateLimit: RateLimitArgument?

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        let (username, key, staff) = (username, KeyText.fresh(from: SystemIdentifiers()), Staff())
        let settings = KeySettings(
            environment: type.environment, isReadOnly: scope == .readOnly, masksCodes: maskCodes,
            allowedAddresses: allowIP.map(\.block), rateLimit: rateLimit?.limit)
        let made = try await store.open { shop in
            try await shop.database.write { transaction in
                let account = try Accounts.require(username, in: transaction)
                let made = try APIKeys.create(key, settings, for: account.id, at: staff.now, in: transaction)
                try staff.note("key create", made.prefix, username, in: transaction)
                return made
            }
        }
        var view = KeyView(made)
        view.username = username
        view.key = key.text
        try show(view, key)
        guard !json.isOn else { return }
        Complaint.tell("This \(view.type) key of \(username) is shown only now; send it in the header X-Access-Token.")
    }

    /// A key that nobody got to see must not stay good.
    private func show(_ view: KeyView, _ key: KeyText) throws {
        // A reader that has gone away must not end the program before it has named the key.
        signal(SIGPIPE, SIG_IGN)
        do {
            try json.show(view, orText: key.text)
        } catch {
            throw Refusal(
                """
                The answer could not be written, and the key cannot be shown again: \
                'rasid key revoke \(view.prefix)' revokes it, then make another.
                """)
        }
    }
}
