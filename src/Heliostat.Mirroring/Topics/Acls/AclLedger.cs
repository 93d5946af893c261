using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>
/// The rules of the target that are known to be copies: each was at some time on both sides. Only these are ever taken away, so that rules
/// which people made on the target stay. What changes is kept in the flow's state topic. For one caller at a time.
/// </summary>
internal sealed class AclLedger
{
    private readonly HashSet<TopicAcl> _copied = [];
    private readonly Dictionary<TopicAcl, bool> _unsaved = [];

    public IReadOnlyCollection<TopicAcl> Copied => _copied;

    /// <summary>What the state topic does not hold yet.</summary>
    public IReadOnlyList<KeyedRecord> Unsaved =>
        [.. _unsaved.Select(change => new KeyedRecord(AclLedgerRecord.Key(change.Key), change.Value ? AclLedgerRecord.Value : null))];

    /// <summary>Takes in a record of the state topic; others than ours are passed over.</summary>
    public void Take(ReadOnlySpan<byte> key, bool isTombstone)
    {
        if (AclLedgerRecord.TryRead(key, out var acl))
        {
            if (isTombstone)
            {
                _copied.Remove(acl);
            }
            else
            {
                _copied.Add(acl);
            }
        }
    }

    /// <summary>What was read of the topic later holds: another process kept it.</summary>
    public void Adopt(AclLedger read)
    {
        _copied.Clear();
        _copied.UnionWith(read._copied);
    }

    public void Remember(IEnumerable<TopicAcl> copies)
    {
        foreach (var acl in copies.Where(_copied.Add))
        {
            _unsaved[acl] = true;
        }
    }

    public void Forget(IEnumerable<TopicAcl> gone)
    {
        foreach (var acl in gone.Where(_copied.Remove))
        {
            _unsaved[acl] = false;
        }
    }

    /// <summary>The state topic holds <see cref="Unsaved"/> now.</summary>
    public void Saved() => _unsaved.Clear();
}
