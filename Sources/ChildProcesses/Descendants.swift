import Glibc
import Launch

/// All that this process has started and that runs yet, at any depth, in its session: what has a
/// session of its own, as browsers do, is to outlive us.
enum Descendants {
    /// How long ending them may take, in milliseconds: what waits for a broken disk stays.
    private static let patience = 1000

    /// Ends them. What an ended one leaves behind has to become a child of ours
    /// (PR_SET_CHILD_SUBREAPER), or it is lost sight of.
    static func end() {
        let deadline = Deadline(milliseconds: patience)
        while deadline.remaining > 0 {
            let running = all()
            guard !running.isEmpty else { return }
            for process in running { kill(process, SIGKILL) }
            for process in running { waitpid(process, nil, WNOHANG) }
            poll(nil, 0, 5)
        }
    }

    private static func all() -> [pid_t] {
        let others = processes().filter { $0.session == getsid(0) && $0.state != "Z" }
        var found: Set<pid_t> = [getpid()]
        var count = 0
        while count < found.count {
            count = found.count
            found.formUnion(others.filter { found.contains($0.parent) }.map(\.number))
        }
        return found.subtracting([getpid()]).sorted()
    }

    private struct Process {
        let number: pid_t
        let state: Character
        let parent: pid_t
        let session: pid_t
    }

    private static func processes() -> [Process] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var processes: [Process] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = pid_t(name), let process = process(number) { processes.append(process) }
        }
        return processes
    }

    /// A line of proc_pid_stat(5); nil when the process has ended.
    private static func process(_ number: pid_t) -> Process? {
        let descriptor = open("/proc/\(number)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let length = read(descriptor, &bytes, bytes.count)
        // The program's name stands in parentheses and may have any in it.
        guard length > 0, let end = bytes[..<length].lastIndex(of: UInt8(ascii: ")")) else {
            return nil
        }
        let fields = String(decoding: bytes[(end + 1)..<length], as: UTF8.self)
            .split(separator: " ")
        guard fields.count > 3, let state = fields[0].first, let parent = pid_t(fields[1]),
            let session = pid_t(fields[3])
        else { return nil }
        return Process(number: number, state: state, parent: parent, session: session)
    }
}
