using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Heliostat.Configuration.Options;
using Heliostat.Output;
using Heliostat.Output.Logs;

namespace Heliostat.Commands;

/// <summary>How a long-running command behaves towards the one who started it; the options that all of them have.</summary>
internal sealed record RunOptions
{
    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Say nothing but warnings and errors" };
    public static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Say more, with the stack of failures" };
    private static readonly Option<bool> JsonOption = new("--json")
    {
        Description = "Progress as one JSON object a line on standard output"
    };

    private static readonly Option<TimeSpan?> GraceOption = new("--grace")
    {
        Description = "How long a stop may take before it is forced [default: 30s]",
        CustomParser = Amount.Duration,
        HelpName = "TIME",
    };

    private static readonly Option<TimeSpan?> IntervalOption = new("--interval")
    {
        Description = "Between two progress lines where there is no terminal [default: 10s]",
        CustomParser = Amount.Duration,
        HelpName = "TIME",
    };

    private static readonly Option<IPEndPoint?> MetricsOption = new("--metrics")
    {
        Description =
            "Serve metrics and health there: [HOST:]PORT; without a host to this machine only [default: heliostat.metrics.listeners, else "
                + "nowhere]",
        CustomParser = ListenAddressOf,
        HelpName = "HOST:PORT",
    };

    private static readonly Option<IReadOnlyList<IPEndPoint>?> ApiOption = ApiAddress(
        "Serve the page and the API there: [HOST:]PORT, or none [default: heliostat.api.listeners; of run 8083 or the next free port, to "
            + "this machine only]");

    private static readonly Option<string> LogFormatOption = new("--log-format")
    {
        Description = "text or json; auto: json within Kubernetes, with priorities for systemd's journal, else text",
        DefaultValueFactory = _ => "auto",
        HelpName = "FORMAT",
    };

    public static TimeSpan DefaultGrace { get; } = TimeSpan.FromSeconds(30);

    public static TimeSpan DefaultInterval { get; } = TimeSpan.FromSeconds(10);

    public Verbosity Verbosity { get; init; }

    public bool Json { get; init; }

    /// <summary>How long a graceful stop may take.</summary>
    public TimeSpan Grace { get; init; } = DefaultGrace;

    /// <summary>It ends when all lanes have.</summary>
    public bool UntilEnd { get; init; }

    /// <summary>Where metrics are served; nowhere when empty.</summary>
    public IReadOnlyList<IPEndPoint> Metrics { get; init; } = [];

    /// <summary>Where the API is served; nowhere when empty; null where nobody said.</summary>
    public IReadOnlyList<IPEndPoint>? Api { get; init; }

    public LogFormat LogFormat { get; init; }

    /// <summary>Between two progress lines where there is no terminal.</summary>
    public TimeSpan Interval { get; init; } = DefaultInterval;

    static RunOptions() => LogFormatOption.Validators.Add(static result =>
    {
        if (result.GetValueOrDefault<string>() is not ("auto" or "text" or "json"))
        {
            result.AddError($"--log-format: '{result.GetValueOrDefault<string>()}' is none of auto, text and json");
        }
    });

    /// <summary>Where page and API are served; null where nobody says.</summary>
    public static Option<IReadOnlyList<IPEndPoint>?> ApiAddress(string description) =>
        new("--api") { Description = description, CustomParser = ApiAddressOf, HelpName = "HOST:PORT" };

    public static void AddTo(Command command)
    {
        command.Options.Add(Quiet);
        command.Options.Add(Verbose);
        command.Options.Add(JsonOption);
        command.Options.Add(IntervalOption);
        command.Options.Add(GraceOption);
        command.Options.Add(MetricsOption);
        command.Options.Add(ApiOption);
        command.Options.Add(LogFormatOption);
    }

    public static Verbosity VerbosityOf(ParseResult parsed) =>
        parsed.GetValue(Quiet) ? Verbosity.Quiet : parsed.GetValue(Verbose) ? Verbosity.Verbose : Verbosity.Normal;

    public static RunOptions From(ParseResult parsed) => new()
    {
        Verbosity = VerbosityOf(parsed),
        Json = parsed.GetValue(JsonOption),
        Grace = parsed.GetValue(GraceOption) ?? DefaultGrace,
        Interval = parsed.GetValue(IntervalOption) ?? DefaultInterval,
        Metrics = parsed.GetValue(MetricsOption) is { } address ? [address] : [],
        Api = parsed.GetValue(ApiOption),
        LogFormat = parsed.GetValue(LogFormatOption) switch
        {
            "json" => LogFormat.Json,
            "text" => LogFormat.Text,
            _ => LogFormats.Fitting(),
        },
    };

    private static IReadOnlyList<IPEndPoint>? ApiAddressOf(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: "none" }])
        {
            return [];
        }

        try
        {
            return [ListenAddress.Parse(result.Tokens.Count == 1 ? result.Tokens[0].Value : "")];
        }
        catch (FormatException failure)
        {
            result.AddError(result.Tokens is [var one] && ListenAddress.IsSecured(one.Value) == true
                ? $"--api: leave https:// out: heliostat.api.certificate.file of a file alone turns TLS on: '{one.Value}'"
                : $"--api: {failure.Message}, or none");
            return null;
        }
    }

    private static IPEndPoint? ListenAddressOf(ArgumentResult result)
    {
        try
        {
            return ListenAddress.Parse(result.Tokens.Count == 1 ? result.Tokens[0].Value : "");
        }
        catch (FormatException failure)
        {
            result.AddError($"--metrics: {failure.Message}");
            return null;
        }
    }
}
