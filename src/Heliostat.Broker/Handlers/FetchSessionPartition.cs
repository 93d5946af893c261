using Heliostat.Broker.Logs;
using Heliostat.Broker.Topics;

namespace Heliostat.Broker.Handlers;

/// <summary>A partition that a fetch asks for; in a session, also what was last answered for it (CachedPartition).</summary>
internal sealed class FetchSessionPartition(string name, Guid topicId, int index)
{
    public string Name { get; set; } = name;

    public Guid TopicId { get; } = topicId;

    public int Index { get; } = index;

    public long FetchOffset { get; set; }

    public int MaxBytes { get; set; }

    public int CurrentLeaderEpoch { get; set; }

    public int LastFetchedEpoch { get; set; }

    /// <summary>-1 when it must be answered again whatever it is.</summary>
    public long AnsweredHighWatermark { get; set; } = -1;

    public long AnsweredLogStart { get; set; } = -1;

    /// <summary>Where the log ended at the last look.</summary>
    public long SeenEndOffset { get; set; }

    /// <summary>Where the records lie that the last look found.</summary>
    public LogSlice Found { get; set; }

    /// <summary>The partition at the last look; null when there is none.</summary>
    public Partition? Partition { get; set; }
}
