using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Topics.Acls;

namespace Heliostat.Mirroring.Flows;

/// <summary>The state topic of a flow, followed: what an operator says counts at once, what other workers keep when lanes are taken over.</summary>
internal sealed class StateView : IAsyncDisposable
{
    private readonly AclLedger _acls = new();

    /// <summary>Begins to read.</summary>
    /// <param name="topics">Follows nothing yet.</param>
    /// <param name="topic">The state topic.</param>
    /// <param name="suspended">Told what is to stand still; null where nothing runs.</param>
    /// <param name="marks">Told which slots were given up in good order.</param>
    /// <param name="time">The clock.</param>
    public StateView(FollowedTopics topics, string topic, Suspensions? suspended, SlotMarks marks, TimeProvider time)
    {
        (Topics, Losses) = (topics, new LossLedger(time));
        topics.Follow(topic, record =>
        {
            lock (_acls)
            {
                _acls.Take(record.Key, record.Value is null);
            }

            Losses.Take(record.Key, record.Value);
            marks.Take(record.Key, record.Value);
            suspended?.Take(record.Key, record.Value is null, record.Value);
        });
    }

    public FollowedTopics Topics { get; }

    public LossLedger Losses { get; }

    /// <summary>Puts what is known of copied rules in place of what <paramref name="ledger"/> knew.</summary>
    public void TellAcls(AclLedger ledger)
    {
        lock (_acls)
        {
            ledger.Adopt(_acls);
        }
    }

    public ValueTask DisposeAsync() => Topics.DisposeAsync();
}
