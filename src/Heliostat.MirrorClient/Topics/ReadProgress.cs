using Heliostat.Transport.Waiting;

namespace Heliostat.MirrorClient.Topics;

/// <summary>How far each partition has been delivered, and who waits for it to get somewhere.</summary>
internal sealed class ReadProgress
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TopicPartition, long> _next = [];
    private readonly List<Goal> _goals = [];
    private Exception? _end;

    /// <summary>Everything before <paramref name="next"/> is delivered.</summary>
    public void Advance(TopicPartition partition, long next)
    {
        lock (_lock)
        {
            _next[partition] = next;
            Settle();
        }
    }

    /// <summary>
    /// The log is not what it was: delivery goes on at <paramref name="next"/>, and nobody need wait for more than <paramref name="end"/>.
    /// </summary>
    public void Restart(TopicPartition partition, long next, long end)
    {
        lock (_lock)
        {
            _next[partition] = next;
            foreach (var goal in _goals)
            {
                goal.Clamp(partition, end);
            }

            Settle();
        }
    }

    /// <summary>Nothing more will be delivered: who waits, now or later, learns why.</summary>
    public void End(Exception why)
    {
        lock (_lock)
        {
            _end = why;
            foreach (var goal in _goals)
            {
                goal.Fail(why);
            }

            _goals.Clear();
        }
    }

    /// <summary>Ends once every partition has been delivered up to the given end.</summary>
    public async Task ReachAsync(IReadOnlyDictionary<TopicPartition, long> ends, CancellationToken ct)
    {
        var goal = new Goal(ends);
        lock (_lock)
        {
            if (IsReached(goal))
            {
                return;
            }

            if (_end is null)
            {
                _goals.Add(goal);
            }
            else
            {
                goal.Fail(_end);
            }
        }

        try
        {
            await goal.Reached.Task.WaitHereAsync(ct);
        }
        finally
        {
            lock (_lock)
            {
                _goals.Remove(goal);
            }
        }
    }

    private void Settle()
    {
        for (var i = _goals.Count - 1; i >= 0; i--)
        {
            if (IsReached(_goals[i]))
            {
                _goals[i].Reached.TrySetResult();
                _goals.RemoveAt(i);
            }
        }
    }

    private bool IsReached(Goal goal) => goal.Ends.All(end => _next.TryGetValue(end.Key, out var next) && next >= end.Value);

    private sealed class Goal(IReadOnlyDictionary<TopicPartition, long> ends)
    {
        private readonly Dictionary<TopicPartition, long> _ends = new(ends);

        public IEnumerable<KeyValuePair<TopicPartition, long>> Ends => _ends;

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Clamp(TopicPartition partition, long end)
        {
            if (_ends.TryGetValue(partition, out var old) && old > end)
            {
                _ends[partition] = end;
            }
        }

        public void Fail(Exception why)
        {
            if (why is OperationCanceledException)
            {
                Reached.TrySetCanceled(CancellationToken.None);
            }
            else
            {
                Reached.TrySetException(why);
            }
        }
    }
}
