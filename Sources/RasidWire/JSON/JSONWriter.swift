/// Something that has exactly one form on the wire.
public protocol JSONShape {
    func write(to writer: inout JSONWriter)
}

/// Appends JSON to a byte array, one pass, with no value in between.
///
/// Commas are its own affair; the caller says what comes next. Names are literals of the contract, written as
/// they stand; values are escaped.
public struct JSONWriter {
    public internal(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// - Parameter capacity: bytes that are expected, to be allocated once.
    public init(capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    /// The bytes of one shape.
    public static func bytes(of shape: some JSONShape, capacity: Int = 512) -> [UInt8] {
        var writer = JSONWriter(capacity: capacity)
        shape.write(to: &writer)
        return writer.bytes
    }

    public mutating func object(_ members: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    public mutating func array(_ items: some Sequence<some JSONShape>) {
        open(UInt8(ascii: "["))
        for item in items { item.write(to: &self) }
        close(UInt8(ascii: "]"))
    }

    // MARK: Members of an object

    public mutating func member(_ name: StaticString, _ value: some JSONShape) {
        self.name(name)
        value.write(to: &self)
    }

    public mutating func member(_ name: StaticString, array items: some Sequence<some JSONShape>) {
        self.name(name)
        array(items)
    }

    public mutating func member(_ name: StaticString, object members: (inout JSONWriter) -> Void) {
        self.name(name)
        object(members)
    }

    public mutating func nullMember(_ name: StaticString) {
        self.name(name)
        separate()
        raw("null")
    }

    /// Writes what a prior call has already encoded, such as one list under two names.
    mutating func member(_ name: StaticString, encoded: some Sequence<UInt8>) {
        self.name(name)
        separate()
        bytes.append(contentsOf: encoded)
    }

    private mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        raw(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
