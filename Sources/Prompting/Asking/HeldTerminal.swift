// The importer may count sigset_t as CLinux's, whose header includes spawn.h.
import CLinux
import Glibc

/// A terminal whose settings are about to change. Signals that end or stop the program must not
/// leave it so: they wait until ``release()``.
struct HeldTerminal: ~Copyable {
    private static let signals = [SIGINT, SIGTERM, SIGTSTP, SIGQUIT, SIGHUP]

    private let terminal: Int32
    private var before = termios()
    private var mask = sigset_t()

    /// - Parameter terminal: its descriptor; a negative one where there is none.
    init(_ terminal: Int32) {
        self.terminal = terminal
        tcgetattr(terminal, &before)
        var blocked = sigset_t()
        sigemptyset(&blocked)
        for signal in Self.signals { sigaddset(&blocked, signal) }
        sigprocmask(SIG_BLOCK, &blocked, &mask)
    }

    /// Has it show nothing of what is typed.
    ///
    /// - Returns: what Ctrl-C, or whatever the person has in its place, is read as. It would wait
    ///   for the line's end like any other character, so it is made to end it.
    func silence() -> UInt8 {
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        silent.c_lflag &= ~tcflag_t(ISIG)
        let interrupt = withUnsafeMutableBytes(of: &silent.c_cc) { characters in
            characters[Int(VEOL)] = characters[Int(VINTR)]
            return characters[Int(VINTR)]
        }
        tcsetattr(terminal, TCSAFLUSH, &silent)
        return interrupt
    }

    /// Whether a signal waits.
    var hasSignal: Bool { Self.signals.contains(where: Self.isPending) }

    /// Whether a certain signal waits.
    static func isPending(_ signal: Int32) -> Bool {
        var pending = sigset_t()
        sigpending(&pending)
        return sigismember(&pending, signal) == 1
    }

    /// Makes the terminal what it was, and lets the signals come.
    ///
    /// - Parameter act: what is to be done between these: what ends others hands the terminal to a
    ///   shell, whose settings must be the last.
    mutating func release(then act: () -> Void = {}) {
        tcsetattr(terminal, TCSAFLUSH, &before)
        act()
        sigprocmask(SIG_SETMASK, &mask, nil)
    }
}
