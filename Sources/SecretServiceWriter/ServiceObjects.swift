import CSecret

/// The objects that libsecret keeps for those of the service.
enum ServiceObjects {
    /// The collection that the alias `default` stands for; nil when there is none.
    static func defaultCollection(
        _ session: Session, until deadline: Deadline
    ) throws(CallFailure) -> Reference<SecretCollection>? {
        let collection = try Operation.run(
            until: deadline,
            { cancellable, callback, data in
                secret_collection_for_alias(
                    session.service.pointer, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                    cancellable, callback, data)
            }, finish: { secret_collection_for_alias_finish($0, $1) })
        return collection.map { Reference(owned: $0) }
    }

    /// The item at a path. libsecret's own function for that is not part of its stable interface;
    /// making the object by its documented properties is.
    static func item(
        _ path: String, _ session: Session, until deadline: Deadline
    ) throws(CallFailure) -> Reference<SecretItem> {
        let connection = UnsafeMutableRawPointer(session.bus.connection)
        let object = object(
            of: secret_item_get_type(),
            texts: [
                "g-name": Bus.serviceName, "g-object-path": path,
                "g-interface-name": MethodCall.Interface.item.rawValue,
            ],
            objects: [
                ("g-connection", g_dbus_connection_get_type(), connection),
                (
                    "service", secret_service_get_type(),
                    UnsafeMutableRawPointer(session.service.pointer)
                ),
            ])
        let item = Reference(
            owned: UnsafeMutableRawPointer(object).assumingMemoryBound(to: SecretItem.self))
        let initable = OpaquePointer(item.pointer)
        _ = try Operation.run(
            until: deadline,
            { cancellable, callback, data in
                g_async_initable_init_async(
                    initable, G_PRIORITY_DEFAULT, cancellable, callback, data)
            }, finish: { g_async_initable_init_finish(initable, $0, $1) })
        return item
    }

    private static func object(
        of type: GType, texts: [String: String],
        objects: [(name: String, type: GType, object: UnsafeMutableRawPointer)]
    ) -> UnsafeMutablePointer<GObject> {
        var names: [UnsafePointer<CChar>?] = []
        var values: [GValue] = []
        for (name, text) in texts {
            var value = GValue()
            g_value_init(&value, g_type_from_name("gchararray"))
            g_value_set_string(&value, text)
            names.append(g_intern_string(name))
            values.append(value)
        }
        for (name, type, object) in objects {
            var value = GValue()
            g_value_init(&value, type)
            g_value_set_object(&value, object)
            names.append(g_intern_string(name))
            values.append(value)
        }
        defer {
            for index in values.indices { g_value_unset(&values[index]) }
        }
        return g_object_new_with_properties(type, guint(names.count), &names, values)
    }
}
