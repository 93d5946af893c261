using Heliostat.Metrics;
using Heliostat.Mirroring.Flows;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Heliostat.Commands;

/// <summary>
/// Sends the metrics by OTLP where OpenTelemetry's own variables say where to: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and those beside it.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    /// <summary>Of label sets of one instrument; more than so many are folded into one by OpenTelemetry.</summary>
    private const int MostTopics = 20_000;

    private readonly MirrorMeter _meter;
    private readonly MeterProvider? _sent;

    private Telemetry(MirrorMeter meter, MeterProvider? sent) => (_meter, _sent) = (meter, sent);

    /// <summary>Whether and where, in words; null where nothing is sent.</summary>
    public string? Says { get; private init; }

    /// <summary>The instruments are there from now on; they are sent where the environment says so.</summary>
    /// <param name="look">What the mirror does now, with each lane; asked for each instrument.</param>
    /// <param name="variable">A variable of the environment.</param>
    public static Telemetry Start(Func<EngineSnapshot> look, Func<string, string?> variable)
    {
        var meter = new MirrorMeter(look);
        string[] names = ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
        var isOff = string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
            || variable("OTEL_METRICS_EXPORTER") == "none";
        if (isOff || names.FirstOrDefault(name => variable(name) is { Length: > 0 }) is not { } named)
        {
            return new Telemetry(meter, null);
        }

        var sent = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty()
                .AddService("heliostat", serviceVersion: ProgramVersion.Text).AddTelemetrySdk().AddEnvironmentVariableDetector())
            .AddMeter(MirrorMeter.Name)
            .AddView(static _ => new MetricStreamConfiguration { CardinalityLimit = MostTopics })
            .AddOtlpExporter()
            .Build();
        return new Telemetry(meter, sent) { Says = $"metrics are sent by OTLP to {Where(variable(named)!)} ({named})" };
    }

    /// <summary>Without what may be a secret: name and password, path (some services have the key there), query.</summary>
    internal static string Where(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Host.Length > 0
            ? $"{address.Scheme}://{address.Authority}"
            : "an address that is no URL";

    public void Dispose()
    {
        _sent?.Dispose();
        _meter.Dispose();
    }
}
