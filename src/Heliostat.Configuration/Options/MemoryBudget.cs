using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Options;

/// <summary>
/// The bytes held between the clusters: by <c>--memory</c>, else by <c>buffer.memory</c>, else <see cref="DefaultBytes"/>.
/// </summary>
public static class MemoryBudget
{
    /// <summary>The budget of who says nothing.</summary>
    public const long DefaultBytes = 128L * 1024 * 1024;

    /// <summary>Less would not hold one usual fetch answer and the batches in flight.</summary>
    internal const long LeastBytes = 8L << 20;

    internal static long Of(long? option, TargetOptions target) => option ?? target.BufferMemoryBytes ?? DefaultBytes;

    /// <summary>Says which of the two wins where both are given.</summary>
    internal static void Check(long? option, SettingValues target, Findings findings)
    {
        if (option is not null && target.Entry(ProducerSettings.BufferMemory) is { } overruled)
        {
            findings.Warning(overruled.Key, "has no effect: --memory is given", overruled);
        }
    }
}
