import ArgumentParser
import Foundation
import Logging
import RasidBase
import RasidDatabase
import RasidServer

/// `rasid demo`: a shop with an account, keys, money and cards, ready to be tried.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a shop to try, and serve it.",
        discussion: """
            Makes, completes or reopens a shop in a folder (./rasid-demo unless you name one) with one account (\(DemoShop.username)), a sandbox and a production \
            key, 100,000 DZD in each, products and made-up cards. The keys stay the same for the same folder and have \
            no rate limit. Then serves, and prints lines to paste.

            EXAMPLES:
              rasid demo
              rasid demo --port 0 --operator-delay 200ms --json
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var server: ServerOptions

    @Flag(help: "Print one JSON line once connections are accepted, and logs to standard error.")
    var json = false

    func run() async throws {
        let (place, keyFile) = (try store.place(usually: "./rasid-demo"), vault.keyFile)
        // A newcomer reads the block to paste, not a line a request.
        let settings = try await server.settings(usualLogLevel: json ? .info : .warning)
        let json = json
        let host = settings.host
        try await Serving(place: place, settings: settings).run(keyFile: keyFile) { shop in
            // Before anything is written, the vault key included.
            try await shop.database.read { try DemoShop.refuseRealShop(in: $0) }
            let vault = try await shop.vault(keyFile: keyFile)
            let demo = try await DemoShop(
                in: shop, vault: vault, time: SystemTime(), identifiers: SystemIdentifiers())
            return (folder: shop.place.description, demo: demo)
        } announce: { port, made in
            let card = DemoCard(url: DemoCard.url(host, port), folder: made.folder, demo: made.demo)
            try Printout.write(json ? card.json : card.text)
        }
    }
}

/// What a newcomer, or a script, is told of the demo.
struct DemoCard {
    let url: String
    let folder: String
    let demo: DemoShop

    private struct View: Encodable {
        let url: String
        let username: String
        let sandboxKey: String
        let productionKey: String
        let data: String
        let pid: Int32
    }

    /// Where a client on this machine finds what listens on `host`.
    static func url(_ host: String, _ port: Int) -> String {
        let address = NetworkAddress(host)
        let reachable =
            switch address {
            case NetworkAddress("0.0.0.0"): "127.0.0.1"
            case NetworkAddress("::"): "::1"
            default: host
            }
        return address?.isIPv4 == false ? "http://[\(reachable)]:\(port)" : "http://\(reachable):\(port)"
    }

    /// One line.
    var json: String {
        get throws {
            try JSONText.of(
                View(
                    url: url, username: DemoShop.username, sandboxKey: demo.sandboxKey,
                    productionKey: demo.productionKey, data: folder, pid: getpid()))
        }
    }

    var text: String {
        """
        Rasid sells at \(url)   (Ctrl-C stops it; the shop stays in \(folder))

          account         \(DemoShop.username)
          sandbox key     \(demo.sandboxKey)
          production key  \(demo.productionKey)

        Paste these lines into another terminal to buy a card in the sandbox:

        KEY=\(demo.sandboxKey) REF=order-$(date +%s)
        curl -s \(url)/v3/account/balance -H "X-Access-Token: $KEY"; echo
        curl -s \(url)/v3/internet/send -H "X-Access-Token: $KEY" -d '{"type":"ADSL","number":"036362608","value":1000,"ref":"'$REF'"}'; echo
        curl -s "\(url)/v3/internet/check-ref/$REF?wait=30" -H "X-Access-Token: $KEY"; echo

        """
    }
}
