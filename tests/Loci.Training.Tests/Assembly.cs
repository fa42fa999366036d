// Torch's random numbers, its threads and the memory it holds belong to the process: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
