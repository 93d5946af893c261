using Heliostat.Client.Admin;
using Heliostat.Client.Routing;

namespace Heliostat.Mirroring.Clusters;

/// <summary>
/// Questions to the leaders of many partitions at once, by who asks again anyway: those of the partitions that are well do not wait long
/// for one that has no leader, or whose broker stands still.
/// </summary>
internal static class PromptAdmin
{
    /// <summary>A leader that moves is back within it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static AdminClient Of(KafkaClient client, TimeProvider time) => new(client, time, Patience);
}
