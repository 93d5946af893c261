using Heliostat.Client.Authentication.Jaas;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Providers;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.Quick;

/// <summary>Translates the command line of a mirror without a file.</summary>
public static class QuickMirror
{
    /// <summary>
    /// Where this form does better than Kafka's defaults, which suit consumers: a killed process is replaced after ten seconds, a new topic
    /// or partition is seen within five. <c>--consumer-property</c> wins.
    /// </summary>
    private static readonly PropertyEntry[] Defaults =
        [new("session.timeout.ms", "10000", "heliostat mirror", 0), new("metadata.max.age.ms", "3000", "heliostat mirror", 0)];

    /// <summary>
    /// Makes a mirror with the clients, the group and the topics that were asked for; the caller adds the rest with <c>with</c>.
    /// </summary>
    /// <exception cref="ConfigurationException">Something is wrong; everything that was found is listed.</exception>
    public static MirrorConfiguration Translate(QuickMirrorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Read(options).Configuration;
    }

    private static (MirrorConfiguration Configuration, SecurityRotation Rotation) Read(QuickMirrorOptions options)
    {
        var rotation = new SecurityRotation(() => Read(options).Rotation);
        var findings = new Findings();
        var clients = new ClientReader(JavaEnvironment.Read(Environment.GetEnvironmentVariable), findings, rotation);
        var shorthands = options.Shorthands.Select(s => new PropertyEntry(s.Key, s.Value, s.Option, 0));
        var consumer = new SettingValues(
            "source", "--from", ClientTables.MirrorSource,
            [.. Defaults, .. File("--from-config", options.FromConfig, findings),
                new PropertyEntry("bootstrap.servers", WithPorts("--from", options.From, findings), "--from", 0), .. shorthands,
                .. Pairs("--consumer-property", options.ConsumerProperties, findings)], findings);
        var producer = new SettingValues(
            "target", "--to", ClientTables.MirrorTarget,
            [.. File("--to-config", options.ToConfig, findings), new PropertyEntry("bootstrap.servers", WithPorts("--to", options.To,
                findings), "--to", 0), .. Pairs("--producer-property", options.ProducerProperties, findings)], findings);

        var target = clients.Target(producer);
        var source = clients.Source(consumer, groupId: null);
        var group = options.Group ?? source.Group.GroupId;
        var include = findings.Try("--topics", () => TopicSelection.FromPatterns(Patterns(options.Topics), []));
        var exclude = findings.Try("--exclude", () => TopicSelection.FromPatterns(Patterns(options.Exclude), []));
        if (include is not null && Patterns(options.Topics).Count == 0)
        {
            findings.Error("--topics", "is empty: it lists the topics to mirror");
        }

        MemoryBudget.Check(options.MemoryBudgetBytes, producer, findings);
        findings.ThrowIfAny();
        var configuration = new MirrorConfiguration(
            new FlowOptions
            {
                SourceConsumer = source with { Group = source.Group with { GroupId = group } },
                DataProducer = target,
                Selection = TopicSelection.FromPatterns(Patterns(options.Topics), exclude is null ? [] : Patterns(options.Exclude)),
                Losses = ClientReader.Losses(consumer),
                Positions = new SourceGroupOptions
                {
                    AbortOnSendFailure = false,
                    ChecksPositions = true,
                    FormerGroupId = group.Length > 0 ? null : FormerGroup(target),
                },
            },
            MemoryBudget.Of(options.MemoryBudgetBytes, target),
            findings.Warnings,
            findings.Notices);
        return (configuration, rotation);
    }

    /// <summary>A host alone is on Kafka's usual port.</summary>
    private static string WithPorts(string option, string servers, Findings findings) =>
        string.Join(',', SettingParsers.List(servers.Trim()).Select(entry =>
        {
            if (entry.Length == 0 || entry.Contains(':'))
            {
                return entry;
            }

            findings.Notice(option, $"'{entry}' has no port: 9092 is taken");
            return entry + ":9092";
        }));

    private static string FormerGroup(TargetOptions target) =>
        $"heliostat-to-{string.Join('-', target.Client.BootstrapServers.Select(Bootstrap.Text)).Replace(':', '-')}";

    private static IReadOnlyList<string> Patterns(string list) => [.. SettingParsers.List(list.Trim()).Where(p => p.Length > 0)];

    private static IReadOnlyList<PropertyEntry> File(string option, string? path, Findings findings) =>
        path is null
            ? []
            : findings.Try(null, () => ResolvedEntries.Load(option, path, Environment.GetEnvironmentVariable, findings)) ?? [];

    private static List<PropertyEntry> Pairs(string option, IReadOnlyList<string> pairs, Findings findings)
    {
        var entries = new List<PropertyEntry>();
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                findings.Error(option, $"'{pair}' is not KEY=VALUE");
            }
            else
            {
                entries.Add(new PropertyEntry(pair[..equals].Trim(), pair[(equals + 1)..], option, 0));
            }
        }

        return entries;
    }
}
