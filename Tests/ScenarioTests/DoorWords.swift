/// Odd texts: what a careless or hostile client puts where a value belongs.
enum DoorWords {
    static let texts = [
        "", "0", "-1", "1", "00", "1e3", "NaN", "null", "true", "٣٦٣٦", "é", "e\u{301}", "😀", "\u{202e}", "\u{feff}x",
        "\u{0}", "\u{7f}", "\u{85}", "\u{2028}", "'", "\"", "\\", "' OR 1=1 --", "'; DROP TABLE orders; --", "${x}",
        "../../etc/passwd", "..", ".", "/", "//", "a/b", "a b", "a+b", "+", "%", "%00", "%zz", "%25", "&", "=", "a=b&c",
        "#", "?", ";", "|", "<script>", "{}", "[]", "$ne", "\r\n", "a\r\nX-Injected: 1", "\t", "API-", "undefined",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "99999999999999999999999999",
        "2026-02-30", "2026-01-01", "9999-12-31", "0000-00-00", "2026-01-01T00:00:00Z", "2026-01-01T24:00:00+25:00",
        String(repeating: "x", count: 101), String(repeating: "9", count: 3000),
        String(repeating: "😀", count: 100), String(repeating: "a\u{300}\u{301}", count: 60),
    ]

    /// What stands where a JSON value is wanted.
    static let json = [
        "null", "true", "false", "0", "-0", "-1", "1", "500", "500.0", "500.00", "500.001", "5e2", "1e400", "-1e400",
        "1e-400", "0.1", "00500", "+500", ".5", "5.", "0x1F4", "NaN", "Infinity", "9223372036854775808",
        "99999999999999999999.99", "92233720368547758.08", "\"\"", "\"500\"", "\"500.00\"", "\" 500\"", "\"-500\"",
        "\"5e2\"", "\"٥٠٠\"", "[]", "{}", "[500]", "{\"$gt\":0}", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"",
        "\"\\udc00x\"", "\"\\x\"", "\"\\", "\"", "\"ADSL\"", "\"4G\"", "\"adsl\"", "\"ADSL \"", "'ADSL'", "ADSL", "",
        String(repeating: "[", count: 40), String(repeating: "[", count: 31) + String(repeating: "]", count: 31),
        "\"" + String(repeating: "y", count: 5000) + "\"", String(repeating: "7", count: 2000),
        "\"" + String(repeating: "\\u00e9", count: 101) + "\"", "\"a\u{1}b\"", "\"\u{7f}\"", "/*c*/1", "1 2", "1,",
    ]
}

extension [UInt8] {
    /// As it can be read in a report and pasted into a Swift literal or a shell's `printf`.
    var escaped: String {
        map { byte in
            switch byte {
            case 0x0d: "\\r"
            case 0x0a: "\\n"
            case 0x5c: "\\\\"
            case 0x20..<0x7f: String(Unicode.Scalar(byte))
            default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }
}
