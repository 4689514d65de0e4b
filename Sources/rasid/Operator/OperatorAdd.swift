import ArgumentParser
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock

struct OperatorAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add an operator: another shop of the same contract, or a gateway of yours.",
        discussion: """
            upstream: any server that speaks the v3 contract, the public one or another Rasid. Its key comes from a \
            file or from standard input.
            gateway: an adapter of yours to a portal, a modem or a robot; docs/operating/write-a-gateway.md tells how \
            to write one. Without --secret-file a secret is made, and printed this once.

            EXAMPLES:
              rasid operator add next upstream --url https://example.com --secret-file key
              rasid operator add kiosk gateway --url http://127.0.0.1:9000/
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable, Sendable {
        case upstream, gateway

        var kind: OperatorKind { self == .upstream ? .upstream : .gateway }
    }

    @Argument(help: "A short name: a-z, 0-9 and -.")
    var name: String

    @Argument(help: "How it is driven.")
    var kind: Kind

    @Option(help: ArgumentHelp("Where it listens; for upstream without /v3.", valueName: "url"))
    var url: String

    @OptionGroup var secret: OperatorSecretOption
    @OptionGroup var treatment: OperatorTreatmentOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var json: JSONOption

    private struct View: Encodable {
        let name: String
        let kind: String
        let url: String
        /// Only where it was made here.
        let secret: String?
    }

    func run() async throws {
        let given = try secret.read()
        guard kind == .gateway || given != nil else {
            throw Refusal("An upstream operator needs its key: give --secret-file, or --secret-file - and type it.")
        }
        try treatment.judge(url: url)
        let made = given ?? OperatorDriver.freshSecret(from: SystemIdentifiers())
        let (name, kind, url, treatment, staff) = (name, kind.kind, url, treatment, Staff())
        try await store.open { shop in
            let vault = try await shop.vault(keyFile: vault.keyFile)
            try await OperatorDriver.refuseWrongKey(kind, url: url, secret: made, vault: vault)
            try await shop.database.write { transaction in
                let supplier = try Routes.add(name, kind: kind.rawValue, in: transaction)
                let settings = OperatorDriver.settings(
                    kind, of: supplier.id, url: url, sealedSecret: try vault.seal(secret: made, of: supplier.id))
                try treatment.apply(to: settings, kind, vault).keep(in: transaction)
                try staff.note("operator add", name, "\(kind.rawValue) \(url)", in: transaction)
            }
        }
        let view = View(name: name, kind: kind.rawValue, url: url, secret: given == nil ? made : nil)
        let next = "Try it with 'rasid operator test \(name)', then 'rasid route set ADSL \(name)'."
        guard given == nil else {
            return try json.show(view, orText: "The operator \(name) is there. \(next)")
        }
        try json.show(view, orText: made)
        guard !json.isOn else { return }
        Complaint.tell("The secret of \(name) is shown only now; give it to the adapter. \(next)")
    }
}

extension OperatorTreatmentOptions {
    /// - Throws: ``Refusal`` for settings with which the operator could not be called.
    func apply(to settings: OperatorSettings, _ kind: OperatorKind, _ vault: Vault) throws -> OperatorSettings {
        var settings = settings
        if let deadline { settings.deadline = deadline.duration }
        if let settlingTime { settings.settlingTime = settlingTime.duration }
        if let concurrency { settings.concurrency = concurrency }
        if let dailyCap { settings.dailyCap = dailyCap.money }
        if let lowBalance { settings.lowBalance = lowBalance.money }
        _ = try OperatorDriver.remote(kind, settings, vault: vault, time: SystemTime())
        return settings
    }
}
