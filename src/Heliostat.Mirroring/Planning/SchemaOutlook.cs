using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Registries;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Planning;

/// <summary>What a flow would do about schemas: both registries are looked at, and nothing is changed.</summary>
internal sealed class SchemaOutlook(FlowOptions flow, TimeProvider time, ILogger logger)
{
    private const int MostNamed = 50;

    /// <summary>
    /// What is not on the target, as a hazard; null where there is nothing to say. What cannot work goes to <paramref name="refusals"/>.
    /// </summary>
    public async Task<PlannedHazard?> LookAsync(List<string> refusals, CancellationToken ct)
    {
        if (flow.Schemas is not { } schemas)
        {
            return null;
        }

        using var sync = new SchemaSync(schemas, new SchemaIdTable(), time, logger, writes: false);
        try
        {
            if (await sync.WhyNotKeptAsync(ct) is { } why)
            {
                refusals.Add(why);
                return null;
            }

            await sync.LookAsync(ct);
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            refusals.Add(failure.Message);
            return null;
        }

        refusals.AddRange(sync.Totals.Status!.Failed.Select(subject => $"schemas of '{subject.Key}': {subject.Value}"));
        return sync.Missing.Count == 0 ? null : new PlannedHazard(
            schemas.Copying == SchemaCopying.Lookup
                ? "schemas that the target's registry does not have: lanes wait at records with their ids"
                : "schemas that are registered in the target's registry",
            sync.Missing.Count <= MostNamed
                ? [.. sync.Missing]
                : [.. sync.Missing.Take(MostNamed), $"and {sync.Missing.Count - MostNamed} more"]);
    }
}
