using Heliostat.Mirroring.Configuration.Settings;

namespace Heliostat.Mirroring.Configuration;

/// <summary>The bytes held between the clusters: by <c>--memory</c>, else by <c>buffer.memory</c>, else <see cref="DefaultBytes"/>.</summary>
internal static class MemoryBudget
{
    public const long DefaultBytes = 128L * 1024 * 1024;

    public static long Of(long? option, TargetClientOptions target) => option ?? target.BufferMemoryBytes ?? DefaultBytes;

    /// <summary>Says which of the two wins where both are given.</summary>
    public static void Check(long? option, SettingValues target, Findings findings)
    {
        if (option is not null && target.Entry(ProducerSettings.BufferMemory) is { } overruled)
        {
            findings.Warning(overruled.Key, "has no effect: --memory is given", overruled);
        }
    }
}
