import Testing

@testable import Transport

@Suite struct NetworkAddressTests {
    @Test(arguments: [
        "1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1",
        "11.0.0.1", "192.169.0.1", "223.255.255.255", "2606:4700::1111", "2001:4860:4860::8888",
        "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1",
    ])
    func publicOnes(text: String) {
        #expect(NetworkAddress(text)?.isPublic == true)
    }

    @Test(arguments: [
        "0.0.0.0", "10.255.0.1", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.9.9.9",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "198.18.0.1",
        "198.19.0.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fc00::1", "fdff::1", "fe80::1",
        "febf::1", "fe80::1%eth0", "[::1]", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::1", "::10.0.0.1",
    ])
    func othersOfANetworkOfItsOwn(text: String) {
        #expect(NetworkAddress(text)?.isPublic == false)
    }

    @Test func thisMachineAndNeighbours() {
        for text in ["127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1"] {
            #expect(NetworkAddress(text)?.isLoopback == true)
        }
        for text in ["126.0.0.1", "128.0.0.1", "::2", "10.0.0.1"] {
            #expect(NetworkAddress(text)?.isLoopback == false)
        }
        for text in ["169.254.1.1", "fe80::1"] {
            #expect(NetworkAddress(text)?.isLinkLocal == true)
        }
        #expect(NetworkAddress("169.255.1.1")?.isLinkLocal == false)
    }

    @Test(arguments: ["", "localhost", "127.1", "0x7f000001", "2130706433", "1.2.3.4.5", "[", ":"])
    func noLiteral(text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    @Test func formsAndNames() {
        #expect(NetworkAddress("[2606:4700:0:0::1111]")?.text == "2606:4700::1111")
        #expect(NetworkAddress("::ffff:10.0.0.1")?.text == "10.0.0.1")
        // The older forms of an address are names to the parser, and led where they lead.
        #expect(NetworkAddress.resolve("2130706433").map(\.text) == ["127.0.0.1"])
        #expect(NetworkAddress.resolve("localhost").filter { !$0.isLoopback }.isEmpty)
        #expect(!NetworkAddress.resolve("localhost").isEmpty)
        #expect(NetworkAddress.resolve("nowhere.invalid").isEmpty)
    }
}
