import ArgumentParser
import Foundation
import RasidBase
import RasidDatabase
import RasidServer

/// Where the shop lies: every command that reads or writes it has these options.
struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The shop's folder (default: $RASID_DATA, or ./rasid-data).", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The shop's PostgreSQL database instead, as postgres://user@host/name (default: $RASID_DATABASE).",
            valueName: "url"))
    var database: String?

    func validate() throws {
        try NotEmpty.check(data, "--data")
        try NotEmpty.check(database, "--database")
        if data?.contains("://") == true {
            throw ValidationError("--data names a folder, and that is a URL: give it to --database.")
        }
        if data != nil, database != nil {
            throw ValidationError("A shop is in a folder or in a database: give --data or --database, not both.")
        }
    }

    /// The place that is meant: an option's, the environment's, or the usual folder.
    ///
    /// - Throws: ``Refusal`` for a URL that cannot be read, and where the environment names two places.
    func place(usually usual: String = "./rasid-data") throws -> ShopPlace {
        if let data { return .folder(data) }
        if let database { return .server(try DatabaseURL(database)) }
        let folder = SettingText.environment("RASID_DATA")
        guard folder?.contains("://") != true else {
            throw Refusal("RASID_DATA names a folder, and that is a URL: set RASID_DATABASE to it.")
        }
        guard let url = SettingText.environment("RASID_DATABASE") else { return .folder(folder ?? usual) }
        guard folder == nil else {
            throw Refusal("RASID_DATA and RASID_DATABASE name two shops: unset one, or give --data or --database.")
        }
        return .server(try DatabaseURL(url))
    }

    /// Opens the shop for `body` and closes it after.
    ///
    /// - Throws: ``Refusal`` where there is none, or it has moved away; a command that reads makes nothing.
    func open<Answer>(_ body: (OpenShop) async throws -> Answer) async throws -> Answer {
        let place = try place()
        try Self.requireShop(in: place)
        return try await use(place, body)
    }

    /// - Throws: ``Refusal`` where there is no shop.
    static func requireShop(in place: ShopPlace) throws {
        guard try place.holdsShop() else {
            throw Refusal("There is no shop in \(place): \(Self.makes(place)).")
        }
    }

    private static func makes(_ place: ShopPlace) -> String {
        switch place {
        case .folder: "'rasid account create …' or 'rasid demo' makes one"
        case .server: "'rasid account create … --database …' makes one"
        }
    }

    /// Opens the shop for `body`, or makes it where there is none, and closes it after.
    ///
    /// - Parameter body: is told, too, whether the shop is new.
    func openOrMake<Answer>(_ body: (OpenShop, _ isNew: Bool) async throws -> Answer) async throws -> Answer {
        let place = try place()
        let isNew = try !place.holdsShop()
        return try await use(place) { try await body($0, isNew) }
    }

    private func use<Answer>(_ place: ShopPlace, _ body: (OpenShop) async throws -> Answer) async throws -> Answer {
        let shop = try OpenShop(place)
        do {
            try await shop.database.read { try StoreMark.refuse(in: $0) }
            let answer = try await body(shop.on(MarkedDatabase(shop.database)))
            try await shop.close()
            return answer
        } catch {
            try? await shop.close()
            throw error
        }
    }
}

/// Which key opens the vault: for commands that seal or open codes.
struct VaultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file of the vault key (default: $RASID_VAULT_KEY, or vault.key in the shop's folder).",
            valueName: "file"),
        completion: .file())
    var vaultKey: String?

    func validate() throws {
        try NotEmpty.check(vaultKey, "--vault-key")
    }

    /// nil for the file in the shop's folder.
    var keyFile: String? { vaultKey ?? SettingText.environment("RASID_VAULT_KEY") }

    /// Says so where others on the machine may read the key, and with it every code.
    static func warn(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return }
        Complaint.tell("Others on this machine may use the vault key \(path): run 'chmod 600 \(path)'.")
    }
}

/// What is given must say something, or every later sentence about it has a hole.
enum NotEmpty {
    /// - Throws: `ValidationError`, which is bad usage.
    static func check(_ text: String?, _ name: String) throws {
        if let text, text.isEmpty { throw ValidationError("\(name) must not be empty.") }
    }
}

/// A setting of the environment; one that is empty counts as not given.
enum SettingText {
    static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
    }

    static func environment(_ name: String) -> String? { environment[name] }
}
