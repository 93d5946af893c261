using System.Globalization;
using Heliostat.Configuration.Options;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Registries;

/// <summary>
/// Makes the schemas of the source's registry known to the target's, and tells which ids they have there. For one caller at a time.
/// <list type="bullet">
/// <item>A. What one subject is refused for holds up no other; a registry that does not answer ends the round.</item>
/// <item>B. What a lane waits for is looked for before all else, and once in a round. An id is unknown when two rounds did not find
/// it.</item>
/// </list>
/// </summary>
internal sealed class SchemaSync : IDisposable
{
    /// <summary>
    /// Levels, modes and what was deleted change rarely: they are looked at in the first round, and in each of so many.
    /// </summary>
    private const int RareEvery = 10;

    private readonly SchemaOptions _options;
    private readonly SchemaIdTable _ids;
    private readonly TimeProvider _time;
    private readonly bool _writes;
    private readonly RegistryClient _source;
    private readonly RegistryClient _target;
    private readonly SubjectLevels _levels;
    private readonly SchemaCopies _copies;
    private readonly Dictionary<string, string> _failed = new(StringComparer.Ordinal);
    private readonly HashSet<(string Subject, int Version)> _deleted = [];
    private readonly HashSet<int> _lookedFor = [];
    private readonly HashSet<int> _doubted = [];
    private int _rounds;

    /// <param name="options">What is asked for.</param>
    /// <param name="ids">Learns the ids.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The flow's log.</param>
    /// <param name="writes">False: nothing is changed on the target, only looked at.</param>
    /// <param name="totals">Where it tells how it stands; null where that is in <see cref="Totals"/> only.</param>
    /// <exception cref="Transport.Security.Stores.StoreException">A store of certificates cannot be read.</exception>
    public SchemaSync(SchemaOptions options, SchemaIdTable ids, TimeProvider time, ILogger logger, bool writes = true,
        SchemaTotals? totals = null)
    {
        (_options, _ids, _time) = (options, ids, time);
        _writes = writes && options.Copying != SchemaCopying.Lookup;
        Totals = totals ?? new SchemaTotals();
        _source = new RegistryClient("source", options.Source, time);
        _target = new RegistryClient("target", options.Target, time);
        _levels = new SubjectLevels(options, _source, _target, time);
        _copies = new SchemaCopies(options, _source, _target, ids, _levels, logger) { Writes = _writes, Totals = Totals };
    }

    /// <summary>How it stands.</summary>
    public SchemaTotals Totals { get; }

    /// <summary>An id was not found once, and is to be looked for once more.</summary>
    public bool HasDoubts => _ids.Asked.Any(_doubted.Contains);

    /// <summary>What is not on the target, as <c>subject v2</c>, behind a round that changes nothing.</summary>
    public IReadOnlyList<string> Missing => _copies.Missing;

    /// <summary>Why ids cannot be kept in the target's registry; null where they can, or are not to be.</summary>
    public async Task<string?> WhyNotKeptAsync(CancellationToken ct) =>
        _options.Copying == SchemaCopying.Keep && await _target.ModeAsync(null, ct) is null
            ? $"{_target.Called} has no modes, and takes no ids that it did not give: 'heliostat.schemas = translate' gives records the "
                + "ids that it gives"
            : null;

    /// <summary>One look at all of it. What subjects were refused for is in <see cref="Totals"/>.</summary>
    /// <exception cref="RegistryException">A registry does not answer, or does not let us in.</exception>
    public async Task LookAsync(CancellationToken ct)
    {
        _failed.Clear();
        _lookedFor.Clear();
        _copies.Begin();
        await LookForAskedAsync(ct);
        string[] subjects = [.. (await _source.SubjectsAsync(deleted: false, ct))
            .Where(_options.Subjects.Includes).Order(StringComparer.Ordinal)];
        var looksAtAll = _rounds++ % RareEvery == 0;
        foreach (var subject in subjects)
        {
            await TryAsync(subject, looksAtAll, () => _copies.EnsureAllAsync(subject, ct), ct);
            await LookForAskedAsync(ct);
        }

        if (looksAtAll && _options.Copying != SchemaCopying.Keep)
        {
            await LookAtDeletedAsync(ct);
        }

        Totals.Status = new SchemaStatus(subjects.Length, _ids.Count, Totals.Registered, _ids.Unknown,
            new Dictionary<string, string>(_failed), _time.GetUtcNow());
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
        _source.Dispose();
        _target.Dispose();
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
                await CopyLevelsAsync(subject, ct);
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
            await CopyLevelsAsync(subject, ct);
            await versions();
            return null;
        }
        catch (RegistryException refused) when (refused.Failure == RegistryFailure.Refused)
        {
            return refused.Message;
        }
    }

    private Task CopyLevelsAsync(string subject, CancellationToken ct) => _writes ? _levels.CopyAsync(subject, ct) : Task.CompletedTask;

    /// <summary>
    /// What was deleted on the source is registered for nobody, but records of before may be on both sides: what is found is not asked for
    /// again. What is refused here is told where a record needs it.
    /// </summary>
    private async Task LookAtDeletedAsync(CancellationToken ct)
    {
        foreach (var subject in (await _source.SubjectsAsync(deleted: true, ct)).Where(_options.Subjects.Includes))
        {
            await LookForAskedAsync(ct);
            if (await AllowedAsync(_source.VersionsAsync(subject, deleted: true, ct)) is not { } versions)
            {
                continue;
            }

            foreach (var version in versions.Where(version =>
                !_copies.IsThere(subject, version) && !_deleted.Contains((subject, version))))
            {
                if (await AllowedAsync(_source.VersionAsync(subject, version, deleted: true, ct)) is { Schema.References.Count: 0 } here
                    && await AllowedAsync(_target.FindAsync(subject, here.Schema, deleted: true, ct)) is { } there)
                {
                    _ids.Learn(here.Id, there.Id);
                    _deleted.Add((subject, version));
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

    /// <summary>Ids that records have and no round found: new ones, of schemas that were deleted, or of nobody.</summary>
    private async Task LookForAskedAsync(CancellationToken ct)
    {
        foreach (var id in _ids.Asked.Where(_lookedFor.Add))
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
        var uses = (await _source.UsesAsync(id, ct) ?? []).Where(use => _options.Subjects.Includes(use.Subject)).ToList();
        if (uses.Count == 0 && !_doubted.Add(id))
        {
            _doubted.Remove(id);
            _ids.LearnUnknown(id);
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
        var isKnown = _copies.IsThere(subject, version);
        var there = await _copies.EnsureAsync(subject, version, ct);
        if (there is { } number && !isKnown && _copies.IsOurs(subject, version)
            && !(await _source.VersionsAsync(subject, deleted: false, ct)).Contains(version))
        {
            await _target.DeleteAsync(subject, number, ct);
        }
    }
}
