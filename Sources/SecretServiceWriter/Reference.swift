import CSecret

/// A GObject for as long as somebody holds this.
final class Reference<Object> {
    let pointer: UnsafeMutablePointer<Object>

    /// Takes over an object.
    init(owned pointer: UnsafeMutablePointer<Object>) {
        self.pointer = pointer
    }

    deinit {
        g_object_unref(pointer)
    }

    /// The object as one of a class that it is derived from.
    func `as`<Parent>(_ parent: Parent.Type) -> UnsafeMutablePointer<Parent> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: parent)
    }
}
