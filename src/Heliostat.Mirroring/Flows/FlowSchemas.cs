using Heliostat.Configuration;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Registries;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// The schemas of a flow while it runs: all that both registries know is looked at before its lanes open, then every interval, and when a
/// lane asks for an id.
/// </summary>
internal sealed partial class FlowSchemas : IDisposable
{
    /// <summary>What is no id can be asked for at any rate.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(200);

    /// <summary>How soon what was not found is looked for once more: a registry may be behind its own leader.</summary>
    private static readonly TimeSpan DoubtsFor = TimeSpan.FromSeconds(1);

    private readonly SchemaSync _sync;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private TimeSpan _asksForPeace;

    private FlowSchemas(SchemaOptions options, FlowScope scope, SchemaTotals totals)
    {
        _sync = new SchemaSync(options, Ids, scope.Time, scope.Logger, totals: totals);
        (_interval, _time) = (options.Interval, scope.Time);
        Rounds = new Rounds(_interval, RoundAsync, cause => LogFailed(scope.Logger, cause), _time) { NextTurn = WaitAsync };
    }

    /// <summary>What lanes look ids up in.</summary>
    private SchemaIdTable Ids { get; } = new();

    /// <summary>The duty.</summary>
    private Rounds Rounds { get; }

    /// <summary>
    /// Begins with them where the flow asks for it, and gives what lanes look ids up in; null where it does not. Without the first look
    /// nobody could compare what the target holds with what the source does.
    /// </summary>
    /// <exception cref="ConfigurationException">The target's registry cannot do what was asked for.</exception>
    /// <exception cref="RegistryException">A registry does not answer, or does not let us in.</exception>
    public static async Task<SchemaIdTable?> BeginAsync(FlowOptions flow, FlowLife life, CancellationToken ct)
    {
        if (!flow.Enabled || flow.Schemas is not { } options)
        {
            return null;
        }

        var schemas = life.Keep(new FlowSchemas(options, life.Scope, life.Totals.Schemas));
        if (await schemas._sync.WhyNotKeptAsync(ct) is { } why)
        {
            throw new ConfigurationException(why);
        }

        await schemas._sync.LookAsync(ct);
        life.Do(Duty.Schemas, schemas.Rounds);
        return schemas.Ids;
    }

    public void Dispose() => _sync.Dispose();

    private async Task RoundAsync(CancellationToken ct)
    {
        _asksForPeace = TimeSpan.Zero;
        try
        {
            await _sync.RoundAsync(ct);
        }
        catch (RegistryException busy) when (busy.RetryAfter is { } after)
        {
            _asksForPeace = after;
            throw;
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        var least = Least < _interval ? Least : _interval;
        await Task.Delay(_asksForPeace > least ? _asksForPeace : least, _time, ct);
        var most = _sync.HasDoubts && DoubtsFor < _interval ? DoubtsFor : _interval;
        await LoopEnds.FirstEndsAllAsync([token => Task.Delay(most, _time, token), Ids.AskedAsync], ct);
    }

    [LoggerMessage(EventIds.SchemasFailed, LogLevel.Warning, "schemas: {Cause}; trying on")]
    private static partial void LogFailed(ILogger logger, string cause);
}
