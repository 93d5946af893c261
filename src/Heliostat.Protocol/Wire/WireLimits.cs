namespace Heliostat.Protocol.Wire;

/// <summary>What a frame may hold, whatever its size.</summary>
internal static class WireLimits
{
    /// <summary>
    /// The most elements of one array, as Kafka's own decoder has it from 4.4 on: a frame of 100 MB could ask for a hundred million
    /// objects.
    /// </summary>
    public const int MaxElements = 1_000_000;

    /// <summary>The most tagged fields of one struct, likewise.</summary>
    public const int MaxTags = 10_000;
}
