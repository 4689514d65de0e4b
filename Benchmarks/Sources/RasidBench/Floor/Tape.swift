import RasidBase
import RasidDatabase

/// What transactions have run, in order: texts, parameters, and what each statement did.
///
/// It lies flat in memory, so that a replay reads it without touching a reference count.
///
/// `@unchecked Sendable`: one task records it, and then replays it.
final class Tape: @unchecked Sendable {
    struct Parameter {
        enum Kind: UInt8 {
            case null, integer, text, bytes
        }

        let kind: Kind
        /// How many bytes a text or a blob has.
        let length: Int32
        /// The integer itself, or where the bytes begin.
        let value: Int64
    }

    struct Step {
        let text: Int32
        let firstParameter: Int32
        let parameters: Int32
        /// How many rows were read.
        let rows: Int32
        /// How many rows the driver said were changed.
        let changes: Int32
        /// Whether the reader wanted no more rows than it read.
        let isCut: Bool
    }

    /// As the engine spells them.
    private(set) var texts: [String] = []
    private(set) var steps: [Step] = []
    private(set) var parameters: [Parameter] = []
    /// What parameters have of bytes; never empty, so that it has an address.
    private(set) var bytes: [UInt8] = [0]
    /// The steps of each closure, one after the other.
    private(set) var takes: [Range<Int>] = []
    private var textNumbers: [String: Int32] = [:]
    private let spell: @Sendable (Statement) -> String

    init(spell: @escaping @Sendable (Statement) -> String) {
        self.spell = spell
    }

    /// Begins anew; the texts stay.
    func erase() {
        steps.removeAll(keepingCapacity: true)
        parameters.removeAll(keepingCapacity: true)
        bytes = [0]
        takes.removeAll(keepingCapacity: true)
    }

    /// Keeps the steps of `body` as one take.
    func taking<Answer>(_ body: () throws -> Answer) rethrows -> Answer {
        let start = steps.count
        let answer = try body()
        takes.append(start..<steps.count)
        return answer
    }

    func add(_ statement: Statement, _ values: [Value], rows: Int, changes: Int, isCut: Bool) {
        let first = parameters.count
        for value in values { add(value) }
        steps.append(
            Step(
                text: number(of: spell(statement)), firstParameter: Int32(first), parameters: Int32(values.count),
                rows: Int32(rows), changes: Int32(changes), isCut: isCut))
    }

    private func number(of text: String) -> Int32 {
        if let number = textNumbers[text] { return number }
        let number = Int32(texts.count)
        texts.append(text)
        textNumbers[text] = number
        return number
    }

    private func add(_ value: Value) {
        switch value {
        case .null: parameters.append(Parameter(kind: .null, length: 0, value: 0))
        case .integer(let integer): parameters.append(Parameter(kind: .integer, length: 8, value: integer))
        case .text(let text): add(.text, text.utf8)
        case .bytes(let raw): add(.bytes, raw)
        case .twelve(let seconds, let random):
            add(.bytes, ID<OrderTag>(seconds: seconds, random: random).bytes)
        }
    }

    private func add(_ kind: Parameter.Kind, _ raw: some Collection<UInt8>) {
        parameters.append(Parameter(kind: kind, length: Int32(raw.count), value: Int64(bytes.count)))
        bytes.append(contentsOf: raw)
    }
}
