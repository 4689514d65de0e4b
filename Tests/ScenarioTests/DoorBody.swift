import RasidSimulation

/// The body of a send: valid, with one field bent, or broken as JSON.
struct DoorBody {
    let talk: Int
    let made: Int

    static func reference(_ talk: Int, _ made: Int) -> String { "door-\(talk)-\(made)" }

    mutating func bytes(_ dice: inout Dice) -> [UInt8] {
        var fields = valid(&dice)
        var end = "}"
        switch dice.below(10) {
        case 0...4: break
        case 5, 6: fields[dice.below(fields.count)].value = dice.pick(DoorWords.json)
        case 7: fields.append((dice.pick(["ref", "type", "value", "x", ""]), dice.pick(DoorWords.json)))
        case 8: fields.remove(at: dice.below(fields.count))
        default: end = dice.pick(["", "}}", "},", "}\n\u{feff}", "]", ",}", "} {}"])
        }
        if dice.once(in: 12) { fields[fields.count - 1].value = Self.quoted(dice.pick(DoorWords.texts)) }
        let text = "{" + fields.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",") + end
        var bytes = Array(text.utf8)
        if dice.once(in: 12) { Self.damage(&bytes, &dice) }
        return bytes
    }

    private func valid(_ dice: inout Dice) -> [(name: String, value: String)] {
        let isADSL = dice.once(in: 2)
        let script = "00000000\(dice.below(10))"
        let number =
            dice.once(in: 5)
            ? (isADSL ? script : "213" + script)
            : dice.pick(isADSL ? DoorGrammar.numbers.adsl : DoorGrammar.numbers.fourG)
        let value = dice.pick(["500", "1000", "500.0", "\"500\"", "1000.00", "2000", "750"])
        var fields: [(name: String, value: String)] = [
            ("type", isADSL ? "\"ADSL\"" : "\"4G\""), ("number", "\"\(number)\""), ("value", value),
        ]
        switch dice.below(8) {
        case 0: break
        case 1: fields.append(("ref", "\"first\""))
        case 2: fields.append(("ref", "null"))
        default: fields.append(("ref", "\"\(Self.reference(talk, made))\""))
        }
        return fields
    }

    /// A text as a JSON string whose control characters stand as they are: what few clients get right.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Turns, drops or adds a few bytes.
    static func damage(_ bytes: inout [UInt8], _ dice: inout Dice) {
        for _ in 0...dice.below(4) where !bytes.isEmpty {
            let index = dice.below(bytes.count)
            switch dice.below(4) {
            case 0: bytes[index] ^= UInt8(1 << dice.below(8))
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(UInt8(dice.below(256)), at: index)
            default: bytes.removeSubrange(index..<min(bytes.count, index + dice.below(20)))
            }
        }
    }
}
