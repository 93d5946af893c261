using Heliostat.Mirroring.Configuration;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>Runs one flow from a source to a target cluster.</summary>
public sealed class MirrorEngine : IAsyncDisposable
{
    private readonly MirrorSnapshot _snapshot = MirrorSnapshot.Empty;
    private readonly MirrorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;

    public MirrorEngine(MirrorOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        _loggers = loggers;
    }

    /// <summary>Mirrors until told to stop, until the end that was asked for, or until it cannot go on.</summary>
    /// <param name="stop">Stop gracefully: fetch no more, let acknowledgements in, commit, leave the group.</param>
    /// <param name="abort">Stop at once.</param>
    /// <exception cref="ConfigurationException">The options cannot work with these clusters.</exception>
    public Task<MirrorOutcome> RunAsync(CancellationToken stop, CancellationToken abort) =>
        throw new NotSupportedException($"mirroring of {_options.Topics} is not available in this build ({_time}, {_loggers})");

    /// <summary>What it is doing now; cheap, and safe from any thread.</summary>
    public MirrorSnapshot Snapshot() => _snapshot;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
