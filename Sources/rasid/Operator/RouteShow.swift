import ArgumentParser
import RasidDatabase
import RasidServer

struct RouteShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show every route; a value without one of its own takes that of its type.",
        discussion: """
            The sandbox has no routes: all of it goes to the simulator.

            EXAMPLES:
              rasid route show
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        let routes = try await store.open { shop in
            try await shop.database.read { try RouteView.all(in: $0) }
        }
        try json.show(["routes": routes], orText: RouteView.table(routes).text)
    }
}
