import Minting

MintProgram.main()
