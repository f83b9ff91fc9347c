import ArgumentParser

/// Which store a command works with: the user's, or the machine's.
struct StoreSelection: ParsableArguments {
    @Flag(help: "Work with the machine's store in /var/lib/keyfob; changing it takes root.")
    var system = false
}
