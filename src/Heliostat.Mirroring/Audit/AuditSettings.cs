using System.Text.Json.Serialization;
using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Audit;

/// <summary>What an audit was asked for.</summary>
public sealed record AuditSettings
{
    /// <summary>Bytes a second, of both sides together; null for as many as come.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Only these of the topics that are mirrored; null for all.</summary>
    [JsonIgnore]
    public TopicSelection? Topics { get; init; }

    /// <summary>Only some of it; null for all.</summary>
    public AuditSample? Sample { get; init; }

    /// <summary>Only records from then on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Lanes that are compared side by side.</summary>
    public int SideBySide { get; init; } = 8;
}
