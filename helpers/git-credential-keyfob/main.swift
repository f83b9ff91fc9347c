import HelperRuntime

GitHelper.main()
