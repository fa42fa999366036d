using System.CommandLine;

return new RootCommand("Read, test and run the memories of a transformer.").Parse(args).Invoke();
