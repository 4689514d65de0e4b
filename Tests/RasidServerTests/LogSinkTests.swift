import Foundation
import Logging
import RasidBase
import RasidTesting
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import RasidServer

/// Lines are collected, kept in order, and nobody who logs waits for whoever reads.
@Suite(.timeLimit(.minutes(1)))
struct LogSinkTests {
    @Test func `lines are written together and in order`() throws {
        let file = try LogFile()
        let logger = file.logger(.text)
        for number in 0..<1000 { logger.info("line \(number)") }
        #expect(try file.written.isEmpty)
        let lines = try file.lines
        #expect(lines.map { $0.split(separator: " ").last.map(String.init) } == (0..<1000).map { String($0) })
    }

    @Test func `many who log at once never mix their lines`() async throws {
        let file = try LogFile()
        let logger = file.logger(.text)
        let long = String(repeating: "x", count: 300)
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for number in 0..<200 {
                        logger.log(level: number % 50 == 0 ? .warning : .info, "\(writer) \(number) \(long)")
                    }
                }
            }
        }
        let lines = try file.lines
        #expect(lines.count == 1600)
        for writer in 0..<8 {
            let own = lines.compactMap { line -> Int? in
                let words = line.split(separator: " ")
                guard words.count == 5, words[2] == "\(writer)", words[4] == long else { return nil }
                return Int(words[3])
            }
            #expect(own == Array(0..<200))
        }
    }

    @Test func `a running sink writes by itself, a warning with everything before it`() async throws {
        let pipe = Pipe()
        let sink = LogSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let logger = sink.logger(format: .text, level: .info, time: ManualTime())
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sink.run() }
                logger.info("first")
                logger.warning("second")
                var read = ""
                while !read.contains("second") {
                    read += String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
                }
                #expect(read.contains("first"))
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        logger.info("last")
        sink.flush()
        #expect(String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self).contains("last"))
    }

    @Test func `a log that cannot be written stops nobody`() throws {
        let sink = LogSink(descriptor: -1)
        let logger = sink.logger(format: .json, level: .info, time: ManualTime())
        for _ in 0..<100 { logger.error("nobody reads this") }
        sink.flush()
    }

    @Test func `a log that is read too slowly loses lines and says how many`() throws {
        let file = try LogFile()
        let logger = file.logger(.text)
        let long = String(repeating: "x", count: 64 * 1024)
        for _ in 0..<200 { logger.info("\(long)") }
        let lines = try file.lines
        let kept = lines.count { $0.hasSuffix(long) }
        #expect(kept < 200)
        let loss = "warning log lines were left out: the log is read too slowly lines=\(200 - kept)"
        #expect(lines.last == "2026-01-15T10:00:00.000Z \(loss)")
        logger.info("on it goes")
        #expect(try file.lines.last?.hasSuffix("on it goes") == true)
    }

    @Test func `the line about lines that were left out is JSON where the others are`() throws {
        let file = try LogFile()
        let logger = file.logger(.json)
        let long = String(repeating: "x", count: 64 * 1024)
        for _ in 0..<200 { logger.info("\(long)") }
        let lines = try file.lines
        let text = try #require(lines.last)
        let last = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(last["level"] as? String == "warning")
        #expect(last["lines"] as? Int == 201 - lines.count)
    }

    /// Writes more than a pipe holds; the reader comes only after the flush.
    @Test(arguments: [false, true])
    func `a flush ends though nobody reads, and a reader who comes late misses nothing`(isNonblocking: Bool) throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        if isNonblocking { #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0) }
        let sink = LogSink(descriptor: descriptor, patience: .milliseconds(1))
        let logger = sink.logger(format: .text, level: .info, time: ManualTime())
        let long = String(repeating: "x", count: 1000)
        for number in 0..<500 { logger.info("\(number) \(long)") }
        sink.flush()
        var read = ""
        while read.split(separator: "\n", omittingEmptySubsequences: false).count <= 500 {
            read += String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
            sink.flush()
        }
        let numbers = read.split(separator: "\n").map { $0.split(separator: " ")[2] }
        #expect(numbers == (0..<500).map { Substring("\($0)") })
    }
}
