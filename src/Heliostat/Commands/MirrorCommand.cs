using System.CommandLine;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat mirror</c>: a mirror without a file.</summary>
internal static class MirrorCommand
{
    private static readonly Option<string> From = new("--from")
    {
        Description = "Bootstrap servers of the source cluster: HOST:PORT[,HOST:PORT...]",
        Required = true,
        HelpName = "HOST:PORT,..",
    };

    private static readonly Option<string> To = new("--to")
    {
        Description = "Bootstrap servers of the target cluster",
        Required = true,
        HelpName = "HOST:PORT,..",
    };

    private static readonly Option<string> Topics = new("--topics")
    {
        Description = "Topics to mirror: comma-separated Java patterns, each matching whole names",
        Required = true,
        HelpName = "PATTERN,..",
    };

    private static readonly Option<string> Exclude = new("--exclude")
    {
        Description = "Topics to leave out, likewise; wins over --topics",
        DefaultValueFactory = _ => "__.*",
        HelpName = "PATTERN,..",
    };

    private static readonly Option<bool> KeepNames = new("--keep-names")
    {
        Description = "Topics keep their names [default: SOURCE-ALIAS.NAME, as MirrorMaker 2 does]"
    };

    private static readonly Option<string> FromAlias = new("--from-alias")
    {
        Description = "The source's alias, put before topic names",
        DefaultValueFactory = _ => "source",
        HelpName = "ALIAS",
    };

    private static readonly Option<string?> Group = new("--group")
    {
        Description =
            "Consumer group on the source that stores positions; processes with one group share the work [default: named for the target's "
                + "cluster and the prefix]",
        HelpName = "GROUP",
    };

    private static readonly Option<string> Start = new("--start")
    {
        Description = "Where a partition without a stored position starts",
        DefaultValueFactory = _ => "earliest",
    };

    private static readonly Option<string> Isolation = new("--isolation")
    {
        Description = "read_committed leaves out aborted transactions; read_uncommitted copies them",
        DefaultValueFactory = _ => "read_committed",
    };

    public static readonly Option<string> Placement = new("--partitioner")
    {
        Description = "same keeps partitions where both sides have as many; key-hash places every record by its key",
        DefaultValueFactory = _ => "same",
    };

    private static readonly Option<int> Streams = new("--streams")
    {
        Description = "Group members in this process, each with its own connections",
        DefaultValueFactory = _ => 1,
        CustomParser = Amount.Count,
        HelpName = "N",
    };

    public static readonly Option<long?> Memory = new("--memory")
    {
        Description = "Bytes held between the clusters; reading stops when they are used up [default: buffer.memory, else 128M]",
        CustomParser = Amount.Bytes,
        HelpName = "SIZE",
    };

    private static readonly Option<TimeSpan?> CommitInterval = new("--commit-interval")
    {
        Description = "How often positions are committed [default: 5s]",
        CustomParser = Amount.Duration,
        HelpName = "TIME",
    };

    private static readonly Option<string[]> ConsumerProperty = new("--consumer-property")
    {
        Description = "A consumer setting of Kafka's for the source, e.g. fetch.max.bytes=1000000; may be repeated",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string[]> ProducerProperty = new("--producer-property")
    {
        Description = "A producer setting of Kafka's for the target, e.g. compression.type=zstd; may be repeated",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> FromConfig = new("--from-config")
    {
        Description =
            "A properties file with Kafka's consumer settings for the source, as MirrorMaker 1's --consumer.config; other options win",
        HelpName = "FILE",
    };

    private static readonly Option<string?> ToConfig = new("--to-config")
    {
        Description =
            "A properties file with Kafka's producer settings for the target, as MirrorMaker 1's --producer.config; other options win",
        HelpName = "FILE",
    };

    private static readonly Option<bool> UntilEnd = new("--until-end")
    {
        Description = "Stop once everything present at the start has been mirrored"
    };

    public static Command Create()
    {
        Start.AcceptOnlyFromAmong("earliest", "latest");
        Isolation.AcceptOnlyFromAmong("read_committed", "read_uncommitted");
        Placement.AcceptOnlyFromAmong("same", "key-hash");
        ConsumerProperty.Validators.Add(KeyValueArgument.Check);
        ProducerProperty.Validators.Add(KeyValueArgument.Check);
        var command = new Command("mirror", "Mirror topics between two clusters, without a file.")
        {
            From, To, Topics, Exclude, KeepNames, FromAlias, Group, Start, Isolation, Placement, Streams, Memory, CommitInterval, UntilEnd,
            ConsumerProperty, ProducerProperty, FromConfig, ToConfig,
        };
        RunOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        MirrorConfiguration configuration;
        try
        {
            configuration = Translate(parsed);
        }
        catch (ConfigurationException failure)
        {
            Terminal.Error.Problems(failure.Problems);
            return ExitCode.Configuration;
        }

        var outcome = await MirrorRun.RunAsync(configuration, RunOptions.From(parsed));
        return ExitCode.Of(outcome);
    }

    private static MirrorConfiguration Translate(ParseResult parsed)
    {
        var configuration = QuickMirror.Translate(new QuickMirrorOptions
        {
            From = parsed.GetValue(From)!,
            To = parsed.GetValue(To)!,
            FromConfig = parsed.GetValue(FromConfig),
            ToConfig = parsed.GetValue(ToConfig),
            Topics = parsed.GetValue(Topics)!,
            Exclude = parsed.GetValue(Exclude)!,
            Group = parsed.GetValue(Group),
            ConsumerProperties = parsed.GetValue(ConsumerProperty)!,
            ProducerProperties = parsed.GetValue(ProducerProperty)!,
            MemoryBudgetBytes = parsed.GetValue(Memory),
            Shorthands = [.. Given(parsed, Start, "auto.offset.reset"), .. Given(parsed, Isolation, "isolation.level")],
        });
        var flow = configuration.Flow;
        return configuration with
        {
            Flow = flow with
            {
                Naming = parsed.GetValue(KeepNames) ? NamingOptions.Keep : NamingOptions.WithPrefix(parsed.GetValue(FromAlias)!),
                Positions = flow.SourceGroup with
                {
                    Partitioner = parsed.GetValue(Placement) == "same" ? Partitioner.Same : Partitioner.KeyHash,
                    Streams = parsed.GetValue(Streams),
                    CommitInterval = parsed.GetValue(CommitInterval) ?? TimeSpan.FromSeconds(5),
                    UntilEnd = parsed.GetValue(UntilEnd),
                },
            },
        };
    }

    /// <summary>A default of the command line is the setting's own and overrules no file.</summary>
    private static IEnumerable<(string Option, string Key, string Value)> Given(ParseResult parsed, Option<string> option, string key) =>
        parsed.GetResult(option) is { Implicit: false } ? [(option.Name, key, parsed.GetValue(option)!)] : [];
}
