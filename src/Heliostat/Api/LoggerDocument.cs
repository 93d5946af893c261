using System.Text.Json.Serialization;

namespace Heliostat.Api;

/// <summary>The level of a logger, as Kafka Connect tells it.</summary>
/// <param name="Level">TRACE to OFF.</param>
/// <param name="LastModified">Milliseconds since 1970; null for what it was from the beginning.</param>
internal sealed record LoggerDocument(string Level, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? LastModified)
{
    /// <summary>Milliseconds since 1970 at which it falls back by itself.</summary>
    public long? Until { get; init; }
}
