import SecretServiceWriter

KeyringProgram.main()
