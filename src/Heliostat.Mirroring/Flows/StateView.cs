using Heliostat.MirrorClient.Topics;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// The state topic of a flow, followed: what an operator says counts at once, what other workers keep when lanes are taken over. What an
/// operator said before it was followed counts once all of it is read: what was paused and let go on since is not paused again meanwhile.
/// </summary>
internal sealed class StateView : IAsyncDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly AclLedger _acls = new();
    private readonly FollowedTopics _topics;
    private readonly OperatorWords _words;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _done = new();
    private readonly Lock _gate = new();
    private readonly Task _reading;

    /// <summary>The newest of what an operator said, until all is read.</summary>
    private Dictionary<object, CompactedRecord>? _first = [];

    /// <summary>Begins to read.</summary>
    /// <param name="topics">Follows nothing yet.</param>
    /// <param name="topic">The state topic.</param>
    /// <param name="words">Told what operators say.</param>
    /// <param name="take">Takes in each record, of whatever kind.</param>
    /// <param name="time">The clock.</param>
    public StateView(FollowedTopics topics, string topic, OperatorWords words, Action<CompactedRecord> take, TimeProvider time)
    {
        (_topics, _words, _time, Losses) = (topics, words, time, new LossLedger(time));
        topics.Follow(topic, record =>
        {
            lock (_acls)
            {
                _acls.Take(record.Key, record.Value is null);
            }

            Losses.Take(record.Key, record.Value);
            take(record);
            TakeWord(record);
        });
        _reading = TellWordsAsync();
    }

    /// <summary>It is followed no more.</summary>
    public bool HasEnded => _topics.HasEnded;

    /// <inheritdoc cref="FollowedTopics.IsBehind"/>
    public bool IsBehind(string topic) => _topics.IsBehind(topic);

    public LossLedger Losses { get; }

    /// <inheritdoc cref="FollowedTopics.ToEndAsync"/>
    public async Task ToEndAsync(CancellationToken ct)
    {
        await _topics.ToEndAsync(ct);
        await _reading.WaitHereAsync(ct);
    }

    /// <inheritdoc cref="FollowedTopics.TakeDamaged"/>
    public int TakeDamaged() => _topics.TakeDamaged();

    /// <summary>Puts what is known of copied rules in place of what <paramref name="ledger"/> knew.</summary>
    public void TellAcls(AclLedger ledger)
    {
        lock (_acls)
        {
            ledger.Adopt(_acls);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _done.CancelSoonAsync();
        await _reading.SettleAsync();
        await _topics.DisposeAsync();
        _done.Dispose();
    }

    private void TakeWord(CompactedRecord record)
    {
        lock (_gate)
        {
            if (_first is null)
            {
                _words.Take(record);
            }
            else if (OperatorWords.Key(record) is { } key)
            {
                _first[key] = record;
            }
        }
    }

    private async Task TellWordsAsync()
    {
        while (!await TryReadAsync())
        {
            await Task.Delay(Again, _time, _done.Token);
        }

        lock (_gate)
        {
            foreach (var record in _first!.Values)
            {
                _words.Take(record);
            }

            _first = null;
        }
    }

    /// <summary>False when a leader does not say where the topic ends.</summary>
    private async Task<bool> TryReadAsync()
    {
        try
        {
            await _topics.ToEndAsync(_done.Token);
            return true;
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure) && !_topics.HasEnded)
        {
            return false;
        }
    }
}
