using Loci.Cli;

return LociCommand.Run(args);
