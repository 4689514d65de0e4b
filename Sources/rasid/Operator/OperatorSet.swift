import ArgumentParser
import RasidBase
import RasidDatabase
import RasidOrders
import RasidServer
import RasidStock

struct OperatorSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change how an operator is reached and treated, or pause it.",
        discussion: """
            What is not named stays as it is. Calls that are under way end as they began.

            EXAMPLES:
              rasid operator set wholesale --daily-cap 500000 --low-balance 20000
              rasid operator set kiosk --pause
              rasid operator set kiosk --resume
            """)

    @Argument(help: "A name from 'rasid operator list'.")
    var name: String

    @Option(help: ArgumentHelp("Where it listens.", valueName: "url"))
    var url: String?

    @Flag(
        help: "Say that a new address or key leads to the same account or adapter, which knows the orders it was sent.")
    var sameAccount = false

    @Flag(help: "Send it no orders; it is still asked about those it has.")
    var pause = false

    @Flag(help: "Send it orders again.")
    var resume = false

    @OptionGroup var secret: OperatorSecretOption
    @OptionGroup var treatment: OperatorTreatmentOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var json: JSONOption

    func validate() throws {
        try NotEmpty.check(url, "--url")
        if pause, resume { throw ValidationError("Give --pause or --resume, not both.") }
    }

    func run() async throws {
        let given = try secret.read()
        if let url { try treatment.judge(url: url) }
        let (name, url, treatment, pause, resume, staff) = (name, url, treatment, pause, resume, Staff())
        let sameAccount = sameAccount
        let now = staff.now
        let isElsewhere = url != nil || given != nil
        let report = try await store.open { shop in
            if isElsewhere, !sameAccount { try await Self.letPauseBeSeen(name, shop) }
            if let given { try await Self.judge(given, at: url, of: name, shop, vault.keyFile) }
            let vault = try await shop.vault(keyFile: vault.keyFile)
            return try await shop.database.write { transaction in
                let supplier = try Routes.require(name, in: transaction)
                guard let kind = OperatorKind(rawValue: supplier.kind),
                    var settings = try OperatorSettings.find(supplier.id, in: transaction)
                else { throw Refusal("The operator \(name) is part of the shop: there is nothing to set.") }
                if isElsewhere, !sameAccount { try Self.refuseOpenOrders(settings, of: supplier, in: transaction) }
                if let url, url != settings.url {
                    settings.url = url
                    // What the old address sold is not what the new one sells.
                    try SupplierOffers.replace([], of: supplier.id, in: transaction)
                }
                if let given { settings.sealedSecret = try vault.seal(secret: given, of: supplier.id) }
                if pause || resume { settings.isPaused = pause }
                try treatment.apply(to: settings, kind, vault).keep(in: transaction)
                try staff.note("operator set", name, in: transaction)
                return try OperatorReport(supplier, at: now, in: transaction)
            }
        }
        try json.show(report, orText: report.facts.text)
    }

    private static func judge(
        _ secret: String, at url: String?, of name: String, _ shop: OpenShop, _ keyFile: String?
    ) async throws {
        let vault = try await shop.vault(keyFile: keyFile)
        let (supplier, settings) = try await shop.database.read { transaction in
            let supplier = try Routes.require(name, in: transaction)
            return (supplier, try OperatorSettings.find(supplier.id, in: transaction))
        }
        guard let settings, let kind = OperatorKind(rawValue: supplier.kind) else { return }
        try await OperatorDriver.refuseWrongKey(kind, url: url ?? settings.url, secret: secret, vault: vault)
    }

    /// A server sees a pause after a second or two, and what it claimed before must be seen here.
    private static func letPauseBeSeen(_ name: String, _ shop: OpenShop) async throws {
        let isPaused = try await shop.database.read { transaction in
            let supplier = try Routes.require(name, in: transaction)
            return try OperatorSettings.find(supplier.id, in: transaction)?.isPaused ?? false
        }
        guard isPaused else { return }
        try await SystemTime().sleep(for: .seconds(3))
    }

    /// Whoever does not know an order says that it was never seen, and would be sent it again: two cards for one order.
    private static func refuseOpenOrders(
        _ settings: OperatorSettings, of supplier: Supplier, in transaction: Transaction
    ) throws {
        let isRouted = try Routes.all(in: transaction).contains { $0.supplier == supplier }
        guard settings.isPaused || !isRouted else {
            throw Refusal(
                "Orders go to \(supplier.name) at this moment: 'rasid operator set \(supplier.name) --pause' first, let what "
                    + "it has end, and then change where it is; or say --same-account if the new address or key leads to the "
                    + "very same account there.")
        }
        let open = try StaffReading.open(in: transaction).filter {
            $0.operatorID == supplier.id && ($0.state == .sent || $0.state == .unknown)
        }
        let count = open.reduce(0) { $0 + $1.count }
        guard count > 0 else { return }
        throw Refusal(
            "\(count) orders are with \(supplier.name) or in doubt there: pause it and let them end, or say --same-account "
                + "if the new address or key leads to the very same account there.")
    }
}
