import CLibPQ
import RasidBase

/// One row of a binary result.
struct PostgresRow: Row {
    /// The types that our statements answer with (`pg_type.dat`).
    enum TypeID {
        static let bool: Oid = 16
        static let bytes: Oid = 17
        static let int64: Oid = 20
        static let int16: Oid = 21
        static let int32: Oid = 23
        static let text: Oid = 25
    }

    let result: OpaquePointer
    let index: CInt
    /// Told of a column whose type is not what it is read as: a statement of ours that needs a CAST.
    let misread: (String) -> Void

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, index, CInt(column)) == 1 }

    func integer(_ column: Int) -> Int64 {
        if isNull(column) { return 0 }
        return withBytes(column) { bytes in
            switch PQftype(result, CInt(column)) {
            case TypeID.int64: Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
            case TypeID.int32: Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
            case TypeID.int16: Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
            case TypeID.bool: Int64(bytes[0])
            case let type: refuse(column, type)
            }
        }
    }

    func text(_ column: Int) -> String {
        withBytes(column) { String(decoding: $0, as: UTF8.self) }
    }

    func bytes(_ column: Int) -> [UInt8] { withBytes(column) { [UInt8]($0) } }

    func withBytes<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let start = PQgetvalue(result, index, CInt(column))
        return try body(UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, index, CInt(column)))))
    }

    private func refuse(_ column: Int, _ type: Oid) -> Int64 {
        misread("column \(column) is of type \(type) and read as an integer")
        return 0
    }
}
