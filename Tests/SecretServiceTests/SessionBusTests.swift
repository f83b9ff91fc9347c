import SecretService
import Testing

@Suite struct SessionBusTests {
    @Test(arguments: [
        ("unix:path=/run/user/0/bus", "unix:path=/run/user/0/bus"),
        ("unix:abstract=/tmp/x,guid=1f", "unix:abstract=/tmp/x,guid=1f"),
        ("tcp:host=evil,port=1;unix:path=/a", "unix:path=/a"),
        ("unix:guid=1f,path=/a", "unix:guid=1f,path=/a"),
    ])
    func `a unix socket is taken from the variable`(named: String, address: String) {
        #expect(SessionBus(named: named, runtimeFolder: nil)?.address == address)
    }

    @Test(arguments: [
        "tcp:host=127.0.0.1,port=1", "autolaunch:", "unixexec:path=/bin/sh", "launchd:env=X",
        "unix:tmpdir=/tmp", "disabled:", " unix:path=/a",
    ])
    func `nothing else is connected to`(named: String) {
        #expect(SessionBus(named: named, runtimeFolder: "/run/user/0") == nil)
    }

    @Test func `a runtime folder without a socket has no bus`() {
        #expect(SessionBus(named: nil, runtimeFolder: "/nonexistent") == nil)
        #expect(SessionBus(named: "", runtimeFolder: nil) == nil)
        #expect(SessionBus(named: nil, runtimeFolder: "relative") == nil)
    }
}
