// Flows wait for their clocks most of the time, so that more of them run at a time than there are processors.
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 6)]
