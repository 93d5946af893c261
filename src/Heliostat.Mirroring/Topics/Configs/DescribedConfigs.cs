using System.Globalization;

namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>What a cluster says of a topic's configs.</summary>
/// <param name="Configs">All of them; none when there is an error.</param>
/// <param name="Code">The cluster's answer.</param>
/// <param name="Cause">Why they cannot be read, for a person; null when they can.</param>
internal sealed record DescribedConfigs(IReadOnlyList<TopicConfig> Configs, ErrorCode Code, string? Cause)
{
    /// <summary>The broker's own default of <c>max.message.bytes</c>.</summary>
    public const int DefaultMaxMessageBytes = 1_048_588;

    /// <summary>The largest batch that the topic takes; no limit where it may not be read: the target will say what is too large.</summary>
    public int MaxMessageBytes =>
        int.TryParse(this["max.message.bytes"], NumberStyles.Integer, CultureInfo.InvariantCulture, out var bytes) ? bytes : int.MaxValue;

    /// <summary>The value of a config; null where it is not known.</summary>
    public string? this[string name] => Configs.FirstOrDefault(c => c.Name == name)?.Value;
}
