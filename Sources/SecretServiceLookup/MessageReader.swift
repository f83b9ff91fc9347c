import CDBus

/// Reads a message's arguments, or the elements of a container in it, one after the other.
///
/// Every reading checks the type first, and returns nil where it is another.
struct MessageReader {
    private var iterator = DBusMessageIter()
    /// The iterator points into the message, which is freed with its last owner.
    private let owner: Reply?

    /// The arguments of a message; nil when it has none.
    ///
    /// - Parameter owner: who frees the message, kept until reading is done; nil where that is the
    ///   caller itself, as it frees it.
    init?(_ message: OpaquePointer, of owner: Reply?) {
        self.owner = owner
        guard dbus_message_iter_init(message, &iterator) != 0 else { return nil }
    }

    private init(inside outer: MessageReader) {
        owner = outer.owner
    }

    /// Whether there is something left to read.
    var hasMore: Bool {
        mutating get { dbus_message_iter_get_arg_type(&iterator) != TypeCode.none }
    }

    /// Passes over what comes next, whatever it is.
    mutating func skip() {
        dbus_message_iter_next(&iterator)
    }

    /// Reads a string.
    mutating func readString() -> String? {
        readText(TypeCode.string)
    }

    /// Reads an object path.
    mutating func readObjectPath() -> String? {
        readText(TypeCode.objectPath)
    }

    /// Reads an array of object paths.
    mutating func readObjectPaths() -> [String] {
        var paths: [String] = []
        var elements = readContainer(TypeCode.array)
        while let path = elements?.readObjectPath() { paths.append(path) }
        return paths
    }

    /// Reads a truth value.
    mutating func readBoolean() -> Bool? {
        guard dbus_message_iter_get_arg_type(&iterator) == TypeCode.boolean else { return nil }
        var value: dbus_bool_t = 0
        dbus_message_iter_get_basic(&iterator, &value)
        skip()
        return value != 0
    }

    /// Reads an array, structure, dictionary's entry or variant: what is in it is read from the
    /// result.
    mutating func readContainer(_ type: Int32) -> MessageReader? {
        guard dbus_message_iter_get_arg_type(&iterator) == type else { return nil }
        var inner = MessageReader(inside: self)
        dbus_message_iter_recurse(&iterator, &inner.iterator)
        skip()
        return inner
    }

    /// Reads an array of bytes in place: they are the message's own, and last as long as this
    /// reader.
    mutating func readBytes() -> UnsafeRawBufferPointer? {
        guard dbus_message_iter_get_arg_type(&iterator) == TypeCode.array,
            dbus_message_iter_get_element_type(&iterator) == TypeCode.byte
        else { return nil }
        var inner = MessageReader(inside: self)
        dbus_message_iter_recurse(&iterator, &inner.iterator)
        var start: UnsafePointer<UInt8>?
        var count: Int32 = 0
        dbus_message_iter_get_fixed_array(&inner.iterator, &start, &count)
        skip()
        return UnsafeRawBufferPointer(start: start, count: Int(count))
    }

    private mutating func readText(_ type: Int32) -> String? {
        guard dbus_message_iter_get_arg_type(&iterator) == type else { return nil }
        var text: UnsafePointer<CChar>?
        dbus_message_iter_get_basic(&iterator, &text)
        skip()
        return text.map { String(cString: $0) }
    }
}
