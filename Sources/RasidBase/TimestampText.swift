extension CalendarDay {
    /// Reads `2026-01-31`, nothing else.
    public init?(_ text: some StringProtocol) {
        var reader = DigitReader(text.utf8)
        guard let day = reader.day(), reader.isAtEnd else { return nil }
        self = day
    }
}

extension Timestamp {
    /// Reads an ISO-8601 date-time: `2026-01-31T10:00`, with seconds, a fraction, and `Z` or `±hh:mm`.
    ///
    /// A time without an offset is UTC. A space before the offset is read as `+`, which is what a query makes
    /// of an unescaped plus (contract §1). A fraction finer than milliseconds is cut.
    public init?(_ text: some StringProtocol) {
        var reader = DigitReader(text.utf8)
        guard let day = reader.day(), reader.take("T") || reader.take("t") || reader.take(" ") else { return nil }
        guard let hour = reader.number(2), hour <= 23, reader.take(":") else { return nil }
        guard let minute = reader.number(2), minute <= 59 else { return nil }
        var second: Int64 = 0
        var millisecond: Int64 = 0
        if reader.take(":") {
            guard let value = reader.number(2), value <= 59 else { return nil }
            second = value
            if reader.take(".") || reader.take(",") {
                guard let fraction = reader.fraction() else { return nil }
                millisecond = fraction
            }
        }
        guard let offset = reader.offsetMinutes(), reader.isAtEnd else { return nil }
        let minutes = hour * 60 + minute - offset
        self.init(milliseconds: day.start.milliseconds + minutes * 60_000 + second * 1000 + millisecond)
    }
}

/// Reads fixed numbers of digits; the grammar stands in the methods' callers.
private struct DigitReader<Bytes: Collection> where Bytes.Element == UInt8 {
    private var rest: Bytes.SubSequence

    init(_ bytes: Bytes) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func number(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let byte = rest.first, byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
            rest = rest.dropFirst()
        }
        return value
    }

    mutating func day() -> CalendarDay? {
        guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2) else { return nil }
        return CalendarDay(year: year, month: month, day: day)
    }

    /// One to nine digits, of which the first three count.
    mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let digit = number(1) {
            if count < 3 { value = value * 10 + digit }
            count += 1
        }
        guard (1...9).contains(count) else { return nil }
        for _ in 0..<max(0, 3 - count) { value *= 10 }
        return value
    }

    mutating func offsetMinutes() -> Int64? {
        if isAtEnd || take("Z") || take("z") { return 0 }
        let negative = take("-")
        guard negative || take("+") || take(" ") else { return nil }
        guard let hours = number(2), hours <= 23 else { return nil }
        _ = take(":")
        var minutes: Int64 = 0
        if !isAtEnd {
            guard let value = number(2), value <= 59 else { return nil }
            minutes = value
        }
        return (hours * 60 + minutes) * (negative ? -1 : 1)
    }
}
