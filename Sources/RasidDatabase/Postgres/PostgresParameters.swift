import CLibPQ
import RasidBase

/// The parameters of one call, laid out as libpq wants them: binary, big-endian, in one buffer.
struct PostgresParameters {
    private var bytes: [UInt8] = []
    private var places: [Range<Int>?] = []
    /// 0 lets the server infer the type: for what is NULL.
    private(set) var types: [Oid] = []

    init(_ values: [Value]) {
        bytes.reserveCapacity(values.count * 16)
        for value in values { add(value) }
    }

    private mutating func add(_ value: Value) {
        let start = bytes.count
        switch value {
        case .null:
            types.append(0)
            return places.append(nil)
        case .integer(let integer):
            types.append(PostgresRow.TypeID.int64)
            append(integer)
        case .text(let text) where text.utf8.contains(0):
            // The server stores no such text, so nothing equals it; where one is to be stored it is refused.
            types.append(PostgresRow.TypeID.text)
            return places.append(nil)
        case .text(let text):
            types.append(PostgresRow.TypeID.text)
            bytes.append(contentsOf: text.utf8)
        case .bytes(let raw):
            types.append(PostgresRow.TypeID.bytes)
            bytes.append(contentsOf: raw)
        case .twelve(let seconds, let random):
            types.append(PostgresRow.TypeID.bytes)
            append(seconds)
            append(random)
        }
        places.append(start..<bytes.count)
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Hands out the arrays of addresses, lengths and formats; they are valid inside `body` alone.
    func withArrays<Result>(
        _ body: (_ values: [UnsafePointer<CChar>?], _ lengths: [CInt], _ formats: [CInt]) -> Result
    ) -> Result {
        // An empty value has an address, too: NULL is what has none.
        (bytes + [0]).withUnsafeBytes { buffer in
            let start = buffer.bindMemory(to: CChar.self).baseAddress
            let values = places.map { place in place.flatMap { place in start.map { $0 + place.lowerBound } } }
            return body(values, places.map { CInt($0?.count ?? 0) }, [CInt](repeating: 1, count: places.count))
        }
    }
}
