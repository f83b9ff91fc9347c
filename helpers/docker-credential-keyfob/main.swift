import HelperRuntime

DockerHelper.main()
