// Most of these wait for peers that stand still: more of them run at a time than there are processors.
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 4)]
