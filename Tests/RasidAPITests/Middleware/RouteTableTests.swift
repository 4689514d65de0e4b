import HTTPTypes
import RasidWire
import Testing

@testable import RasidAPI

@Suite struct RouteTableTests {
    private let table = RouteTable()

    @Test(arguments: Route.all)
    func `every route is found by its own template`(route: Route) {
        let path = route.template.replacing("{id}", with: "x").replacing("{ref}", with: "x")
        #expect(table.match(path[...])?.route == route)
    }

    @Test(arguments: [
        "", "/", "/v3", "/v3/", "/v3/ping/", "//v3/ping", "/v3//ping", "/V3/ping", "/v3/nope", "/v3/internet/check-ref",
        "/v3/internet/check-ref/", "/v3/internet/check-id/", "/v3/internet/check-id/a/b", "/v3/ping%", "/v3/ping%2",
        "/v3/ping%zz", "/v3%2Fping", "/v3/internet/check-ref/%ff", "/v3/internet/check-ref/%", "*", "/health",
    ])
    func `anything else is unknown`(path: String) {
        #expect(table.match(path[...]) == nil)
    }

    @Test(arguments: [
        ("a", "a"), ("a%2Fb", "a/b"), ("API-+213-x", "API-+213-x"), ("API-%2B213-x", "API-+213-x"), ("%2525", "%25"),
        ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z"), ("%F0%9F%98%80", "😀"), ("%00", "\0"), ("..", ".."),
        ("'%20OR%201=1--", "' OR 1=1--"),
    ])
    func `a reference is one segment, decoded once`(segment: String, reference: String) {
        let match = table.match("/v3/internet/check-ref/\(segment)"[...])
        #expect(match == RouteTable.Match(route: .keyed(.checkReference), parameter: reference))
    }

    @Test func `a segment that is encoded without need is still itself`() {
        #expect(table.match("/v3/%70ing")?.route == .open(.ping))
        let match = table.match("/v3/internet/check%2Did/a%2Fb")
        #expect(match == RouteTable.Match(route: .keyed(.checkID), parameter: "a/b"))
    }

    @Test func `each route takes its own methods`() {
        for route in Route.all {
            #expect(route.takes(.post) == (route == .keyed(.send)))
            #expect(route.takes(.get) == (route != .keyed(.send)))
            #expect(route.takes(.head) == route.takes(.get))
            #expect(!route.takes(.delete))
        }
    }
}
