import ArgumentParser
import RasidAccounts
import RasidBase
import RasidDatabase

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "API keys of resellers.",
        discussion: """
            EXAMPLES:
              rasid key create +213555000000 --type sandbox
              rasid key revoke 3f2a91c0
            """,
        subcommands: [KeyCreate.self, KeyList.self, KeyRevoke.self])
}

/// A key as the owner sees it: never its text, but for the one time it is made.
struct KeyView: Encodable, Sendable {
    let prefix: String
    let type: String
    let scope: String
    let isEnabled: Bool
    let masksCodes: Bool
    let allowedips: [String]
    let rateLimit: String
    let createdAt: String
    var username: String?
    var key: String?

    init(_ key: APIKey) {
        prefix = key.prefix
        type = key.settings.environment.rawValue
        scope = key.settings.isReadOnly ? "READ-ONLY" : "READ-WRITE"
        isEnabled = key.isEnabled
        masksCodes = key.settings.masksCodes
        allowedips = key.settings.allowedAddresses.map(\.description)
        rateLimit = key.settings.rateLimit.description
        createdAt = key.createdAt.description
    }

    static func all(of account: Account, in transaction: Transaction) throws -> [KeyView] {
        let page = 500
        var keys: [APIKey] = []
        while true {
            let next = try APIKeys.list(of: account.id, after: keys.last?.id, limit: page, in: transaction)
            keys += next
            if next.count < page { return keys.map(KeyView.init) }
        }
    }

    static func table(_ keys: [KeyView]) -> Table {
        var table = Table(
            .words("KEY"), .words("TYPE"), .words("SCOPE"), .words("STATE"), .words("CODES"), .words("RATE LIMIT"),
            .words("ADDRESSES"), .words("MADE"))
        for key in keys {
            table.add(
                key.prefix + "…", key.type, key.scope, key.isEnabled ? "enabled" : "revoked",
                key.masksCodes ? "masked" : "shown", key.rateLimit,
                key.allowedips.isEmpty ? "any" : key.allowedips.joined(separator: " "), key.createdAt)
        }
        return table
    }
}
