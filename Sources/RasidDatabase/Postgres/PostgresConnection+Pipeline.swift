import CLibPQ
import RasidBase

/// A statement that has not been sent yet, and what is thrown unless it changes one row.
struct PostgresPromise {
    let name: String
    let parameters: PostgresParameters
    let refusal: @Sendable () -> any Error
}

/// What travels together: a BEGIN and statements whose answers nobody waits for go with the next one that is waited for.
///
/// A sale asks three questions and adds two rows: five round trips become three.
extension PostgresConnection {
    package func changeOne(
        _ statement: Statement, _ parameters: [Value], orElse refusal: @escaping @Sendable () -> any Error
    ) throws {
        guard !isReadOnly else { throw StoreFailure.broken("a look was about to change something: \(statement.text)") }
        if promises.count >= Limits.postgresPromises { try settle() }
        let parameters = PostgresParameters(parameters)
        let name = try prepare(statement, parameters.types)
        promises.append(PostgresPromise(name: name, parameters: parameters, refusal: refusal))
        changes += 1
    }

    /// Runs a prepared statement, behind everything that waits to go with it.
    func execute(_ name: String, _ parameters: PostgresParameters) throws -> OpaquePointer? {
        guard beginning != nil || !promises.isEmpty else {
            return answer(within: patience) { send(name, parameters) }
        }
        return try together(with: (name, parameters))
    }

    /// Sends what was promised and reads what became of it.
    ///
    /// - Throws: the first refusal, or ``StoreFailure``.
    func settle() throws {
        guard !promises.isEmpty else { return }
        _ = try together(with: nil)
    }

    /// - Returns: the answer to the question; the caller's to clear.
    private func together(with question: (name: String, parameters: PostgresParameters)?) throws -> OpaquePointer? {
        let begin = try beginning.map(prepare)
        let kept = promises
        (beginning, promises) = (nil, [])
        guard send(begin, kept, question) else {
            // Without the end of the pipeline the server carries nothing out for good.
            (isStuck, hasBrokenPromise) = (true, true)
            throw failure(nil)
        }
        var results = answers((begin == nil ? 0 : 1) + kept.count + (question == nil ? 0 : 1))
        let answer = question == nil ? nil : results.removeLast()
        defer { for result in results { PQclear(result) } }
        do {
            if begin != nil { try check("BEGIN", results[0]) }
            for (promise, result) in zip(kept, results.suffix(kept.count)) { try check(promise, result) }
        } catch {
            PQclear(answer)
            hasBrokenPromise = true
            throw error
        }
        return answer
    }

    /// - Returns: false where not all of it could be sent.
    private func send(
        _ begin: String?, _ promises: [PostgresPromise], _ question: (name: String, parameters: PostgresParameters)?
    ) -> Bool {
        guard PQenterPipelineMode(handle) == 1 else { return false }
        if let begin, PQsendQueryPrepared(handle, begin, 0, nil, nil, nil, 0) != 1 { return false }
        for promise in promises where send(promise.name, promise.parameters) != 1 { return false }
        if let question, send(question.name, question.parameters) != 1 { return false }
        return PQpipelineSync(handle) == 1
    }

    /// Reads so many answers, and the end of the pipeline. Each statement has its own time, as it has at the server.
    private func answers(_ count: Int) -> [OpaquePointer?] {
        let results = (0..<count).map { _ in
            let result = next(by: deadline)
            // Behind each answer comes an empty one.
            PQclear(next(by: deadline))
            return result
        }
        PQclear(next(by: deadline))
        if PQexitPipelineMode(handle) != 1 { isStuck = true }
        return results
    }

    private var deadline: ContinuousClock.Instant? { patience.map { ContinuousClock.now + $0 } }

    private func check(_ tag: String, _ result: OpaquePointer?) throws {
        guard let result, PQresultStatus(result) == PGRES_COMMAND_OK, String(cString: PQcmdStatus(result)) == tag else {
            throw failure(result)
        }
    }

    private func check(_ promise: PostgresPromise, _ result: OpaquePointer?) throws {
        guard let result, PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(result) }
        guard String(cString: PQcmdTuples(result)) == "1" else { throw promise.refusal() }
    }

    private func send(_ name: String, _ parameters: PostgresParameters) -> CInt {
        parameters.withArrays { values, lengths, formats in
            PQsendQueryPrepared(handle, name, CInt(values.count), values, lengths, formats, 1)
        }
    }
}
