// Scenarios wait for other processes most of the time, so that more of them run at a time than there are processors; fewer than four, as
// the tests of clients run beside them.
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 3)]
