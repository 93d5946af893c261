using System.Globalization;
using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Registries;

/// <summary>
/// Levels and modes that subjects have of their own in the target's registry.
/// <list type="bullet">
/// <item>A. With ids that are kept a subject is in mode <c>IMPORT</c> only while one of its schemas is registered. A round takes that mode
/// from any subject that has it there and not on the source: a process that was killed in between leaves nothing behind.</item>
/// <item>B. What a subject no longer has of its own on the source goes from the target, if both had it alike while this process looked:
/// what others gave it there stays.</item>
/// </list>
/// </summary>
/// <param name="options">What is asked for.</param>
/// <param name="source">The registry of the source.</param>
/// <param name="target">The registry of the target.</param>
/// <param name="time">The clock.</param>
internal sealed class SubjectLevels(SchemaOptions options, RegistryClient source, RegistryClient target, TimeProvider time)
{
    private const string Import = "IMPORT";

    /// <summary>What gives a mode back is not cut short by a stop, and does not hold it up for longer.</summary>
    private static readonly TimeSpan SwitchesWithin = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> _levels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _modes = new(StringComparer.Ordinal);

    /// <summary>A subject gets those that it has on the source, where they are copied.</summary>
    public async Task CopyAsync(string subject, CancellationToken ct)
    {
        if (!options.CopiesLevels)
        {
            await TakeBackAsync(subject, ct);
            return;
        }

        await CopyLevelAsync(subject, ct);
        await CopyModeAsync(subject, ct);
    }

    private async Task CopyLevelAsync(string subject, CancellationToken ct)
    {
        var level = await source.LevelAsync(subject, ct);
        if (level is null && !_levels.ContainsKey(subject))
        {
            return;
        }

        var there = await target.LevelAsync(subject, ct);
        if (Differs(_levels, subject, level, there))
        {
            await target.SetLevelAsync(subject, level, ct);
        }

        Remember(_levels, subject, level);
    }

    private async Task CopyModeAsync(string subject, CancellationToken ct)
    {
        var mode = await source.ModeAsync(subject, ct) is { } own && own != Import ? own : null;
        if (mode is null && options.Copying != SchemaCopying.Keep && !_modes.ContainsKey(subject))
        {
            return;
        }

        var there = await target.ModeAsync(subject, ct);
        if (Differs(_modes, subject, mode, there) || (mode is null && there == Import))
        {
            await target.SetModeAsync(subject, mode, ct);
        }

        Remember(_modes, subject, mode);
    }

    /// <summary>Whether what a subject has there is to be made what it has here (B).</summary>
    private static bool Differs(Dictionary<string, string> alike, string subject, string? here, string? there) =>
        here != there && (here is not null || there == alike.GetValueOrDefault(subject));

    private static void Remember(Dictionary<string, string> alike, string subject, string? here)
    {
        if (here is null)
        {
            alike.Remove(subject);
        }
        else
        {
            alike[subject] = here;
        }
    }

    /// <summary>Registers with an id of ours, for which a subject is in mode <c>IMPORT</c> as long as it takes.</summary>
    public async Task<int> ImportAsync(string subject, Func<Task<int>> register, CancellationToken ct)
    {
        var own = await target.ModeAsync(subject, ct);
        if ((own ?? await target.ModeAsync(null, ct)) == Import)
        {
            return await register();
        }

        await SwitchAsync(subject, Import);
        try
        {
            return await register();
        }
        finally
        {
            await SwitchAsync(subject, own);
        }
    }

    /// <summary>Gives a subject a mode, whole: an orderly stop in between would leave it in <c>IMPORT</c>.</summary>
    private async Task SwitchAsync(string subject, string? mode)
    {
        using var patience = new CancellationTokenSource(SwitchesWithin, time);
        try
        {
            await target.SetModeAsync(subject, mode, patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new RegistryException(RegistryFailure.Unreachable, string.Create(CultureInfo.InvariantCulture,
                $"{target.Called}: did not change the mode of '{subject}' within {SwitchesWithin.TotalSeconds} s"));
        }
    }

    /// <summary>Takes the mode away that a killed process left.</summary>
    private async Task TakeBackAsync(string subject, CancellationToken ct)
    {
        if (options.Copying == SchemaCopying.Keep && await target.ModeAsync(subject, ct) == Import)
        {
            await target.SetModeAsync(subject, null, ct);
        }
    }
}
