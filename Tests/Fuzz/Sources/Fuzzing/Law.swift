/// Ends the run when an input breaks a law, and says which.
///
/// libFuzzer then keeps the input that it was working on.
public func law(_ name: StaticString, _ holds: @autoclosure () throws -> Bool) {
    let outcome = Result { try holds() }
    switch outcome {
    case .success(true): return
    case .success(false): fatalError("broken law: \(name)")
    case .failure(let error): fatalError("broken law: \(name): \(error)")
    }
}

/// The value that a law promises, where an error or nothing breaks it.
public func lawful<Value>(
    _ name: StaticString, _ value: @autoclosure () throws -> Value?
) -> Value {
    let outcome = Result { try value() }
    switch outcome {
    case .success(let value?): return value
    case .success(nil): fatalError("broken law: \(name)")
    case .failure(let error): fatalError("broken law: \(name): \(error)")
    }
}
