import CSecret

/// A value as D-Bus carries it.
final class Variant {
    let pointer: OpaquePointer

    /// Takes over a value that a call returned.
    init(owned pointer: OpaquePointer) {
        self.pointer = pointer
    }

    /// Takes over a new value, whose reference is still floating.
    private init(new pointer: OpaquePointer) {
        self.pointer = g_variant_ref_sink(pointer)
    }

    deinit {
        g_variant_unref(pointer)
    }

    static func text(_ text: String) -> Variant { Variant(new: g_variant_new_string(text)) }

    /// An object path; the caller has checked that it is one.
    static func path(_ path: String) -> Variant { Variant(new: g_variant_new_object_path(path)) }

    static func tuple(_ members: Variant...) -> Variant {
        let pointers = members.map { Optional($0.pointer) }
        return Variant(new: g_variant_new_tuple(pointers, gsize(pointers.count)))
    }

    /// `ao`
    static func paths(_ paths: [String]) -> Variant { array(of: "o", paths.map(Variant.path)) }

    /// `a{ss}`
    static func attributes(_ attributes: [String: String]) -> Variant {
        array(of: "{ss}", attributes.map { entry(text($0.key), text($0.value)) })
    }

    /// `a{sv}` of texts
    static func properties(_ properties: [String: String]) -> Variant {
        array(of: "{sv}", properties.map { entry(text($0.key), text($0.value).boxed) })
    }

    /// `v`
    var boxed: Variant { Variant(new: g_variant_new_variant(pointer)) }

    private static func entry(_ name: Variant, _ value: Variant) -> Variant {
        Variant(new: g_variant_new_dict_entry(name.pointer, value.pointer))
    }

    private static func array(of type: String, _ members: [Variant]) -> Variant {
        let type = g_variant_type_new(type)
        defer { g_variant_type_free(type) }
        let pointers = members.map { Optional($0.pointer) }
        return Variant(new: g_variant_new_array(type, pointers, gsize(pointers.count)))
    }

    /// The members of a tuple, an array or a dictionary's entry.
    var members: [Variant] {
        (0..<g_variant_n_children(pointer)).map {
            Variant(owned: g_variant_get_child_value(pointer, $0))
        }
    }

    /// A text, or a path as one.
    var text: String { String(cString: g_variant_get_string(pointer, nil)) }

    var isTrue: Bool { g_variant_get_boolean(pointer) != 0 }

    /// The entry of an `a{sv}`, if there is one of this type.
    func property(_ name: String, _ type: String) -> Variant? {
        let type = g_variant_type_new(type)
        defer { g_variant_type_free(type) }
        return g_variant_lookup_value(pointer, name, type).map(Variant.init(owned:))
    }

    /// An `a{ss}` as a dictionary.
    var attributes: [String: String] {
        members.reduce(into: [:]) { attributes, entry in
            let parts = entry.members
            attributes[parts[0].text] = parts[1].text
        }
    }
}
