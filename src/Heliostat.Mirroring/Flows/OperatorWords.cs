using Heliostat.MirrorClient.Topics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Ownership;

namespace Heliostat.Mirroring.Flows;

/// <summary>What operators say in the state topic of a flow, and who hears of it.</summary>
/// <param name="Suspended">Told what is to stand still; null where nothing runs.</param>
/// <param name="Wishes">Told who is to have what.</param>
/// <param name="Skips">Told what is to be passed over.</param>
internal sealed record OperatorWords(Suspensions? Suspended, WishBook Wishes, SkipBook Skips)
{
    /// <summary>What a record says something of: a later one of the same counts instead. Null for a record of another kind.</summary>
    public static object? Key(CompactedRecord record) =>
        (object?)SuspensionKey.Read(record.Key) ?? SlotWish.Read(record.Key) ?? SkipWish.Key(record.Key);

    /// <summary>Takes in a record; others than these are passed over.</summary>
    public void Take(CompactedRecord record)
    {
        Suspended?.Take(record.Key, record.Value is null, record.Value);
        Wishes.Take(record.Key, record.Value);
        Skips.Take(record.Key, record.Value);
    }
}
