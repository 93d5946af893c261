using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.Jaas;
using Heliostat.Configuration.Explaining;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Providers;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Transport.Security;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>A file of MirrorMaker 2's dedicated mode, read and checked; it can be explained even where it cannot be run.</summary>
public sealed class MirrorMaker2Configuration
{
    /// <summary>The key that bounds what a flow takes, which can change while it runs.</summary>
    public const string ThrottleKey = "heliostat.throttle.bytes.per.second";

    private readonly Precedence _precedence;
    private readonly ConfigProviders _providers;
    private readonly Findings _findings = new();
    private readonly List<ConfigurationProblem> _notices = [];
    private readonly JavaEnvironment _java;
    private readonly string _path;
    private readonly Func<MirrorMaker2Configuration>? _again;

    private MirrorMaker2Configuration(
        IReadOnlyList<PropertyEntry> written, string path, IReadOnlyList<string> clusters, Func<string, string?> environment,
        Func<MirrorMaker2Configuration>? again)
    {
        _path = path;
        _again = again;
        _java = JavaEnvironment.Read(environment);
        var entries = RemovedNames.Replace(written, _notices);
        _providers = new ConfigProviders(entries, environment, _findings);
        _precedence = new Precedence(entries, _providers.Resolve);
        Aliases = ReadAliases(OtherFiles.What(entries, path));
        var all = FlowSelection.Flows(Aliases, _precedence.File);
        Flows = [.. all.Where(f => clusters.Count == 0 || clusters.Contains(f.Target))];
        Check(entries, all, clusters);
    }

    /// <summary>The aliases of all clusters in the file.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>The flows that this process would run.</summary>
    public IReadOnlyList<FlowName> Flows { get; }

    /// <summary>Everything that must be put right first, in the order of the file.</summary>
    public IReadOnlyList<ConfigurationProblem> Errors { get; private set; } = [];

    /// <summary>Everything that the user wrote and that does not do what it says, in the order of the file.</summary>
    public IReadOnlyList<ConfigurationProblem> Warnings { get; private set; } = [];

    /// <summary>What the user should know: names that newer versions dropped.</summary>
    public IReadOnlyList<ConfigurationProblem> Notices => _notices;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file as the user named it.</param>
    /// <param name="clusters"><c>--clusters</c>: only flows into these run here; all when empty.</param>
    /// <exception cref="ConfigurationException">The file cannot be read as properties at all.</exception>
    public static MirrorMaker2Configuration Load(string path, IReadOnlyList<string> clusters) =>
        new(JavaProperties.Load(option: null, path), path, clusters, Environment.GetEnvironmentVariable, () => Load(path, clusters));

    /// <summary>Checks what was read already.</summary>
    /// <param name="entries">The pairs.</param>
    /// <param name="path">The file as the user named it.</param>
    /// <param name="clusters"><c>--clusters</c>: only flows into these run here; all when empty.</param>
    /// <param name="environment">The value of an environment variable, or null.</param>
    /// <param name="again">Reads it again, as is done while it runs; null where that cannot be.</param>
    /// <param name="notices">What the user should know of how it was read.</param>
    public static MirrorMaker2Configuration Of(
        IReadOnlyList<PropertyEntry> entries, string path, IReadOnlyList<string> clusters, Func<string, string?> environment,
        Func<MirrorMaker2Configuration>? again = null, IReadOnlyList<ConfigurationProblem>? notices = null)
    {
        var read = new MirrorMaker2Configuration(entries, path, clusters, environment, again);
        read._notices.AddRange(notices ?? []);
        return read;
    }

    /// <summary>What the file asks this process to do.</summary>
    /// <exception cref="ConfigurationException">There are <see cref="Errors"/>.</exception>
    public MirrorMaker2File ToFile() => Read().File;

    private (MirrorMaker2File File, SecurityRotation? Rotation) Read()
    {
        if (Errors.Count > 0)
        {
            throw new ConfigurationException(Errors);
        }

        var rotation = _again is null ? null : new SecurityRotation(() => _again().Read().Rotation!);
        var reader = new FlowReader(_precedence, _java, new Findings(), rotation);
        var file = new MirrorMaker2File
        {
            Path = _path,
            Clusters = [.. Aliases.Select(a => new ClusterOptions
            {
                Alias = a,
                BootstrapServers = new FlowValues(_precedence.ClusterProperties(a)).Get(ClusterSettings.BootstrapServers)
            })],
            Flows = [.. Flows.Select(reader.Read)],
            Explain = () => [.. Flows.Select(Explain)],
            MetricsListeners = DriverSettings.MetricsListeners.Parse(_precedence.File[DriverSettings.MetricsListeners.Key]?.Value ?? ""),
            Api = ApiReader.Read(_precedence.File),
            Warnings = Warnings,
            Notices = Notices,
        };
        return (file, rotation);
    }

    /// <summary>The file as it is now, with the same flows chosen; null where it was not read from one.</summary>
    /// <exception cref="ConfigurationException">It cannot be read as properties at all.</exception>
    public MirrorMaker2Configuration? ReadAgain() => _again?.Invoke();

    /// <summary>
    /// What of a flow is different in <paramref name="other"/>: keys, each as its reader knows it. Secrets are left out: they are read
    /// again while a flow runs. Empty where nothing is; null where one of them does not have the flow.
    /// </summary>
    public IReadOnlyList<string>? Differs(FlowName flow, MirrorMaker2Configuration other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Flows.Contains(flow) || !other.Flows.Contains(flow))
        {
            return null;
        }

        var (here, there) = (Effective(flow), other.Effective(flow));
        return [.. here.Keys.Union(there.Keys).Where(key => here.GetValueOrDefault(key) != there.GetValueOrDefault(key))
            .Select(key => key.Key).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>What is different of the process itself, which reads it once.</summary>
    public IReadOnlyList<string> ProcessDiffers(MirrorMaker2Configuration other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return [.. DriverSettings.OfProcess
            .Select(setting => setting.Key).Where(key => _precedence.File[key]?.Value != other._precedence.File[key]?.Value)];
    }

    private Dictionary<(string Reader, string Key), string> Effective(FlowName flow)
    {
        Dictionary<(string, string), string> values = [];
        foreach (var section in Section.Of(flow, _precedence))
        {
            var secrets = section.Table.Settings
                .Where(setting => setting.Type == SettingType.Password).Select(setting => setting.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var value in section.Properties.Values.Where(value => !secrets.Contains(value.Key)))
            {
                values[(section.Name, value.Key)] = value.Value;
            }
        }

        return values;
    }

    /// <summary>Every setting of everyone in <paramref name="flow"/>, with its origin.</summary>
    public ExplainedFlow Explain(FlowName flow)
    {
        var sections = Section.Of(flow, _precedence);
        return new ExplainedFlow(
            flow.ToString(), new FlowValues(sections[0].Properties).Get(ConnectorSettings.Enabled),
            [.. sections.Select(s => new ExplainedReader(s.Name, [.. s.Table.Settings
                .Where(t => t.RemovedIn is null).OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => Explain(s, t))]))]);
    }

    private ExplainedSetting Explain(Section section, Setting setting)
    {
        if (section.Properties[setting.Key] is not { } value || (value.Entry is null && section.Role == ClientRole.DataProducer))
        {
            // What Connect sets for its producer is not what Heliostat goes by.
            return new ExplainedSetting { Key = setting.Key, Value = setting.Default, IsDefault = true };
        }

        return new ExplainedSetting
        {
            Key = setting.Key,
            Value = Shown(setting, value.Written, value.Entry),
            IsDefault = false,
            WrittenAs = value.Entry?.Key,
            Line = value.Entry?.Line ?? 0,
            Reason = value.Reason,
            NoEffect = value.Entry is null ? null : section.NoEffect(setting, value.Value),
            Overridden = [.. value.Overridden.Select(o => new ExplainedLoser(o.Key, o.Line, Shown(setting, o.Value, o)))],
        };
    }

    /// <summary>
    /// A reference is shown as it was written, never as what it stands for, and only when nothing else is written with it. Of a JAAS line,
    /// module, flag and the names of options are shown, and what is no secret.
    /// </summary>
    private string Shown(Setting setting, string written, PropertyEntry? entry)
    {
        if (!setting.IsSecret(written) || (entry is not null && _providers.IsSecret(entry) && ConfigProviders.IsReference(written)))
        {
            return written;
        }

        if (setting.Key == SecuritySettings.Jaas.Key)
        {
            try
            {
                return JaasConfig.Parse(written).ToString();
            }
            catch (SaslException)
            {
                // Reported as a problem; nothing of it can be told from a secret.
            }
        }

        return new Secret(written).ToString();
    }

    private IReadOnlyList<string> ReadAliases(string? otherFile)
    {
        if (_precedence.File["clusters"] is not { Entry: { } entry } clusters)
        {
            _findings.Error("clusters",
                $"is missing: {otherFile ?? $"it lists the aliases of the clusters, separated by commas; {MendedClusters()}"}",
                new PropertyEntry("", "", _path, 0));
            return [];
        }

        var list = DriverSettings.Clusters.Parse(clusters.Value);
        foreach (var twice in list.GroupBy(a => a).Where(g => g.Count() > 1))
        {
            _findings.Warning(entry.Key, $"names '{twice.Key}' more than once", entry);
        }

        return [.. list.Where(a => a.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The lines that this file lacks, by the aliases that its keys suppose.</summary>
    private string MendedClusters()
    {
        const string Servers = ".bootstrap.servers";
        string[] meant = [.. _precedence.File.Values.Where(v => v.Key.EndsWith(Servers, StringComparison.Ordinal))
            .Select(v => v.Key[..^Servers.Length]).Where(a => a.Length > 0 && !a.Contains('.'))];
        if (meant.Length < 2)
        {
            return "write 'clusters = A, B', and 'A.bootstrap.servers = HOST:9092' for each";
        }

        var (source, target) = (meant.FirstOrDefault(a => a.Equals("source", StringComparison.OrdinalIgnoreCase)) ?? meant[0],
            meant.FirstOrDefault(a => a.Equals("target", StringComparison.OrdinalIgnoreCase)) ?? meant[1]);
        var isEnabled = _precedence.File.Values.Any(v => v.Key.Contains("->", StringComparison.Ordinal)
            && v.Key.EndsWith(".enabled", StringComparison.Ordinal));
        return $"write 'clusters = {string.Join(", ", meant)}'{(isEnabled ? "" : $" and '{new FlowName(source, target)}.enabled = true'")}";
    }

    private void Check(IReadOnlyList<PropertyEntry> entries, IReadOnlyList<FlowName> all, IReadOnlyList<string> clusters)
    {
        var rules = new FlowRules(_precedence, _findings);
        var enabled = all.Where(f => new FlowValues(_precedence.ConnectorProperties(f,
            ConnectorRole.MirrorSourceConnector)).Get(ConnectorSettings.Enabled)).ToArray();
        if (_precedence.File["clusters"] is { Entry: { } at })
        {
            rules.CheckAliases(Aliases, at);
            rules.CheckServers(Flows, at);
            CheckSelection(clusters, at);
        }

        rules.CheckCycles(enabled);
        rules.CheckGroups(all);
        new ResidencyCheck(_precedence, _findings).Check(enabled, Aliases);
        ApiReader.Check(_precedence.File, DriverSettings.ApiListeners.Key, _findings);
        var effects = new EffectCheck(_providers, _findings);
        new TopLevelCheck(effects, Aliases).Read(_precedence.File.Values);
        foreach (var flow in all)
        {
            rules.CheckFlow(flow);
            foreach (var section in Section.Of(flow, _precedence))
            {
                effects.Read(section);
            }
        }

        effects.Report(entries, new KeyHints(Aliases, all, enabled));
        CheckReferences(entries, effects);
        CheckClients();
        JavaFindings.Report(_java, _findings);
        _notices.AddRange(_findings.Notices);
        var unresolved = entries.Where(entry => _providers.Unresolved(entry).Count > 0).Select(entry => entry.Line).ToHashSet();
        Errors = WithoutConsequences(Sorted(_findings.Errors), unresolved);
        Warnings = WithoutConsequences(Sorted(_findings.Warnings), unresolved);
    }

    private void CheckSelection(IReadOnlyList<string> clusters, PropertyEntry at)
    {
        // MirrorMaker 2 goes on with those that it knows.
        foreach (var unknown in clusters.Where(c => !Aliases.Contains(c)))
        {
            var text = KeyHints.UnknownAlias(unknown, Aliases);
            if (clusters.Any(Aliases.Contains))
            {
                _findings.Warning("--clusters", text);
            }
            else
            {
                _findings.Error("--clusters", text);
            }
        }

        foreach (var entry in _precedence.File.Values.Where(v => v.Key.EndsWith(".enabled", StringComparison.Ordinal)
            && v.Value.Trim().Equals("true", StringComparison.OrdinalIgnoreCase)))
        {
            var ends = entry.Key[..^".enabled".Length].Split("->");
            if (ends.Length == 2 && ends.All(e => !e.Contains('.') || Aliases.Contains(e))
                && ends.FirstOrDefault(e => !Aliases.Contains(e)) is { } unknown)
            {
                _findings.Error(entry.Key, KeyHints.UnknownAlias(unknown, Aliases), entry.Entry);
            }
        }

        if (Flows.Count == 0)
        {
            _findings.Error(at.Key, clusters.Count == 0
                ? "no flow is enabled: write 'A->B.enabled = true'"
                : $"no flow goes into {string.Join(", ", clusters)}", at);
        }
    }

    private void CheckReferences(IReadOnlyList<PropertyEntry> entries, EffectCheck effects)
    {
        foreach (var entry in entries)
        {
            foreach (var reason in _providers.Unresolved(entry))
            {
                if (effects.IsUsed(entry))
                {
                    _findings.Error(entry.Key, reason, entry);
                }
                else
                {
                    _findings.Warning(entry.Key, reason, entry);
                }
            }
        }
    }

    /// <summary>
    /// What only whole clients show: security protocols that are not there, intervals that do not fit. Each is reported once, where it was
    /// written.
    /// </summary>
    private void CheckClients()
    {
        var found = new Findings();
        var reader = new FlowReader(_precedence, _java, found, rotation: null);
        foreach (var flow in Flows)
        {
            reader.Read(flow);
        }

        var reported = new HashSet<(int, string)>();
        foreach (var problem in found.Errors.Where(p => p.Key != "bootstrap.servers" && reported.Add((p.Line, p.Message))))
        {
            var (key, entry) = Written(problem);
            _findings.Error(key, problem.Message, entry);
        }

        foreach (var problem in found.Warnings.Where(p => reported.Add((p.Line, p.Message))))
        {
            var (key, entry) = Written(problem);
            _findings.Warning(key, problem.Message, entry);
        }
    }

    /// <summary>Of a value with a reference that cannot be resolved only that is said, and of a reference only once.</summary>
    private static IReadOnlyList<ConfigurationProblem> WithoutConsequences(IReadOnlyList<ConfigurationProblem> problems,
        HashSet<int> unresolved) =>
        [
            .. problems.Where(p => !unresolved.Contains(p.Line) || ConfigProviders.IsUnresolved(p.Message))
                .DistinctBy(p => ConfigProviders.IsUnresolved(p.Message) ? p.Message : $"{p}"),
        ];

    /// <summary>The key as the user wrote it; a problem with a key that nobody wrote stands at the line that makes it one.</summary>
    private (string? Key, PropertyEntry? Entry) Written(ConfigurationProblem problem)
    {
        var entry = _precedence.File.Values.FirstOrDefault(v => v.Entry!.Line == problem.Line)?.Entry;
        var isOfEntry = entry is not null && (entry.Key == problem.Key || entry.Key.EndsWith("." + problem.Key, StringComparison.Ordinal));
        return (isOfEntry ? entry!.Key : problem.Key, entry);
    }

    private static IReadOnlyList<ConfigurationProblem> Sorted(IReadOnlyList<ConfigurationProblem> problems) =>
        [.. problems.Distinct().OrderBy(p => p.Line)];
}
