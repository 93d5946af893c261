using System.CommandLine;
using Heliostat.Mirroring.Configuration;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Commands;

/// <summary><c>heliostat mirror</c>: a mirror without a file.</summary>
internal static class MirrorCommand
{
    private static readonly Option<string> From = new("--from")
    {
        Description = "Bootstrap servers of the source cluster: HOST:PORT[,HOST:PORT...]", Required = true, HelpName = "HOST:PORT,..",
    };

    private static readonly Option<string> To = new("--to")
    {
        Description = "Bootstrap servers of the target cluster", Required = true, HelpName = "HOST:PORT,..",
    };

    private static readonly Option<string> Topics = new("--topics")
    {
        Description = "Topics to mirror: comma-separated Java patterns, each matching whole names", Required = true, HelpName = "PATTERN,..",
    };

    private static readonly Option<string> Exclude = new("--exclude")
    {
        Description = "Topics to leave out, likewise; wins over --topics", DefaultValueFactory = _ => "__.*", HelpName = "PATTERN,..",
    };

    private static readonly Option<bool> KeepNames = new("--keep-names") { Description = "Topics keep their names (default: SOURCE-ALIAS.NAME, as MirrorMaker 2 does)" };

    private static readonly Option<string> FromAlias = new("--from-alias")
    {
        Description = "The source's alias, put before topic names", DefaultValueFactory = _ => "source", HelpName = "ALIAS",
    };

    private static readonly Option<string?> Group = new("--group")
    {
        Description = "Consumer group on the source that stores positions; processes with one group share the work (default: heliostat-to-TARGET)", HelpName = "GROUP",
    };

    private static readonly Option<AutoOffsetReset> Start = new("--start")
    {
        Description = "Where a partition without a stored position starts: earliest or latest", DefaultValueFactory = _ => AutoOffsetReset.Earliest,
    };

    private static readonly Option<string> Isolation = new("--isolation")
    {
        Description = "read_committed leaves out aborted transactions; read_uncommitted copies them", DefaultValueFactory = _ => "read_committed",
    };

    private static readonly Option<string> Placement = new("--partitioner")
    {
        Description = "same keeps partitions where both sides have as many; key-hash places every record by its key", DefaultValueFactory = _ => "same",
    };

    private static readonly Option<int> Streams = new("--streams") { Description = "Group members in this process, each with its own connections", DefaultValueFactory = _ => 1 };

    private static readonly Option<long> Memory = new("--memory")
    {
        Description = "Bytes held between the clusters; reading stops when they are used up (e.g. 128M)", DefaultValueFactory = _ => 128L * 1024 * 1024,
        CustomParser = Amount.Bytes, HelpName = "SIZE",
    };

    private static readonly Option<TimeSpan> CommitInterval = new("--commit-interval")
    {
        Description = "How often positions are committed (e.g. 5s)", DefaultValueFactory = _ => TimeSpan.FromSeconds(5), CustomParser = Amount.Duration, HelpName = "TIME",
    };

    private static readonly Option<bool> UntilEnd = new("--until-end") { Description = "Stop once everything present at the start has been mirrored" };

    public static Command Create()
    {
        Isolation.AcceptOnlyFromAmong("read_committed", "read_uncommitted");
        Placement.AcceptOnlyFromAmong("same", "key-hash");
        Streams.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError("--streams must be at least 1");
        });
        var command = new Command("mirror", "Mirror topics between two clusters, without a file.")
        {
            From, To, Topics, Exclude, KeepNames, FromAlias, Group, Start, Isolation, Placement, Streams, Memory, CommitInterval, UntilEnd,
        };
        RunOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        MirrorOptions options;
        try
        {
            options = Translate(parsed);
        }
        catch (ConfigurationException failure)
        {
            await Console.Error.WriteLineAsync($"heliostat: {failure.Message}");
            return ExitCode.Configuration;
        }

        var outcome = await MirrorRun.RunAsync(options, RunOptions.From(parsed));
        return outcome.End switch
        {
            MirrorEnd.Failed => ExitCode.Failure,
            MirrorEnd.Aborted => ExitCode.Failure,
            MirrorEnd.Refused => ExitCode.Configuration,
            _ => ExitCode.Success,
        };
    }

    private static MirrorOptions Translate(ParseResult parsed)
    {
        var to = BootstrapServer.ParseList("--to", parsed.GetValue(To)!);
        return new MirrorOptions
        {
            Source = new SourceClientOptions
            {
                BootstrapServers = BootstrapServer.ParseList("--from", parsed.GetValue(From)!),
                GroupId = parsed.GetValue(Group) ?? $"heliostat-to-{string.Join('-', to).Replace(':', '-')}",
                AutoOffsetReset = parsed.GetValue(Start),
                IsolationLevel = parsed.GetValue(Isolation) == "read_committed" ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted,
            },
            Target = new TargetClientOptions { BootstrapServers = to },
            Topics = TopicSelection.FromPatterns(Patterns(parsed.GetValue(Topics)!), Patterns(parsed.GetValue(Exclude)!)),
            Naming = parsed.GetValue(KeepNames) ? TopicNaming.Keep : TopicNaming.WithPrefix(parsed.GetValue(FromAlias)!, "."),
            Partitioner = parsed.GetValue(Placement) == "same" ? Partitioner.Same : Partitioner.KeyHash,
            Streams = parsed.GetValue(Streams),
            MemoryBudgetBytes = parsed.GetValue(Memory),
            CommitInterval = parsed.GetValue(CommitInterval),
            UntilEnd = parsed.GetValue(UntilEnd),
            AbortOnSendFailure = false,
        };
    }

    private static string[] Patterns(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
