using System.Globalization;
using Heliostat.Configuration.Options;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Registries;

/// <summary>
/// Versions of the source's subjects, as they are in the target's registry.
/// <list type="bullet">
/// <item>A. A version is registered behind those before it, and behind what it refers to.</item>
/// </list>
/// </summary>
/// <param name="options">What is asked for.</param>
/// <param name="source">The registry of the source.</param>
/// <param name="target">The registry of the target.</param>
/// <param name="ids">Learns the ids.</param>
/// <param name="levels">Modes of the target's subjects.</param>
/// <param name="logger">The flow's log.</param>
internal sealed partial class SchemaCopies(SchemaOptions options, RegistryClient source, RegistryClient target, SchemaIdTable ids,
    SubjectLevels levels, ILogger logger)
{
    private readonly Dictionary<(string Subject, int Version), int> _done = [];
    private readonly HashSet<(string Subject, int Version)> _made = [];
    private readonly OrderedDictionary<string, bool> _missing = [];

    /// <summary>False: nothing is registered, only looked for.</summary>
    public required bool Writes { get; init; }

    /// <summary>Where it counts what it registers.</summary>
    public required SchemaTotals Totals { get; init; }

    /// <summary>What was not on the target since the round began, as <c>subject v2</c>.</summary>
    public IReadOnlyList<string> Missing => [.. _missing.Keys];

    /// <summary>A round begins.</summary>
    public void Begin() => _missing.Clear();

    /// <summary>A version is known to be on the target.</summary>
    public bool IsThere(string subject, int version) => _done.ContainsKey((subject, version));

    /// <summary>A version was registered by this process.</summary>
    public bool IsOurs(string subject, int version) => _made.Contains((subject, version));

    /// <summary>Sees to it that all versions of a subject are on the target.</summary>
    public async Task EnsureAllAsync(string subject, CancellationToken ct)
    {
        foreach (var version in await source.VersionsAsync(subject, deleted: false, ct))
        {
            await EnsureAsync(subject, version, ct);
        }
    }

    /// <summary>Sees to it that a version is on the target; its number there, null where it is not there and is not to be.</summary>
    public Task<int?> EnsureAsync(string subject, int version, CancellationToken ct) => EnsureAsync(subject, version, [], ct);

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

        var id = await levels.ImportAsync(subject, async () =>
        {
            var given = await target.RegisterAsync(subject, schema, (here.Id, here.Version), ct);
            Registered(subject, here.Version, given);
            return given;
        }, ct);
        return id == here.Id ? here : throw new RegistryException(RegistryFailure.Refused,
            $"{target.Called}: gave id {id} to a schema of '{subject}' that was to keep {here.Id}");
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
