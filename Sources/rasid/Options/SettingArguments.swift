import ArgumentParser
import RasidAccounts
import RasidBase

/// A duration as people write it: `200ms`, `3s`, `15min`, `12h`.
struct DurationArgument: ExpressibleByArgument, Hashable, Sendable {
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        guard let duration = DurationText.parse(argument) else { return nil }
        self.init(duration)
    }

    var defaultValueDescription: String { DurationText.print(duration) }
}

/// How many requests in a minute: `off` or `120/min`.
struct RateLimitArgument: ExpressibleByArgument, Hashable, Sendable {
    let limit: RateLimit

    init?(argument: String) {
        guard let limit = RateLimit(argument) else { return nil }
        self.limit = limit
    }
}

/// An address or a CIDR block: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`.
struct AddressBlockArgument: ExpressibleByArgument, Hashable, Sendable {
    let block: AddressBlock

    init?(argument: String) {
        guard let block = AddressBlock(argument) else { return nil }
        self.block = block
    }
}
