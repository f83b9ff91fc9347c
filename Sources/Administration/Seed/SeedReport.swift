import Bundles
import CredentialCore

/// What `keyfob seed apply` says.
struct SeedReport: Encodable {
    enum State: String, Encodable {
        case applied
        case alreadyApplied
        case dryRun
    }

    /// One credential of the bundle.
    struct Row: Encodable {
        /// What the bundle calls it.
        let name: String
        let action: String
        /// What it is called here.
        let storedAs: String
    }

    let bundle: String
    let counter: UInt64
    let id: String
    let signer: String
    let fingerprint: String
    let state: State
    let credentials: [Row]

    init(_ bundle: Bundle, _ state: State, _ steps: [SeedPlan.Step]) {
        self.bundle = bundle.terms.name
        counter = bundle.terms.counter
        id = bundle.id
        signer = bundle.signer.text
        fingerprint = bundle.signer.fingerprint
        self.state = state
        credentials = steps.map {
            Row(name: $0.name, action: $0.action.rawValue, storedAs: $0.credential.name)
        }
    }

    func show(asJSON: Bool) throws(CredentialError) {
        if asJSON {
            try Console.print(json: self)
        } else if !credentials.isEmpty {
            var table = Table(["name", "action", "here as"])
            table.rows = credentials.map { [$0.name, $0.action, $0.storedAs] }
            for line in table.lines() { Console.print(line) }
        }
        let what = "the bundle \(bundle) with the counter \(counter)"
        switch state {
        case .applied: Console.note("applied \(what), signed by the key \(fingerprint)")
        case .alreadyApplied:
            Console.note(
                "\(what) is applied already; nothing was changed. To put back what was changed "
                    + "here since, add `--again`")
        case .dryRun: Console.note("\(what) would be applied; nothing was changed")
        }
    }
}
