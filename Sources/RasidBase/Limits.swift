/// Every bound of the shop in one place, its unit in its name or its type (law 10).
public enum Limits {
    // The wire (contract §1, §4)
    public static let bodyBytes = 64 * 1024
    public static let bodyDepth = 32
    public static let echoedCharacters = 100
    public static let referenceScalars = 100
    public static let idempotencyKeyCharacters = 255
    public static let pageSize = 100
    public static let defaultPageSize = 20
    public static let waitSeconds = 60
    /// How much later than asked for a wait may end.
    public static let waitTick = Duration.milliseconds(200)
    /// Final orders that are kept in memory, some 400 bytes each.
    public static let keptFinalOrders = 50_000
    public static let countedFilteredOrders = 100_000
    public static let countedFilteredLines = 100_000

    // The door (contract §2)
    public static let invalidKeysPerAddress = 20
    public static let addressBlock = Duration.seconds(15 * 60)
    public static let watchedAddresses = 100_000
    public static let sandboxRequestsPerMinute = 60
    public static let productionRequestsPerMinute = 120
    public static let keyCacheLife = Duration.seconds(1)
    /// How much longer a key is trusted while somebody asks the store about it.
    public static let keyAskedAgain = Duration.milliseconds(500)
    public static let cachedKeys = 100_000
    /// The most that the setting of ``invalidKeysPerAddress`` may say.
    public static let mostInvalidKeys = 1_000_000

    // Connections
    public static let connections = 20_000
    /// Connections that the system keeps until the server takes them; its own limit may be lower.
    public static let waitingConnections = 4096
    public static let headerBytes = 16 * 1024
    public static let headerFields = 100
    public static let headerTimeout = Duration.seconds(10)
    public static let requestTimeout = Duration.seconds(30)
    public static let idleTimeout = Duration.seconds(75)
    public static let lingerTimeout = Duration.seconds(5)
    public static let drainedBytes = 16 * 1024 * 1024
    public static let sparedDescriptors = 512

    // The store (design §8)
    public static let groupCommitClosures = 128
    public static let waitingWrites = 20_000
    /// So many may wait however long it takes: that is a store that hangs, and no crowd.
    public static let sometimesWaitingSales = 256
    /// How long the oldest of more may have waited for another one to be taken on.
    public static let oldestWaitingSale = Duration.seconds(1)
    /// How long sales are refused at the connection after one that had waited so long.
    public static let behindAfterLateSale = Duration.milliseconds(200)
    /// How long such a refusal is held back: a client that comes back at once would take the time of those that are sold to.
    public static let refusalPause = Duration.seconds(1)
    /// What `Retry-After` says where the store did not take something on.
    public static let retryWhenBehind = Duration.seconds(2)
    public static let commandLineWrite = Duration.milliseconds(5)
    public static let busyWait = Duration.seconds(10)
    public static let checkpointBusyWait = Duration.milliseconds(20)
    /// A log as long as this, in frames of a page (4 KiB), is moved into the file.
    public static let logFrames: Int64 = 2048
    public static let logPasses = 3
    /// So many frames may be moved while the writer waits.
    public static let logRestFrames: Int64 = 256
    public static let commitInDoubt = Duration.seconds(30)
    public static let waitingScans = 1024
    public static let scanThreads = 2
    /// Sessions of one node with a PostgreSQL server: design §8 sizes them.
    public static let postgresWriters = 6
    /// Those that sell: few, so that what waits for them gathers and shares a commit.
    public static let postgresSellers = 2
    /// How long a sale waits for what another transaction holds, and a session that has begun for its next statement.
    public static let postgresSaleLock = Duration.seconds(3)
    /// How long a statement of a sale may run, which takes a tenth of a millisecond.
    public static let postgresSale = Duration.seconds(8)
    public static let postgresIdle = Duration.seconds(5)
    public static let postgresReaders = 4
    /// With one that tells of commits and one that listens.
    public static let postgresSessions = postgresWriters + postgresSellers + postgresReaders + scanThreads + 2
    public static let postgresBatchClosures = 32
    /// So much must wait before a node begins a second transaction beside one that runs.
    public static let postgresBatchWorth = 16
    /// So many statements at most wait to be sent with the next one.
    public static let postgresPromises = 64
    public static let postgresStreamedRows: CInt = 1000
    /// How long a call may wait for a session before it is refused.
    public static let postgresPatience = Duration.seconds(10)
    /// How long a line has to show that its server is well, after another one fell silent.
    public static let postgresSign = Duration.seconds(1)
    /// How long the answer to a COMMIT is waited for before it is looked into.
    public static let commitAnswer = Duration.seconds(10)
    /// How long nobody else tries a server that has just refused a connection.
    public static let postgresRefused = Duration.milliseconds(200)
    /// Notices of commits, a second and node.
    public static let postgresNotices = 20
    public static let oldestPostgres: CInt = 14
    public static let statementTime = Duration.seconds(30)
    /// How often a transaction runs that loses against others, or whose connection breaks before its COMMIT.
    public static let transactionTries = 10

    // Cards (design §6)
    public static let expiryMarginDays: Int64 = 7
    public static let revealCounterPause = Duration.seconds(60)
    public static let codeCharacters = 64
    /// Sealed cards that are kept in memory with the key that has opened them, some 400 bytes each.
    public static let keptOpenedCards = 50_000
    public static let importLineBytes = 4096
    public static let importErrorsKept = 1000

    // The books
    public static let auditFindings = 1000
    public static let auditedRows: Int64 = 1000
    public static let auditedCardSteps = 10
    /// Looks at one wallet in one round, so that every wallet has its turn.
    public static let auditedWalletSteps = 10
    public static let auditedPendingSteps = 10
    /// How often one round goes round the wallets again, where there is always something new.
    public static let auditedPasses = 100
    /// How old an open order may be: clocks that were set and pauses after it put its end off.
    public static let orderOverdue = Duration.seconds(72 * 3600)
    public static let auditPause = Duration.seconds(60)
    public static let auditTurn = Duration.seconds(120)
    /// The audit that runs beside the sales works for one part of this many of its time.
    public static let auditShare = 10
    public static let countedRevealsPerWrite = 256

    // Delivery (design §4)
    public static let orderLife = Duration.seconds(48 * 3600)
    public static let lastAttemptStart = Duration.seconds(47 * 3600)
    public static let unknownShownQueued = Duration.seconds(10 * 60)
    public static let earlyAsk = Duration.seconds(5 * 60)
    /// The first question about an order that its operator has queued.
    public static let queuedThereAsk = Duration.seconds(60)
    public static let longestAsk = Duration.seconds(3600)
    public static let shortestLater = Duration.milliseconds(20)
    public static let recordedAttemptTries = 300
    public static let recordingTime = Duration.seconds(60)
    public static let postponedBrokenOrder = Duration.seconds(5 * 60)
    public static let readyWithoutBeat = Duration.seconds(4)
    public static let nodeDead = Duration.seconds(8)
    /// How far a node's clock may be off that of the database.
    public static let clockDrift = Duration.seconds(2)
    public static let clockJump = Duration.seconds(60)
    public static let clockJumpPause = Duration.seconds(15 * 60)
    /// How much may be left of a question's call for the question to be looked for among those of gone nodes.
    public static let askedAhead = Duration.seconds(10 * 60)
    public static let attemptDeadline = Duration.seconds(60)
    public static let operatorWordsCharacters = 500
    /// So many calls in a row without a word, and an operator is let alone for a while.
    public static let faultsUntilDown = 5
    public static let shortestBreak = Duration.seconds(15)
    public static let longestBreak = Duration.seconds(5 * 60)
    /// How long an operator gets no new order after it said that it cannot work for this shop.
    public static let troublePause = Duration.seconds(5 * 60)
    /// When orders that were passed over are looked at again while a trial is under way, and while an operator is paused.
    public static let trialLook = Duration.seconds(5)
    public static let pausedLook = Duration.seconds(60)
    public static let dayFullPause = Duration.seconds(60)
    public static let standingPause = Duration.seconds(60)
    public static let standingDeadline = Duration.seconds(30)
    public static let supplierOffers = 1000
    public static let keptOperatorCalls = Duration.seconds(25 * 3600)
    public static let operatorFiguresPause = Duration.seconds(5)
    public static let caseAskPause = Duration.seconds(24 * 3600)
    public static let caseAskLife = Duration.seconds(30 * 24 * 3600)
    public static let casesAskedARound = 64

    // check-number (contract §4)
    public static let numberCheckDeadline = Duration.seconds(4)
    public static let numberChecksAtOnce = 32
    /// How long an operator's word on a number is believed.
    public static let numberCheckLife = Duration.seconds(60)
    public static let cachedNumberChecks = 10_000
    /// How many numbers of production an account may have operators asked about in a minute.
    public static let numberChecksPerMinute = 30
    public static let transactionNumberCharacters = 100
    public static let drain = Duration.seconds(10)
    public static let connectionsDrain = Duration.seconds(3)
    /// How long whoever waits for the log to be written waits for its reader.
    public static let logFlush = Duration.seconds(1)
}
