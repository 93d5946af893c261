using Heliostat.Client.Authentication.Jaas;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Providers;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Dialects.MirrorMaker1;

/// <summary>Translates MirrorMaker 1's two files and its options.</summary>
public static class MirrorMaker1Files
{
    private static readonly TimeSpan NewsWithin = TimeSpan.FromSeconds(3);

    private const string ZooKeeperOption = "--zookeeper-offsets";

    /// <summary>
    /// The warning that MirrorMaker 1 writes when the consumer file has no <c>partition.assignment.strategy</c>, word for word. The change
    /// that it announces never came.
    /// </summary>
    internal const string AssignmentNotice =
        "The default partition assignment strategy of the mirror maker will change from 'range' to 'roundrobin' in an upcoming release "
        + "(so that better load balancing can be achieved). If you prefer to make this switch in advance of that release add the following "
        + "to the "
        + "corresponding config: 'partition.assignment.strategy=org.apache.kafka.clients.consumer.RoundRobinAssignor'";

    /// <summary>
    /// Reads both files and makes one mirror of them; topics keep their names, and positions are kept under the user's group.
    /// </summary>
    /// <exception cref="ConfigurationException">Something is wrong in the files or the options; everything that was found is
    /// listed.</exception>
    public static MirrorConfiguration Translate(MirrorMaker1Options options) => Translate(options, Environment.GetEnvironmentVariable);

    /// <summary>As <see cref="Translate(MirrorMaker1Options)"/>, with another environment.</summary>
    internal static MirrorConfiguration Translate(MirrorMaker1Options options, Func<string, string?> environment)
    {
        var configuration = Read(options, environment).Configuration;
        if (options.ZooKeeperOffsets is not { } file)
        {
            return configuration;
        }

        // Not with the two files, which are read again when they change.
        var flow = configuration.Flow;
        var offsets = ZooKeeperOffsets.Load(ZooKeeperOption, file, flow.SourceConsumer.Group.GroupId);
        return configuration with { Flow = flow with { Positions = flow.SourceGroup with { ZooKeeperOffsets = offsets } } };
    }

    private static (MirrorConfiguration Configuration, SecurityRotation Rotation) Read(MirrorMaker1Options options,
        Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(options);
        var rotation = new SecurityRotation(() => Read(options, environment).Rotation);
        var findings = new Findings();
        var java = JavaEnvironment.Read(environment);
        JavaFindings.Report(java, findings);
        var clients = new ClientReader(java, findings, rotation);
        var consumer = findings.Try(null, () => ResolvedEntries.Load("--consumer.config", options.ConsumerConfig, environment, findings));
        var producer = findings.Try(null, () => ResolvedEntries.Load("--producer.config", options.ProducerConfig, environment, findings));
        var source = consumer is null
            ? null
            : new SettingValues("source", options.ConsumerConfig, ClientTables.MirrorSource, consumer, findings);
        var target = producer is null
            ? null
            : new SettingValues("target", options.ProducerConfig, ClientTables.MirrorTarget, producer, findings);
        if (source is not null && string.IsNullOrWhiteSpace(source.Entry(ConsumerSettings.GroupId)?.Value))
        {
            findings.Error("group.id", "is missing: it names the consumer group that shares the partitions and stores the positions",
                source.File);
        }

        CheckNumbers(options, findings);
        var sourceOptions = source is null ? null : clients.Source(source, groupId: null);
        var targetOptions = target is null ? null : clients.Target(target);
        var topics = Topics(options, source is null || source.Get(ConsumerSettings.ExcludeInternalTopics), findings);
        var handler = MessageHandlers.Read(options, environment, findings);
        findings.ThrowIfAny();
        Warn(options, source!, findings);
        MemoryBudget.Check(options.MemoryBudgetBytes, target!, findings);
        var configuration = new MirrorConfiguration(
            new FlowOptions
            {
                SourceConsumer = sourceOptions! with
                {
                    Client = sourceOptions.Client with
                    {
                        ClientId = sourceOptions.Group.GroupId,
                        MetadataMaxAge = MaxAge(consumer!, sourceOptions)
                    }
                },
                DataProducer = targetOptions!,
                Selection = topics!,
                Losses = ClientReader.Losses(source!),
                Transforms = handler?.Chain ?? TransformChain.None,
                Java = handler?.Java,
                Positions = new SourceGroupOptions
                {
                    // Where a handler names no partition, the key says which: as with MirrorMaker 1.
                    Partitioner = handler is null ? options.Partitioner : Partitioner.KeyHash,
                    Streams = options.NumStreams,
                    CommitInterval = TimeSpan.FromMilliseconds(Math.Max(1, options.OffsetCommitIntervalMs)),
                    AbortOnSendFailure = options.AbortOnSendFailure,
                },
            },
            MemoryBudget.Of(options.MemoryBudgetBytes, targetOptions!),
            findings.Warnings,
            [.. findings.Notices, .. Notices(source!)]);
        return (configuration, rotation);
    }

    /// <summary>
    /// Unless somebody wants it otherwise, new topics and partitions are seen within seconds, where Kafka's consumer takes minutes.
    /// </summary>
    private static TimeSpan MaxAge(IReadOnlyList<PropertyEntry> consumer, SourceOptions source) =>
        consumer.Any(entry => entry.Key == "metadata.max.age.ms") ? source.Client.MetadataMaxAge : NewsWithin;

    private static void CheckNumbers(MirrorMaker1Options options, Findings findings)
    {
        if (options.NumStreams < 1)
        {
            findings.Error("--num.streams", $"{options.NumStreams} streams would mirror nothing; 1 or more are needed");
        }
    }

    private static TopicSelection? Topics(MirrorMaker1Options options, bool excludeInternalTopics, Findings findings)
    {
        var option = options.Include is not null ? "--include" : "--whitelist";
        if ((options.Include ?? options.Whitelist) is not { } list)
        {
            findings.Error("--include", "is missing: it lists the topics to mirror");
            return null;
        }

        if (TopicSelection.IncludeListPattern(list).Length == 0)
        {
            findings.Error(option, "is empty: it lists the topics to mirror");
            return null;
        }

        try
        {
            return TopicSelection.FromIncludeList(list, excludeInternalTopics);
        }
        catch (ConfigurationException e)
        {
            var pattern = TopicSelection.IncludeListPattern(list);
            var note = pattern == list ? "" : $" (the list '{list}' is read so: commas become '|', blanks and outer quotes go)";
            findings.Error(option, e.Message + note);
            return null;
        }
    }

    private static void Warn(MirrorMaker1Options options, SettingValues source, Findings findings)
    {
        if (source.Entry(ConsumerSettings.PartitionAssignmentStrategy) is null)
        {
            findings.Warning(null, AssignmentNotice);
        }

        if (options.Include is not null && options.Whitelist is not null)
        {
            findings.Warning("--whitelist", "is ignored, because --include is given");
        }

        if (source.Entry(ClusterSettings.ClientId) is { } clientId)
        {
            findings.Warning(clientId.Key,
                "has no effect: the clients are named after group.id and the number of the stream, as in MirrorMaker 1", clientId);
        }

        if (!options.AbortOnSendFailure)
        {
            findings.Warning("--abort.on.send.failure",
                "false: a partition whose records cannot be delivered is paused and retried; unlike in MirrorMaker 1 they are not dropped");
        }
    }

    private static List<ConfigurationProblem> Notices(SettingValues source)
    {
        var notices = new List<ConfigurationProblem>();
        if (source.Entry(ConsumerSettings.AutoOffsetReset) is null)
        {
            notices.Add(new ConfigurationProblem
            {
                File = source.File?.File,
                Key = ConsumerSettings.AutoOffsetReset.Key,
                Message =
                    "is not set: partitions without a committed offset start at the earliest record, where MirrorMaker 1 skipped what was "
                        + "there",
            });
        }

        if (source.Entry(ConsumerSettings.IsolationLevel) is null)
        {
            notices.Add(new ConfigurationProblem
            {
                File = source.File?.File,
                Key = ConsumerSettings.IsolationLevel.Key,
                Message = "is not set: records of aborted transactions are left out, where MirrorMaker 1 copied them",
            });
        }

        return notices;
    }
}
