/// Writes values digit by digit, for they stand in every answer: what prints them and what sends them share this.
///
/// Each `write` fills the front of a buffer of ``capacity`` bytes and returns how many it took.
public enum ASCII {
    /// Bytes that hold any of the values: an amount has 21 at most, a time and an id 24.
    public static let capacity = 24

    public static func write(_ number: Int64, to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let start = sign(of: number, buffer)
        return digits(of: number.magnitude, buffer, at: start)
    }

    /// Two decimals at most and no trailing zero: `1326.13`, `0.5`, `950`.
    public static func write(_ money: Money, to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let (dinars, centimes) = money.centimes.magnitude.quotientAndRemainder(dividingBy: 100)
        let end = digits(of: dinars, buffer, at: sign(of: money.centimes, buffer))
        guard centimes != 0 else { return end }
        buffer[end] = UInt8(ascii: ".")
        padded(Int64(centimes), 2, buffer, at: end + 1)
        return centimes % 10 == 0 ? end + 2 : end + 3
    }

    /// ISO-8601 in UTC with milliseconds and `Z`.
    public static func write(_ time: Timestamp, to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let day = time.day
        let (year, month, date) = day.civil
        let rest = time.milliseconds - day.start.milliseconds
        padded(year, 4, buffer, at: 0)
        buffer[4] = UInt8(ascii: "-")
        padded(month, 2, buffer, at: 5)
        buffer[7] = UInt8(ascii: "-")
        padded(date, 2, buffer, at: 8)
        buffer[10] = UInt8(ascii: "T")
        padded(rest / 3_600_000, 2, buffer, at: 11)
        buffer[13] = UInt8(ascii: ":")
        padded(rest / 60_000 % 60, 2, buffer, at: 14)
        buffer[16] = UInt8(ascii: ":")
        padded(rest / 1000 % 60, 2, buffer, at: 17)
        buffer[19] = UInt8(ascii: ".")
        padded(rest % 1000, 3, buffer, at: 20)
        buffer[23] = UInt8(ascii: "Z")
        return 24
    }

    /// 24 lower-case hex characters.
    @inlinable
    public static func write<Thing>(_ id: ID<Thing>, to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        write(id.seconds, id.random, to: buffer)
    }

    @usableFromInline
    static func write(_ seconds: UInt32, _ random: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        hex(UInt64(seconds), 8, buffer, at: 0)
        hex(random, 16, buffer, at: 8)
        return 24
    }

    /// - Parameter value: 0 to 15.
    public static func hexDigit(_ value: UInt8, upperCase: Bool = false) -> UInt8 {
        value < 10 ? 0x30 + value : (upperCase ? 0x41 : 0x61) + value - 10
    }

    private static let readableCharacters = Array("23456789abcdefghjkmnpqrstuvwxyz".utf8)

    /// A number as lower-case letters and digits that are hard to mistake for one another.
    ///
    /// - Parameter count: at most twelve characters, lowest digit first.
    public static func readable(_ number: UInt64, _ count: Int) -> String {
        let alphabet = readableCharacters
        return String(unsafeUninitializedCapacity: count) { buffer in
            var rest = number
            for index in 0..<count {
                let (left, digit) = rest.quotientAndRemainder(dividingBy: UInt64(alphabet.count))
                buffer[index] = alphabet[Int(digit)]
                rest = left
            }
            return count
        }
    }

    private static func sign(of number: Int64, _ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard number < 0 else { return 0 }
        buffer[0] = UInt8(ascii: "-")
        return 1
    }

    /// - Returns: where the next character belongs.
    private static func digits(
        of value: UInt64, _ buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int
    ) -> Int {
        var value = value
        var end = start
        repeat {
            buffer[end] = UInt8(truncatingIfNeeded: 0x30 + value % 10)
            value /= 10
            end += 1
        } while value != 0
        buffer[start..<end].reverse()
        return end
    }

    private static func padded(
        _ value: Int64, _ count: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int
    ) {
        var value = value
        for index in stride(from: start + count - 1, through: start, by: -1) {
            buffer[index] = UInt8(truncatingIfNeeded: 0x30 + value % 10)
            value /= 10
        }
    }

    private static func hex(
        _ value: UInt64, _ count: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int
    ) {
        var value = value
        for index in stride(from: start + count - 1, through: start, by: -1) {
            buffer[index] = hexDigit(UInt8(truncatingIfNeeded: value & 15))
            value >>= 4
        }
    }
}
