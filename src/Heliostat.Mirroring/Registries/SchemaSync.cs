using System.Globalization;
using Heliostat.Configuration.Options;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Registries;

/// <summary>
/// Makes the schemas of the source's registry known to the target's, and tells which ids they have there. For one caller at a time.
/// <list type="bullet">
/// <item>A. A version is registered behind those before it, and behind what it refers to.</item>
/// <item>B. What one subject is refused for holds up no other; a registry that does not answer ends the round.</item>
/// <item>C. With ids that are kept a subject is in mode <c>IMPORT</c> only while one of its schemas is registered. A round takes that mode
/// from any subject that has it there and not on the source: a process that was killed in between leaves nothing behind.</item>
/// </list>
/// </summary>
/// <param name="options">What is asked for.</param>
/// <param name="source">The registry of the source.</param>
/// <param name="target">The registry of the target.</param>
/// <param name="ids">Learns the ids.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The flow's log.</param>
internal sealed partial class SchemaSync(SchemaOptions options, RegistryClient source, RegistryClient target, SchemaIdTable ids,
    TimeProvider time, ILogger logger) : IDisposable
{
    private const string Import = "IMPORT";

    /// <summary>Levels and modes change rarely: they are looked at in the first round, and in each of so many.</summary>
    private const int LevelsEvery = 10;

    /// <summary>What gives a mode back is not cut short by a stop, and does not hold it up for longer.</summary>
    private static readonly TimeSpan SwitchesWithin = TimeSpan.FromSeconds(5);

    private readonly Dictionary<(string Subject, int Version), int> _done = [];
    private readonly HashSet<(string Subject, int Version)> _made = [];
    private readonly Dictionary<string, string> _failed = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, bool> _missing = [];
    private int _rounds;

    /// <summary>False: nothing is changed on the target, only looked at.</summary>
    public bool Writes { get; init; } = options.Copying != SchemaCopying.Lookup;

    /// <summary>Where it tells how it stands.</summary>
    public SchemaTotals Totals { get; init; } = new();

    /// <summary>What is not on the target, as <c>subject v2</c>, behind a round that changes nothing.</summary>
    public IReadOnlyList<string> Missing => [.. _missing.Keys];

    /// <summary>Clients of both registries.</summary>
    /// <exception cref="Transport.Security.Stores.StoreException">A store of certificates cannot be read.</exception>
    public static SchemaSync Of(SchemaOptions options, SchemaIdTable ids, TimeProvider time, ILogger logger, bool writes = true,
        SchemaTotals? totals = null)
    {
        var source = new RegistryClient("source", options.Source, RegistryHandler.Create(options.Source.Tls, time), time);
        var target = new RegistryClient("target", options.Target, RegistryHandler.Create(options.Target.Tls, time), time);
        return new SchemaSync(options, source, target, ids, time, logger)
        {
            Writes = writes && options.Copying != SchemaCopying.Lookup,
            Totals = totals ?? new SchemaTotals()
        };
    }

    /// <summary>Why ids cannot be kept in the target's registry; null where they can, or are not to be.</summary>
    public async Task<string?> WhyNotKeptAsync(CancellationToken ct) =>
        options.Copying == SchemaCopying.Keep && await target.ModeAsync(null, ct) is null
            ? $"{target.Called} has no modes, and takes no ids that it did not give: 'heliostat.schemas = translate' gives records the ids "
                + "that it gives" : null;

    /// <summary>One look at all of it. What subjects were refused for is in <see cref="Totals"/>.</summary>
    /// <exception cref="RegistryException">A registry does not answer, or does not let us in.</exception>
    public async Task LookAsync(CancellationToken ct)
    {
        _failed.Clear();
        _missing.Clear();
        string[] subjects = [.. (await source.SubjectsAsync(deleted: false, ct))
            .Where(options.Subjects.Includes).Order(StringComparer.Ordinal)];
        var looksAtLevels = _rounds++ % LevelsEvery == 0;
        foreach (var subject in subjects)
        {
            await TryAsync(subject, looksAtLevels, () => VersionsAsync(subject, ct), ct);
        }

        await LookAtDeletedAsync(ct);
        await LookForAskedAsync(ct);
        Totals.Standing = new SchemaStanding(subjects.Length, ids.Count, Totals.Registered, ids.Unknown,
            new Dictionary<string, string>(_failed), time.GetUtcNow());
    }

    /// <summary>The same; that subjects were refused is a failure.</summary>
    /// <exception cref="RegistryException">A registry does not answer or does not let us in, or does not take a subject.</exception>
    public async Task RoundAsync(CancellationToken ct)
    {
        await LookAsync(ct);
        if (_failed.FirstOrDefault() is { Key: { } subject, Value: var why })
        {
            var others = _failed.Count == 1 ? "" : $"; and {_failed.Count - 1} more subjects";
            throw new RegistryException(RegistryFailure.Refused, $"{why} (subject '{subject}'{others})");
        }
    }

    public void Dispose()
    {
        source.Dispose();
        target.Dispose();
    }

    /// <summary>
    /// Does one subject. What is refused may be so for a level or mode that the source has changed since: those are looked at, and it is
    /// tried once more.
    /// </summary>
    private async Task TryAsync(string subject, bool levels, Func<Task> versions, CancellationToken ct)
    {
        try
        {
            await versions();
            if (levels)
            {
                await LevelsAsync(subject, ct);
            }
        }
        catch (RegistryException refused) when (refused.Failure == RegistryFailure.Refused)
        {
            if (await TryOnceMoreAsync(subject, versions, ct) is { } why)
            {
                _failed[subject] = why;
            }
        }
    }

    private async Task<string?> TryOnceMoreAsync(string subject, Func<Task> versions, CancellationToken ct)
    {
        try
        {
            await LevelsAsync(subject, ct);
            await versions();
            return null;
        }
        catch (RegistryException refused) when (refused.Failure == RegistryFailure.Refused)
        {
            return refused.Message;
        }
    }

    private async Task VersionsAsync(string subject, CancellationToken ct)
    {
        foreach (var version in await source.VersionsAsync(subject, deleted: false, ct))
        {
            await EnsureAsync(subject, version, [], ct);
        }
    }

    /// <summary>Sees to it that a version is on the target; its number there, null where it is not there and is not to be.</summary>
    private async Task<int?> EnsureAsync(string subject, int version, HashSet<(string, int)> way, CancellationToken ct)
    {
        if (_done.TryGetValue((subject, version), out var known))
        {
            return known;
        }

        if (!way.Add((subject, version)))
        {
            throw new RegistryException(RegistryFailure.Refused, $"{source.Called}: version {version} of '{subject}' refers to itself");
        }

        var here = await source.VersionAsync(subject, version, deleted: true, ct)
            ?? throw new RegistryException(RegistryFailure.Refused, $"{source.Called}: version {version} of '{subject}' is not there");
        var schema = await WithReferencesAsync(here.Schema, way, ct);
        var there = schema is null ? null
            : options.Copying == SchemaCopying.Keep ? await KeepAsync(subject, here, schema, ct)
            : await TranslateAsync(subject, version, schema, ct);
        if (there is null)
        {
            _missing[string.Create(CultureInfo.InvariantCulture, $"{subject} v{version}")] = true;
            return null;
        }

        Learn(here.Id, there.Id);
        _done[(subject, version)] = there.Version;
        return there.Version;
    }

    /// <summary>A schema with the versions that what it refers to has on the target; null where that is not there.</summary>
    private async Task<Schema?> WithReferencesAsync(Schema schema, HashSet<(string, int)> way, CancellationToken ct)
    {
        if (schema.References.Count == 0)
        {
            return schema;
        }

        List<SchemaReference> references = [];
        foreach (var reference in schema.References)
        {
            if (await EnsureAsync(reference.Subject, reference.Version, [.. way], ct) is not { } there)
            {
                return null;
            }

            references.Add(reference with { Version = there });
        }

        return schema with { References = references };
    }

    private async Task<RegisteredSchema?> TranslateAsync(string subject, int version, Schema schema, CancellationToken ct)
    {
        var there = await target.FindAsync(subject, schema, deleted: !Writes, ct);
        if (there is not null || !Writes)
        {
            return there;
        }

        var id = await target.RegisterAsync(subject, schema, kept: null, ct);
        Registered(subject, version, id);
        return await target.FindAsync(subject, schema, deleted: false, ct)
            ?? throw new RegistryException(RegistryFailure.Refused,
                $"{target.Called}: registered a schema of '{subject}' as {id}, and does not find it");
    }

    private async Task<RegisteredSchema?> KeepAsync(string subject, RegisteredSchema here, Schema schema, CancellationToken ct)
    {
        if (await target.VersionAsync(subject, here.Version, deleted: false, ct) is { } there)
        {
            return there.Id == here.Id && there.Schema.IsLike(schema) ? there : throw new RegistryException(
                RegistryFailure.Refused,
                $"{target.Called}: version {here.Version} of '{subject}' has id {there.Id} and another schema or id than on the source, "
                    + $"where it is {here.Id}: 'heliostat.schemas = translate' gives records the target's ids");
        }

        if (!Writes)
        {
            return null;
        }

        var own = await target.ModeAsync(subject, ct);
        var imports = (own ?? await target.ModeAsync(null, ct)) == Import;
        if (!imports)
        {
            await SwitchAsync(subject, Import);
        }

        try
        {
            var id = await target.RegisterAsync(subject, schema, (here.Id, here.Version), ct);
            Registered(subject, here.Version, id);
            return id == here.Id ? here : throw new RegistryException(RegistryFailure.Refused,
                $"{target.Called}: gave id {id} to a schema of '{subject}' that was to keep {here.Id}");
        }
        finally
        {
            if (!imports)
            {
                await SwitchAsync(subject, own);
            }
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

    /// <summary>
    /// What was deleted on the source is registered for nobody, but records of before may be on both sides. What is refused here is told
    /// where a record needs it.
    /// </summary>
    private async Task LookAtDeletedAsync(CancellationToken ct)
    {
        if (options.Copying == SchemaCopying.Keep)
        {
            return;
        }

        foreach (var subject in (await source.SubjectsAsync(deleted: true, ct)).Where(options.Subjects.Includes))
        {
            if (await AllowedAsync(source.VersionsAsync(subject, deleted: true, ct)) is not { } versions)
            {
                continue;
            }

            foreach (var version in versions.Where(version => !_done.ContainsKey((subject, version))))
            {
                if (await AllowedAsync(source.VersionAsync(subject, version, deleted: true, ct)) is { Schema.References.Count: 0 } here
                    && await AllowedAsync(target.FindAsync(subject, here.Schema, deleted: true, ct)) is { } there)
                {
                    ids.Learn(here.Id, there.Id);
                }
            }
        }
    }

    /// <summary>What is answered; null where it is refused.</summary>
    private static async Task<T?> AllowedAsync<T>(Task<T> asked)
    {
        try
        {
            return await asked;
        }
        catch (RegistryException refused) when (refused.Failure == RegistryFailure.Refused)
        {
            return default;
        }
    }

    /// <summary>Ids that records have and no round found: of schemas that were deleted, or of nobody.</summary>
    private async Task LookForAskedAsync(CancellationToken ct)
    {
        foreach (var id in ids.Asked)
        {
            try
            {
                await LookForAsync(id, ct);
            }
            catch (RegistryException refused) when (refused.Failure == RegistryFailure.Refused)
            {
                _failed[string.Create(CultureInfo.InvariantCulture, $"id {id}")] = refused.Message;
            }
        }
    }

    private async Task LookForAsync(int id, CancellationToken ct)
    {
        var uses = (await source.UsesAsync(id, ct) ?? []).Where(use => options.Subjects.Includes(use.Subject)).ToList();
        if (uses.Count == 0)
        {
            ids.LearnUnknown(id);
        }

        foreach (var (subject, version) in uses)
        {
            await TryAsync(subject, levels: false, () => DeletedAsync(subject, version, ct), ct);
        }
    }

    /// <summary>
    /// A version that a record needs; one that was deleted on the source, and is registered here for the record, is deleted on the target
    /// again. One that others registered there stays.
    /// </summary>
    private async Task DeletedAsync(string subject, int version, CancellationToken ct)
    {
        var isKnown = _done.ContainsKey((subject, version));
        var there = await EnsureAsync(subject, version, [], ct);
        if (there is { } number && !isKnown && _made.Contains((subject, version))
            && !(await source.VersionsAsync(subject, deleted: false, ct)).Contains(version))
        {
            await target.DeleteAsync(subject, number, ct);
        }
    }

    private void Learn(int id, int there)
    {
        if (!ids.Learn(id, there))
        {
            ids.Find(id, out var before);
            throw new RegistryException(RegistryFailure.Refused,
                $"{target.Called}: id {id} of the source is {before} there, and {there} under another subject");
        }
    }

    private async Task LevelsAsync(string subject, CancellationToken ct)
    {
        if (!Writes)
        {
            return;
        }

        if (!options.CopiesLevels)
        {
            await TakeBackAsync(subject, ct);
            return;
        }

        if (await source.LevelAsync(subject, ct) is { } level && level != await target.LevelAsync(subject, ct))
        {
            await target.SetLevelAsync(subject, level, ct);
        }

        var mode = await source.ModeAsync(subject, ct) is { } own && own != Import ? own : null;
        var there = mode is null && options.Copying != SchemaCopying.Keep ? null : await target.ModeAsync(subject, ct);
        if (mode != there && (mode is not null || there == Import))
        {
            await target.SetModeAsync(subject, mode, ct);
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

    private void Registered(string subject, int version, int id)
    {
        Totals.Count();
        _made.Add((subject, version));
        LogRegistered(logger, subject, id);
    }

    [LoggerMessage(EventIds.SchemaRegistered, LogLevel.Information,
        "target: subject '{Subject}' has one more schema in its registry, with id {Id}")]
    private static partial void LogRegistered(ILogger logger, string subject, int id);
}
