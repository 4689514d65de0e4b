public import Logging
public import RasidBase

/// Writes structured log lines: time, level, message, then the metadata by name.
public struct LineLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    private let format: LogFormat
    private let sink: LogSink
    private let time: any TimeSource

    init(_ sink: LogSink, format: LogFormat, level: Logger.Level, time: any TimeSource) {
        self.sink = sink
        self.format = format
        self.time = time
        logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let own = event.metadata { fields = fields.isEmpty ? own : fields.merging(own) { $1 } }
        if let error = event.error { fields["error"] = "\(error)" }
        let line = Self.line(event.level, event.message.description, fields, format, at: time.now)
        sink.write(line, atOnce: event.level >= .warning)
    }

    /// The line by which a sink says how many it had to leave out.
    static func lossLine(_ count: Int, _ format: LogFormat, at now: Timestamp) -> [UInt8] {
        let message = "log lines were left out: the log is read too slowly"
        return line(.warning, message, ["lines": .stringConvertible(count)], format, at: now)
    }

    private static func line(
        _ level: Logger.Level, _ message: String, _ fields: Logger.Metadata, _ format: LogFormat, at now: Timestamp
    ) -> [UInt8] {
        switch format {
        case .text: text(level, message, fields, at: now)
        case .json: json(level, message, fields, at: now)
        }
    }

    private static func text(
        _ level: Logger.Level, _ message: String, _ fields: Logger.Metadata, at now: Timestamp
    ) -> [UInt8] {
        var line = LogLine()
        line.add("\(now) \(level.rawValue) ")
        // A library's message may quote what came from outside: it must not look like a line of its own.
        if message.utf8.contains(where: { $0 < 0x20 }) { line.addQuoted(message) } else { line.add(message) }
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            line.add(" \(key)=")
            let text = value.description
            let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 < 0x7f }
            if isPlain, !text.isEmpty { line.add(text) } else { line.addQuoted(text) }
        }
        return line.ended()
    }

    private static func json(
        _ level: Logger.Level, _ message: String, _ fields: Logger.Metadata, at now: Timestamp
    ) -> [UInt8] {
        var line = LogLine()
        line.add("{\"time\":\"")
        line.add(now.description)
        line.add("\",\"level\":\"")
        line.add(level.rawValue)
        line.add("\",\"message\":")
        line.addQuoted(message)
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            line.add(",")
            line.addQuoted(key)
            line.add(":")
            switch value {
            case .stringConvertible(let number as Int): line.add(String(number))
            case .stringConvertible(let number as Int64): line.add(String(number))
            case .string(let text): line.addQuoted(text)
            default: line.addQuoted(value.description)
            }
        }
        line.add("}")
        return line.ended()
    }
}

/// The bytes of one line; a log line is written for every request, so it is made without intermediate strings.
private struct LogLine {
    private var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(256)
    }

    mutating func add(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func addQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            bytes.append(contentsOf: text.utf8)
        } else {
            addEscaped(text)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func addEscaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case UInt8(ascii: "\n"):
                add("\\n")
            case 0..<0x20:
                add("\\u00" + Hex.text(CollectionOfOne(byte)))
            default:
                bytes.append(byte)
            }
        }
    }

    consuming func ended() -> [UInt8] {
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}

extension LogSink {
    public func logger(format: LogFormat, level: Logger.Level, time: any TimeSource) -> Logger {
        onLoss { LineLogHandler.lossLine($0, format, at: time.now) }
        return Logger(label: "rasid") { _ in LineLogHandler(self, format: format, level: level, time: time) }
    }
}
