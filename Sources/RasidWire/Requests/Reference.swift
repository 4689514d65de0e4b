import RasidBase

/// An order's reference as clients write it: their own text, with or without `API-<username>-` before it.
public enum Reference {
    /// The `topupRef` of an order.
    public static func full(_ reference: String, username: String) -> String {
        prefix(username) + reference
    }

    /// Takes every leading `API-<own username>-` off, so that a `topupRef` finds the order it came from.
    ///
    /// Bytes are compared, not characters: references that differ in a byte are different references.
    public static func stripped(_ text: String, username: String) -> String {
        let prefix = prefix(username).utf8
        var rest = text.utf8[...]
        while rest.starts(with: prefix) { rest = rest.dropFirst(prefix.count) }
        return rest.count == text.utf8.count ? text : String(Substring(rest))
    }

    /// What is wrong with a reference that has been stripped; nil for a good one.
    public static func rule(brokenBy reference: String) -> String? {
        if reference.isEmpty { return "must NOT have fewer than 1 characters" }
        if reference.unicodeScalars.count > Limits.referenceScalars {
            return "must NOT have more than \(Limits.referenceScalars) characters"
        }
        return reference.unicodeScalars.contains(where: isControl) ? "must NOT have control characters" : nil
    }

    /// Unicode's category Cc, which is closed and this small.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
    }

    private static func prefix(_ username: String) -> String {
        "API-\(username)-"
    }
}
