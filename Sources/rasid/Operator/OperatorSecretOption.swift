import ArgumentParser
import Foundation
import RasidBase

/// The key or secret of an operator, from a file or from standard input: a command line is read by everybody.
struct OperatorSecretOption: ParsableArguments {
    private static let mostBytes = 4096

    @Option(
        help: ArgumentHelp(
            "A file with the key (upstream) or secret (gateway), or - for standard input.", valueName: "file"),
        completion: .file())
    var secretFile: String?

    func validate() throws {
        try NotEmpty.check(secretFile, "--secret-file")
    }

    /// - Throws: ``Refusal`` for a file that cannot be read, or that holds anything but one line.
    func read() throws -> String? {
        guard let secretFile else { return nil }
        let data =
            secretFile == "-"
            ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: secretFile)
        guard let data else { throw Refusal("The file \(secretFile) cannot be read.") }
        guard data.count <= Self.mostBytes, let text = String(data: data, encoding: .utf8) else {
            throw Refusal("The secret must be one line of text.")
        }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty, secret.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw Refusal("The secret must be one line of plain characters without spaces.")
        }
        return secret
    }
}

/// How an operator that is called over a wire is treated: what `add` and `set` have in common.
struct OperatorTreatmentOptions: ParsableArguments {
    @Option(help: ArgumentHelp("When a call is given up (default: 50s upstream, 60s gateway).", valueName: "duration"))
    var deadline: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "How long a recharge may stay unseen by asking (default: 2min).", valueName: "duration"))
    var settlingTime: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "How many calls each server may have open at once (default: 64 upstream, 8 gateway).", valueName: "n"))
    var concurrency: Int?

    @Option(
        help: ArgumentHelp(
            "The most face value that may be sent to it in a day, 0 for nothing, 'off' for any (default: off).",
            valueName: "dzd|off"))
    var dailyCap: AmountOrOff?

    @Option(
        help: ArgumentHelp(
            "Warn when the shop's money there falls below this, 'off' for never (default: off).",
            valueName: "dzd|off"))
    var lowBalance: AmountOrOff?

    @Flag(help: "Allow a plain http:// address on another machine, where others can read along.")
    var allowPlainHttp = false

    func validate() throws {
        if let concurrency, !(1...1024).contains(concurrency) {
            throw ValidationError("--concurrency must be from 1 to 1024")
        }
        if let deadline, !(.milliseconds(100) ... .seconds(600)).contains(deadline.duration) {
            throw ValidationError("--deadline must be from 100ms to 10min")
        }
        if let settlingTime, settlingTime.duration > .seconds(24 * 3600) {
            throw ValidationError("--settling-time must be at most 24h")
        }
    }

    /// - Throws: ``Refusal`` for an address over which a secret or an order could be read by others.
    func judge(url: String) throws {
        guard !allowPlainHttp, let parts = URLComponents(string: url), parts.scheme?.lowercased() == "http",
            let host = parts.host, !["localhost", "127.0.0.1", "::1", "[::1]"].contains(host.lowercased())
        else { return }
        throw Refusal(
            "Others can read along on the way to \(host): use https://, or say --allow-plain-http if the network is yours."
        )
    }
}

/// An amount of DZD, or `off`.
struct AmountOrOff: ExpressibleByArgument, Hashable, Sendable {
    let money: Money?

    init?(argument: String) {
        if argument == "off" {
            money = nil
            return
        }
        guard let money = Money(decimal: argument), money >= .zero else { return nil }
        self.money = money
    }
}
