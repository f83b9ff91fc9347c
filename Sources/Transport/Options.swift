import CCurl

/// The options of one handle of libcurl's. The first that libcurl does not take is remembered: an
/// old one that does not know how to keep a secret in must not be sent any.
struct Options {
    let handle: UnsafeMutableRawPointer
    /// What came of it.
    private(set) var code = CURLE_OK

    init(_ handle: UnsafeMutableRawPointer) {
        self.handle = handle
    }

    mutating func set(_ option: CURLoption, _ number: Int) {
        note(ccurl_set_number(handle, option, number))
    }

    mutating func set(_ option: CURLoption, size: Int) {
        note(ccurl_set_size(handle, option, Int64(size)))
    }

    /// Sets a text, which libcurl copies.
    mutating func set(_ option: CURLoption, _ text: String?) {
        note(ccurl_set_text(handle, option, text))
    }

    /// Sets a pointer, which has to stay valid until the handle is reset.
    mutating func set(_ option: CURLoption, _ pointer: UnsafeRawPointer?) {
        note(ccurl_set_pointer(handle, option, pointer))
    }

    mutating func set(_ option: CURLoption, _ writer: curl_write_callback) {
        note(ccurl_set_writer(handle, option, writer))
    }

    /// Sets who judges the address, which has to stay until the handle is reset.
    mutating func set(_ judge: AddressGuard) {
        let data = Unmanaged.passUnretained(judge).toOpaque()
        note(ccurl_set_judge(handle, AddressGuard.judge, data))
    }

    private mutating func note(_ result: CURLcode) {
        if code == CURLE_OK { code = result }
    }
}
