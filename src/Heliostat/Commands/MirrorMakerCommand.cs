using System.CommandLine;
using Heliostat.Commands.Usage;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker1;
using Heliostat.Configuration.Options;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat mirror-maker</c>: MirrorMaker 1 by its own options and exit statuses.</summary>
internal static class MirrorMakerCommand
{
    public const string Name = "mirror-maker";

    /// <summary>What MirrorMaker 1 ends with when it fails while running: <c>exit(-1)</c>. Whatever stops it earlier is a 1.</summary>
    private const int FailureExitCode = 255;

    private static readonly Option<string[]> ConsumerConfig = new("--consumer.config")
    {
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
        Description = "Properties file of the source cluster (REQUIRED)",
        HelpName = "FILE"
    };

    private static readonly Option<string> ProducerConfig = new("--producer.config")
    {
        Description = "Properties file of the target cluster (REQUIRED)",
        HelpName = "FILE"
    };

    private static readonly Option<string> Include = new("--include")
    {
        Description = "Java regular expressions of the topics to mirror, separated by commas (REQUIRED)",
        HelpName = "LIST"
    };

    private static readonly Option<string> Whitelist = new("--whitelist")
    {
        Description = "The old name of --include; ignored if that is given",
        HelpName = "LIST"
    };

    private static readonly Option<int> NumStreams = new("--num.streams")
    {
        Description = "Members this process adds to the consumer group",
        DefaultValueFactory = _ => 1,
        CustomParser = Amount.Whole,
        HelpName = "N",
    };

    private static readonly Option<int> OffsetCommitInterval = new("--offset.commit.interval.ms")
    {
        Description = "How often offsets are committed",
        DefaultValueFactory = _ => 60_000,
        CustomParser = Amount.Whole,
        HelpName = "MS",
    };

    // Not Option<bool>: that one takes no argument but true and false, and MirrorMaker 1 refuses any other.
    private static readonly Option<string> AbortOnSendFailure = new("--abort.on.send.failure")
    {
        Description = "true: end when a record cannot be delivered; false: pause its partition",
        DefaultValueFactory = _ => "true",
        HelpName = "true|false",
    };

    private static readonly Option<string?> MessageHandler = new("--message.handler")
    {
        Description = "A class of Java that makes records of each record, in a JVM of its own; CLASSPATH and KAFKA_HOME name its jars",
        HelpName = "CLASS",
    };

    private static readonly Option<string?> MessageHandlerArgs = new("--message.handler.args")
    {
        Description = "What the constructor of the message handler is given",
        HelpName = "ARGS",
    };

    private static readonly Option<bool> NewConsumer = new("--new.consumer") { Description = "Ignored, as in MirrorMaker 1" };

    private static readonly Option<bool> Version = new("--version") { Description = "Print the version" };

    private static readonly Option<string?> ZooKeeperOffsets = new("--zookeeper-offsets")
    {
        Description =
            "Offsets that the group kept in ZooKeeper, as Kafka's ExportZkOffsets wrote them; used where it has committed nothing since",
        HelpName = "FILE",
    };

    // Holds what MirrorMaker 1 overlooks on its command line, and options that it does not know.
    private static readonly Argument<string[]> Strays = new("strays") { Hidden = true, Arity = ArgumentArity.ZeroOrMore };

    public static Command Create()
    {
        AbortOnSendFailure.Validators.Add(Amount.Truth);
        var command = new Command(Name, "Mirror topics as MirrorMaker 1 does: same options, same files, same committed offsets.")
        {
            ConsumerConfig, ProducerConfig, Include, Whitelist, NumStreams, OffsetCommitInterval, AbortOnSendFailure, MessageHandler,
            MessageHandlerArgs, NewConsumer, Version,
            MirrorCommand.Placement, MirrorCommand.Memory, ZooKeeperOffsets, Strays,
        };
        FormerOptions.AddTo(command);
        RunOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>MirrorMaker 1 takes its options with one hyphen too.</summary>
    public static string[] Normalized(string[] args, Command command)
    {
        var known = command.Options.SelectMany(o => o.Aliases.Prepend(o.Name)).Append("--help").ToHashSet(StringComparer.Ordinal);
        return [.. args.Select(arg =>
        {
            var name = arg.Split('=')[0];
            return name.StartsWith('-') && !known.Contains(name) && known.Contains("-" + name) ? "-" + arg : arg;
        })];
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        if (parsed.GetValue(Version))
        {
            await Console.Out.WriteLineAsync(ProgramVersion.Text.AsMemory(), ct);
            return ExitCode.Success;
        }

        var (errors, warnings) = CommandLine(parsed);
        if (errors.Count > 0)
        {
            Terminal.Error.Problems(errors);
            return ExitCode.Usage;
        }

        MirrorConfiguration configuration;
        try
        {
            configuration = MirrorMaker1Files.Translate(Options(parsed));
        }
        catch (ConfigurationException failure)
        {
            // MirrorMaker 1 meets a bad pattern and a missing group only in its threads, and so ends as for a failure while running.
            Terminal.Error.Problems(failure.Problems);
            return failure.Problems.All(p => p.Key is "--include" or "--whitelist" or "group.id") ? FailureExitCode : ExitCode.Usage;
        }

        var outcome = await MirrorRun.RunAsync(configuration with { Warnings = [.. warnings, .. configuration.Warnings] },
            RunOptions.From(parsed));
        return ExitCode.Of(outcome) == ExitCode.Success ? ExitCode.Success : FailureExitCode;
    }

    private static MirrorMaker1Options Options(ParseResult parsed) => new()
    {
        ConsumerConfig = parsed.GetValue(ConsumerConfig)![0],
        ProducerConfig = parsed.GetValue(ProducerConfig)!,
        Include = parsed.GetValue(Include),
        Whitelist = parsed.GetValue(Whitelist),
        NumStreams = parsed.GetValue(NumStreams),
        OffsetCommitIntervalMs = parsed.GetValue(OffsetCommitInterval),
        AbortOnSendFailure = bool.Parse(parsed.GetValue(AbortOnSendFailure)!),
        Partitioner = parsed.GetValue(MirrorCommand.Placement) == "same" ? Partitioner.Same : Partitioner.KeyHash,
        MemoryBudgetBytes = parsed.GetValue(MirrorCommand.Memory),
        ZooKeeperOffsets = parsed.GetValue(ZooKeeperOffsets),
        MessageHandler = parsed.GetValue(MessageHandler),
        MessageHandlerArgs = parsed.GetValue(MessageHandlerArgs),
    };

    /// <summary>
    /// What can be said without opening the files: of what is not understood the first, as the rest may only follow from it.
    /// </summary>
    private static (IReadOnlyList<ConfigurationProblem> Errors,
        IReadOnlyList<ConfigurationProblem> Warnings) CommandLine(ParseResult parsed)
    {
        var (refused, ignored) = FormerOptions.Find(parsed);
        var strays = parsed.GetValue(Strays) ?? [];
        ConfigurationProblem[] warnings =
        [
            .. ignored,
            .. strays.Where(token => !token.StartsWith('-'))
                .Select(token => new ConfigurationProblem { Message = $"'{token}' is not an option and is ignored" }),
        ];
        if (refused.Count > 0) return (refused, warnings);

        var sources = parsed.GetValue(ConsumerConfig)!;
        var problem = strays.FirstOrDefault(token => token.StartsWith('-')) is { } stray ? WrongUse.Stray(parsed.CommandResult.Command,
            stray)
            : sources.Length > 1
                ? $"{ConsumerConfig.Name} is given {sources.Length} times: MirrorMaker 1 of Kafka 0.8 took several sources, a mirror has "
                    + $"one now; start one for each file, with the same {ProducerConfig.Name}"
            : WrongUse.Missing(
            [
                .. sources.Length == 0 ? [ConsumerConfig.Name] : Array.Empty<string>(),
                .. parsed.GetValue(ProducerConfig) is null ? [ProducerConfig.Name] : Array.Empty<string>(),
                .. parsed.GetValue(Include) is null && parsed.GetValue(Whitelist) is null ? [Include.Name] : Array.Empty<string>(),
            ]);
        return (problem is null ? [] : [new ConfigurationProblem { Message = WrongUse.WithHelp(parsed.CommandResult.Command, problem) }],
            warnings);
    }
}
