import ArgumentParser
import Foundation
import RasidBase
import RasidDatabase
import RasidServer

/// `rasid-bench grow`: a shop with a long past.
struct GrowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grow",
        abstract: "Fill a demo shop with finished orders of the last year.",
        discussion: """
            Sells, delivers and reads production orders by the shop's own code until there are as many as --orders says, \
            one in ten of them the demo's own; 'rasid demo' then serves the shop. Run again with more orders it adds the \
            difference. Only the end of the run is durable.

            Prints one line of JSON: the orders in the shop, the seconds it took, and the bytes of the file.

            EXAMPLES:
              rasid-bench grow --data grown --orders 1000000
            """)

    @Option(help: ArgumentHelp("The shop's folder; made where there is none.", valueName: "dir"))
    var data: String

    @Option(help: "How many finished orders there are to be.")
    var orders: Int

    @Option(help: "How many accounts buy, the demo's among them.")
    var wallets = 100

    func validate() throws {
        guard !data.isEmpty, orders >= 0, wallets > 0 else {
            throw ValidationError("Give a folder, at least 0 orders, and at least 1 wallet.")
        }
    }

    func run() async throws {
        let clock = ContinuousClock()
        let started = clock.now
        let place = ShopPlace.folder(data)
        let lock = try place.lock()
        let shop = try await GrowingShop.open(place, wallets: wallets)
        var growth = try Growth(shop, until: SystemTime().now)
        try await growth.grow(to: orders) { done in
            Output.progress("growing", done, of: orders, in: clock.now - started)
        }
        try shop.database.close()
        Output.progress("")
        let file = try DataFolder(data).database
        let bytes = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
        try Output.write(
            #"{"orders":\#(growth.orders),"seconds":\#(Output.seconds(clock.now - started)),"bytes":\#(bytes)}"#)
        lock?.release()
    }
}
