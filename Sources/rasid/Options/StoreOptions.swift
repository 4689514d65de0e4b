import ArgumentParser
import Foundation
import RasidBase
import RasidDatabase
import RasidServer

/// Where the shop lies: every command that reads or writes it has this option.
struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The shop's folder (default: $RASID_DATA, or ./rasid-data).", valueName: "dir"),
        completion: .directory)
    var data: String?

    func validate() throws {
        try NotEmpty.check(data, "--data")
    }

    /// The folder that is meant: the option's, the environment's, or the usual one.
    var path: String { data ?? SettingText.environment("RASID_DATA") ?? "./rasid-data" }

    /// Opens the shop for `body` and closes it after.
    ///
    /// - Throws: ``Refusal`` where there is none; a command that reads makes nothing.
    func open<Answer>(_ body: (OpenShop) async throws -> Answer) async throws -> Answer {
        try requireShop()
        return try await use(OpenShop(path: path), body)
    }

    /// - Throws: ``Refusal`` where there is no shop.
    func requireShop() throws {
        try DataFolder.refuseUnreadable(at: path)
        try DataFolder.refuseLostStore(at: path)
        guard DataFolder.holdsStore(at: path) else {
            throw Refusal("There is no shop in \(path): 'rasid account create …' or 'rasid demo' makes one.")
        }
    }

    /// Opens the shop for `body`, or makes it where there is none, and closes it after.
    func openOrMake<Answer>(_ body: (OpenShop) async throws -> Answer) async throws -> Answer {
        try DataFolder.refuseLostStore(at: path)
        return try await use(OpenShop(path: path), body)
    }

    private func use<Answer>(_ shop: OpenShop, _ body: (OpenShop) async throws -> Answer) async throws -> Answer {
        do {
            let answer = try await body(shop)
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
