import Glibc

/// Ends a connect(2) that blocks.
///
/// A bus that hangs stops accepting, and once its backlog is full connect(2) on a unix socket waits
/// without end. libdbus connects by itself and takes no time limit, so that only a signal gets it
/// out: it then fails with `EINTR`.
enum ConnectTimer {
    /// Runs `body` with a timer that interrupts its blocking calls from the deadline on. The
    /// process's own timer, handler and mask for SIGALRM are put back afterwards.
    static func interrupting<Result>(after deadline: Deadline, _ body: () -> Result) -> Result {
        var handling = sigaction()
        var formerHandling = sigaction()
        // Without SA_RESTART, or the kernel would resume what the signal is to end.
        handling.__sigaction_handler.sa_handler = { _ in }
        sigaction(SIGALRM, &handling, &formerHandling)
        defer { sigaction(SIGALRM, &formerHandling, nil) }

        var alarm = sigset_t()
        var formerMask = sigset_t()
        sigemptyset(&alarm)
        sigaddset(&alarm, SIGALRM)
        pthread_sigmask(SIG_UNBLOCK, &alarm, &formerMask)
        defer { pthread_sigmask(SIG_SETMASK, &formerMask, nil) }

        let milliseconds = max(Int(deadline.remaining), 1)
        var timer = itimerval()
        var formerTimer = itimerval()
        timer.it_value.tv_sec = milliseconds / 1000
        timer.it_value.tv_usec = milliseconds % 1000 * 1000
        // Again and again: the first may come just before the call, or there may be a second
        // address to connect to.
        timer.it_interval.tv_usec = 10_000
        setitimer(realTime, &timer, &formerTimer)
        defer { setitimer(realTime, &formerTimer, nil) }
        return body()
    }

    /// The importer gives the constant another type than the parameter.
    private static let realTime = __itimer_which_t(ITIMER_REAL.rawValue)
}
