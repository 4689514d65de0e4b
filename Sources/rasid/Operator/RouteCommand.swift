import ArgumentParser
import RasidBase
import RasidDatabase
import RasidStock

struct RouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Which operators deliver what in production.",
        discussion: """
            EXAMPLES:
              rasid route show
              rasid route set 4G:1000 voucher
            """,
        subcommands: [RouteShow.self, RouteSet.self])
}

/// One route: a type or one of its values, and who serves it, first choice first.
struct RouteView: Encodable, Sendable {
    let type: String
    let value: Dinars?
    let operators: [String]

    static func all(in transaction: Transaction) throws -> [RouteView] {
        let lines = try Routes.all(in: transaction)
        return lines.indices.filter { $0 == 0 || target(lines[$0]) != target(lines[$0 - 1]) }.map { first in
            let line = lines[first]
            let suppliers = lines[first...].prefix { target($0) == target(line) }.map(\.supplier.name)
            return RouteView(type: line.type.rawValue, value: line.value.map(Dinars.init), operators: suppliers)
        }
    }

    /// `4G` or `4G:1000`, as `route set` takes it.
    static func target(_ line: Routes.Line) -> String {
        line.type.rawValue + (line.value.map { ":\($0)" } ?? "")
    }

    static func table(_ routes: [RouteView]) -> Table {
        var table = Table(.words("TYPE"), .number("VALUE"), .words("OPERATORS"))
        for route in routes {
            table.add(
                route.type, route.value.map { "\($0.money)" } ?? "every", route.operators.joined(separator: ", "))
        }
        return table
    }
}
