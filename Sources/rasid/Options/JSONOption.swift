import ArgumentParser

/// Chooses between a text for people and JSON for machines.
struct JSONOption: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print one line of JSON.")
    var isOn = false

    /// Prints the answer on standard output in the form that was asked for.
    ///
    /// - Throws: ``Refusal`` where it cannot be written.
    func show(_ value: some Encodable, orText text: @autoclosure () -> String) throws {
        try Printout.write(isOn ? try JSONText.of(value) : text())
    }
}
