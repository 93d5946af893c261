using System.CommandLine;
using Heliostat.Client;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Output;
using Heliostat.Strimzi;
using Heliostat.Transport;

namespace Heliostat.Commands;

/// <summary>
/// The MirrorMaker 2 file that a command is about, and which of its flows. What cannot be is said here; the command ends with its status.
/// </summary>
internal static class FlowFile
{
    public static readonly Argument<string> FileName = new("FILE")
    {
        Description = "The properties file of MirrorMaker 2's dedicated mode"
    };

    public static readonly Option<string[]> Clusters = new("--clusters")
    {
        Description = "Only flows into these clusters, as MirrorMaker 2's option of this name",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "ALIAS",
    };

    public static readonly Option<bool> Strimzi = new("--strimzi")
    {
        Description = "FILE is a KafkaMirrorMaker2 resource of Strimzi (YAML)"
    };

    public static readonly Option<string> Secrets = new("--secrets")
    {
        Description = "Where the secrets of a resource are, DIR/SECRET/KEY; without it Kubernetes is asked",
        HelpName = "DIR",
    };

    public static readonly Option<string> Flow = new("--flow") { Description = "Only this flow: SOURCE->TARGET", HelpName = "FLOW" };

    /// <summary>
    /// What <paramref name="read"/> makes of the file; null where it cannot be read or run: <see cref="ExitCode.Configuration"/>.
    /// </summary>
    public static T? Read<T>(ParseResult parsed, Func<MirrorMaker2Configuration, T> read)
        where T : class => Read(parsed, parsed.GetValue(FileName)!, read);

    /// <summary>The same of a file that another argument names.</summary>
    public static T? Read<T>(ParseResult parsed, string name, Func<MirrorMaker2Configuration, T> read)
        where T : class
    {
        try
        {
            var clusters = parsed.GetValue(Clusters) ?? [];
            return read(parsed.GetValue(Strimzi)
                ? new StrimziFile(name, parsed.GetValue(Secrets)).Flows(clusters)
                : MirrorMaker2Configuration.Load(name, clusters));
        }
        catch (ConfigurationException failure)
        {
            Terminal.Error.Problems(failure.Problems);
            return null;
        }
    }

    /// <summary>
    /// Asks the clusters of the enabled flows of a file, or of the one asked for; what cannot be read, is not among them, or cannot be
    /// asked is said.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">The file.</param>
    /// <param name="ask">Asks, and gives the status that the command ends with.</param>
    public static async Task<int> WithFlowsAsync(ParseResult parsed, string name, Func<IReadOnlyList<FlowOptions>, Task<int>> ask)
    {
        if (Read(parsed, name, file => file.ToFile()) is not { } file) return ExitCode.Configuration;
        if (Chosen(parsed, [.. file.Flows.Where(flow => flow.Enabled)], flow => flow.Name) is not { } chosen) return ExitCode.Usage;

        return await AskAsync(() => ask(chosen));
    }

    /// <summary>Asks clusters, and gives the status that the command ends with; that they cannot be asked is said.</summary>
    public static async Task<int> AskAsync(Func<Task<int>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is KafkaConnectionException or KafkaErrorException)
        {
            Terminal.Error.WriteLine($"heliostat: {failure.Message}");
            return ExitCode.Failure;
        }
    }

    /// <summary>All flows, or the one asked for; null where it is not among them: <see cref="ExitCode.Usage"/>.</summary>
    public static IReadOnlyList<T>? Chosen<T>(ParseResult parsed, IReadOnlyList<T> flows, Func<T, FlowName> name)
    {
        if (parsed.GetValue(Flow) is not { } only)
        {
            return flows;
        }

        T[] chosen = [.. flows.Where(flow => name(flow).ToString() == only)];
        if (chosen.Length == 0)
        {
            Terminal.Error.WriteLine($"heliostat: --flow: '{only}' is not one of the flows: {string.Join(", ", flows.Select(name))}");
            return null;
        }

        return chosen;
    }
}
