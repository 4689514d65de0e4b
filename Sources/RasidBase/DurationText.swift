/// Durations as people write them on a command line: `200ms`, `3s`, `15min`, `12h` (design §9).
public enum DurationText {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("min", 60_000), ("s", 1000), ("h", 3_600_000),
    ]

    /// - Returns: nil unless `text` is a whole number with a unit, at most 48 hours.
    public static func parse(_ text: String) -> Duration? {
        for unit in units where text.hasSuffix(unit.suffix) {
            let digits = text.dropLast(unit.suffix.count)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
            guard let number = Int64(digits), number <= 172_800_000 / unit.milliseconds else { return nil }
            return .milliseconds(number * unit.milliseconds)
        }
        return nil
    }

    /// The shortest exact way to write it.
    public static func print(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        for unit in units.sorted(by: { $0.milliseconds > $1.milliseconds }) {
            if milliseconds % unit.milliseconds == 0, milliseconds != 0 || unit.suffix == "s" {
                return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
            }
        }
        return "\(milliseconds)ms"
    }
}
