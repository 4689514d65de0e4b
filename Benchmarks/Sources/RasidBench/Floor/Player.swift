import RasidBase

/// Replays a score on one session of an engine's own C API.
protocol Player {
    /// Everything that need not be timed: statements are prepared, parameters laid out.
    func prepare(_ score: Score) throws

    /// Runs the score.
    ///
    /// - Throws: ``Refusal`` where a statement does not do what it did when it was recorded.
    func play(_ score: Score) throws
}

extension Tape {
    /// What is said of a step that went another way.
    func divergence(_ step: Step, rows: Int, changes: Int) -> Refusal {
        Refusal(
            "The replay went another way: \(rows) rows and \(changes) changes in place of \(step.rows) and "
                + "\(step.changes): \(texts[Int(step.text)])")
    }
}
