import RasidWire

/// Finds the route of a path.
///
/// Not the framework's router: the contract wants segments decoded once, after splitting, an empty segment to
/// match nothing, and a wrong method told from an unknown path.
struct RouteTable: Sendable {
    struct Match: Equatable {
        let route: Route
        /// The decoded last segment of a route that has a parameter, else empty.
        let parameter: String
    }

    private let fixed: [String: Route]
    private static let parametric: [(prefix: String, route: Route)] = [
        (Path.checkReferencePrefix, .keyed(.checkReference)), (Path.checkIDPrefix, .keyed(.checkID)),
    ]

    init() {
        let routes = Route.all.filter { route in !Self.parametric.contains { $0.route == route } }
        fixed = Dictionary(uniqueKeysWithValues: routes.map { ($0.template, $0) })
    }

    /// - Parameter path: as it was sent, without the query.
    /// - Returns: nil for an unknown path, and for one that is encoded badly.
    func match(_ path: Substring) -> Match? {
        for (prefix, route) in Self.parametric where path.utf8.starts(with: prefix.utf8) {
            return parameter(path.dropFirst(prefix.utf8.count)).map { Match(route: route, parameter: $0) }
        }
        if let route = fixed[String(path)] { return Match(route: route, parameter: "") }
        guard path.utf8.contains(UInt8(ascii: "%")) else { return nil }
        return matchDecoded(path)
    }

    private func parameter(_ segment: Substring) -> String? {
        guard !segment.isEmpty, !segment.utf8.contains(UInt8(ascii: "/")) else { return nil }
        return Percent.decodedSegment(segment)
    }

    /// A path whose fixed segments are encoded without need: the same route, if every segment decodes to its own.
    private func matchDecoded(_ path: Substring) -> Match? {
        var segments: [String] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = Percent.decodedSegment(segment) else { return nil }
            segments.append(decoded)
        }
        for (prefix, route) in Self.parametric {
            let own = prefix.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
            if segments.count == own.count + 1, segments.starts(with: own), let last = segments.last, !last.isEmpty {
                return Match(route: route, parameter: last)
            }
        }
        // A decoded slash belongs to its segment, so it can be no part of a fixed path.
        guard !segments.contains(where: { $0.contains("/") }) else { return nil }
        return fixed[segments.joined(separator: "/")].map { Match(route: $0, parameter: "") }
    }
}
