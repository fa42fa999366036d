using Loci.Cli;

StandardStreams.Guard();
return LociCommand.Run(args);
