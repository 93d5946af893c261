using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Records;

/// <summary>
/// Which batches pass exactly as the source stores them: those that no policy opens, and that a producer might have sent so.
/// </summary>
/// <param name="policies">The lane's.</param>
internal sealed class OpenRule(IReadOnlyList<RecordPolicy> policies)
{
    private readonly RecordPolicy[] _policies = [.. policies];

    /// <summary>Why a batch of format 2 is opened; null when it passes.</summary>
    /// <param name="batch">Its header.</param>
    /// <param name="position">The next offset to take in.</param>
    /// <param name="maxBytes">The largest batch of several records that the target takes.</param>
    public OpenReason? Why(in RecordBatchHeader batch, long position, int maxBytes)
    {
        foreach (var policy in _policies)
        {
            if (policy.Opens(batch))
            {
                return policy.Reason;
            }
        }

        return !batch.IsDense ? OpenReason.Holes
            : batch.TimestampType != TimestampType.CreateTime ? OpenReason.LogAppendTime
            : batch.BaseOffset < position ? OpenReason.BeforePosition
            : batch.SizeInBytes > maxBytes ? OpenReason.TooLarge
            : null;
    }
}
