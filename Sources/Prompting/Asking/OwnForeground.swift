import Glibc

/// The terminal's foreground for this program alone, and what it starts meanwhile. Ctrl-C then
/// reaches nobody else at first: whoever started us would end, and a shell take the terminal back,
/// before it is as it was.
struct OwnForeground {
    /// What a terminal sends to all of the foreground, in the order of their weight.
    private static let signals = [SIGINT, SIGQUIT, SIGTSTP]

    private let terminal: Int32
    private let former: pid_t

    /// Takes it; nil where it is not ours to take.
    init?(_ terminal: Int32) {
        former = getpgrp()
        self.terminal = terminal
        guard tcgetpgrp(terminal) == former, former != getpid(), setpgid(0, 0) == 0 else {
            return nil
        }
        tcsetpgrp(terminal, getpid())
    }

    /// Gives it back, and with it what the terminal has sent meanwhile and we hold back.
    func leave() {
        setpgid(0, former)
        if tcgetpgrp(terminal) == getpid() { tcsetpgrp(terminal, former) }
        if let signal = Self.signals.first(where: HeldTerminal.isPending) { kill(0, signal) }
    }
}
