import CredentialCore
import HostAccess

/// What `keyfob doctor` found out about one address, or about all of it.
struct Diagnosis: Encodable {
    typealias Finding = Examination.Finding

    /// What all of it comes to.
    struct Verdict {
        let state: Finding.State
        /// The most likely cause, where something is wrong.
        let text: String
        let remedy: String?
    }

    /// The protocol and address; nil when it is about all of them.
    let place: LoginPlace?
    let scope: Scope
    /// What was found, in the order in which it was looked at.
    var findings: [Finding] = []

    init(_ place: LoginPlace? = nil, scope: Scope = .none) {
        self.place = place
        self.scope = scope
    }

    /// What a client comes to first: where that fails, what comes later cannot be the cause.
    private static let order = [
        "connection", "store", "credential", "token", "client", "program", "clock", "challenge",
        "token server", "login", "repository",
    ]

    /// The most likely cause, or that there is none.
    var verdict: Verdict {
        let worst = findings.map(\.state.rawValue).max() ?? Finding.State.good.rawValue
        guard let state = Finding.State(rawValue: worst), state != .good else {
            return Verdict(state: .good, text: "nothing is wrong", remedy: nil)
        }
        let rank = { (finding: Finding) in
            Self.order.firstIndex(of: finding.topic) ?? Self.order.count
        }
        let causes = findings.filter { $0.state == state }
        let cause = causes.min { rank($0) < rank($1) }
        return Verdict(state: state, text: cause?.text ?? "", remedy: cause?.remedy)
    }

    var isBad: Bool { verdict.state == .bad }

    // MARK: - Showing

    /// The lines for people; the verdict comes last.
    func lines(isColored: Bool) -> [String] {
        let width = findings.map { DisplayWidth.of($0.topic) }.max() ?? 0
        var lines: [String] = []
        if let place {
            lines.append(
                "\(place.wireProtocol.name) \(place.address.text), "
                    + (scope.isNone ? "outside any scope" : "in the scope \(scope.text)"))
        }
        for finding in findings {
            let gap = String(repeating: " ", count: width - DisplayWidth.of(finding.topic) + 2)
            let mark = finding.state.mark(isColored: isColored)
            lines.append("  \(mark)  \(finding.topic)\(gap)\(Printable.line(finding.text))")
        }
        let verdict = verdict
        let (title, remedy) = (verdict.state.title, verdict.remedy.map { Printable.line($0) })
        let style = isColored ? verdict.state.style : .plain
        lines.append("\(style.on(title)): \(Printable.line(verdict.text))")
        if let remedy { lines.append("  do: \(remedy)") }
        return lines
    }

    private enum Key: CodingKey {
        case address, `protocol`, scope, findings, verdict
        case topic, state, text, remedy, cause
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(place?.address.text, forKey: .address)
        try container.encodeIfPresent(place?.wireProtocol.name, forKey: .protocol)
        try container.encodeIfPresent(scope.isNone ? nil : scope.text, forKey: .scope)
        var list = container.nestedUnkeyedContainer(forKey: .findings)
        for finding in findings {
            var entry = list.nestedContainer(keyedBy: Key.self)
            try entry.encode(finding.topic, forKey: .topic)
            try entry.encode(finding.state.name, forKey: .state)
            try entry.encode(Printable.line(finding.text), forKey: .text)
            try entry.encodeIfPresent(finding.remedy.map { Printable.line($0) }, forKey: .remedy)
        }
        let verdict = verdict
        var entry = container.nestedContainer(keyedBy: Key.self, forKey: .verdict)
        try entry.encode(verdict.state.name, forKey: .state)
        try entry.encode(Printable.line(verdict.text), forKey: .cause)
        try entry.encodeIfPresent(verdict.remedy.map { Printable.line($0) }, forKey: .remedy)
    }
}

extension Examination.Finding.State {
    /// The state in a word.
    var name: String {
        switch self {
        case .good: "good"
        case .doubtful: "doubtful"
        case .bad: "bad"
        }
    }

    fileprivate var style: Style {
        switch self {
        case .good: .green
        case .doubtful: .yellow
        case .bad: .red
        }
    }

    /// How a line begins: as wide for each, and told apart without colours.
    fileprivate func mark(isColored: Bool) -> String {
        let text =
            switch self {
            case .good: "ok  "
            case .doubtful: "note"
            case .bad: "BAD "
            }
        return isColored ? style.on(text) : text
    }

    /// How the verdict begins.
    fileprivate var title: String {
        switch self {
        case .good: "verdict"
        case .doubtful: "worth a look"
        case .bad: "most likely cause"
        }
    }
}
