using System.CommandLine;
using Heliostat.Configuration;

namespace Heliostat.Commands;

/// <summary>Options that some version of MirrorMaker 1 had and that do nothing here: known by name, each with what to do instead.</summary>
internal static class FormerOptions
{
    private static readonly Former[] All =
    [
        new("--consumer.rebalance.listener", "CLASS", Refused: true, Hidden: false,
            "Java classes cannot be loaded. Topics that the target lacks are created with the source's partition count without one, "
            + "and new partitions are added"),
        new("--rebalance.listener.args", "ARGS", Refused: false, Hidden: false, "is ignored: there is no rebalance listener"),
        new("--blacklist", "PATTERN", Refused: true, Hidden: true,
            "went with the consumer that read through ZooKeeper (Kafka 2.0); use --include with a pattern that leaves topics out, such as "
                + "--include '(?!secret).*'"),
        new("--num.producers", "N", Refused: false, Hidden: true,
            "is ignored: it belongs to Kafka 0.8; one producer for each stream is used"),
        new("--queue.size", "N", Refused: false, Hidden: true,
            "is ignored: it belongs to Kafka 0.8; --memory bounds what is held between the clusters"),
        new("--new.producer", null, Refused: false, Hidden: true, "is ignored: it belongs to Kafka 0.8.2"),
    ];

    public static void AddTo(Command command)
    {
        foreach (var former in All)
        {
            command.Options.Add(former.Option);
        }
    }

    /// <summary>What is to be said of the former options on this command line.</summary>
    public static (IReadOnlyList<ConfigurationProblem> Errors, IReadOnlyList<ConfigurationProblem> Warnings) Find(ParseResult parsed)
    {
        var given = All.Where(f => parsed.GetResult(f.Option) is { Implicit: false }).ToLookup(
            f => f.Refused, f => new ConfigurationProblem { Key = f.Option.Name, Message = f.Message });
        return ([.. given[true]], [.. given[false]]);
    }

    private sealed record Former
    {
        public Former(string name, string? argument, bool Refused, bool Hidden, string message)
        {
            var description = Refused ? "Refused: Java classes cannot be loaded" : "Ignored";
            Option = argument is null
                ? new Option<bool>(name) { Description = description, Hidden = Hidden }
                : new Option<string>(name) { Description = description, HelpName = argument, Hidden = Hidden };
            this.Refused = Refused;
            Message = message;
        }

        public Option Option { get; }

        public bool Refused { get; }

        public string Message { get; }
    }
}
