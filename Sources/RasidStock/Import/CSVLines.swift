import RasidBase

/// Cuts a stream of bytes into lines and lines into fields (RFC 4180, without line breaks inside quotes).
struct CSVLines {
    private var rest: [UInt8] = []
    private var isSkipping = false
    private(set) var lineNumber = 0

    enum Line: Equatable {
        case fields([String])
        case bad(String)
    }

    /// Feeds the next bytes; calls `body` for every line that is complete.
    mutating func feed(_ bytes: some Sequence<UInt8>, _ body: (Int, Line) throws -> Void) rethrows {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                try end(body)
            } else if rest.count < Limits.importLineBytes {
                rest.append(byte)
            } else {
                isSkipping = true
            }
        }
    }

    /// The last line need not end with a line break.
    mutating func finish(_ body: (Int, Line) throws -> Void) rethrows {
        if !rest.isEmpty || isSkipping { try end(body) }
    }

    private mutating func end(_ body: (Int, Line) throws -> Void) rethrows {
        lineNumber += 1
        var line = rest[...]
        let wasTooLong = isSkipping
        isSkipping = false
        defer { rest.removeAll(keepingCapacity: true) }
        if lineNumber == 1, line.starts(with: [0xef, 0xbb, 0xbf]) { line = line.dropFirst(3) }
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        if wasTooLong { return try body(lineNumber, .bad("is longer than \(Limits.importLineBytes) bytes")) }
        guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return }
        guard let text = String(validating: line, as: UTF8.self) else {
            return try body(lineNumber, .bad("is not UTF-8"))
        }
        try body(lineNumber, Self.fields(text))
    }

    private enum Quotes {
        case none, open, closed
    }

    /// Splits at commas; a field may stand in quotes, in which a quote is doubled.
    static func fields(_ line: String) -> Line {
        var fields: [String] = []
        var field = ""
        var quotes = Quotes.none
        var characters = line.unicodeScalars.makeIterator()
        var next = characters.next()
        while let character = next {
            next = characters.next()
            switch (character, quotes) {
            case ("\"", .open) where next == "\"":
                field.unicodeScalars.append("\"")
                next = characters.next()
            case ("\"", .open):
                quotes = .closed
            case ("\"", .none) where field.allSatisfy(\.isWhitespace):
                field = ""
                quotes = .open
            case (",", .none), (",", .closed):
                fields.append(quotes == .closed ? field : field.trimmed)
                field = ""
                quotes = .none
            case (_, .closed):
                // Glued to what was quoted, it could pass for a part of the code.
                guard character.properties.isWhitespace else { return .bad("has text after a closing quote") }
            default:
                field.unicodeScalars.append(character)
            }
        }
        guard quotes != .open else { return .bad("has a quote that is not closed") }
        return .fields(fields + [quotes == .closed ? field : field.trimmed])
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
