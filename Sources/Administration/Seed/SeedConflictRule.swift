import ArgumentParser

/// What to do when a credential of the same name is there that this seed did not bring.
enum SeedConflictRule: String, CaseIterable, ExpressibleByArgument {
    /// Nothing at all is applied.
    case refuse
    /// The one that is there stays, and what the bundle brings is left out.
    case skip
    /// The one that is there becomes the bundle's.
    case replace
    /// Both stay; the bundle's gets a name of its own.
    case rename
}
