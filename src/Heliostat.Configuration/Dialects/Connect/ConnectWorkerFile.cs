using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Heliostat.Client;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Providers;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.Connect;

/// <summary>
/// The file of a worker of Kafka Connect in distributed mode (<c>DistributedConfig</c>), as <c>connect-distributed.sh</c> takes it.
/// </summary>
public sealed class ConnectWorkerFile
{
    private const string Config = "config";
    private const string Status = "status";
    private const short DefaultReplicas = 3;
    private const int DefaultPort = 8083;

    private static readonly string[] Secrets = [.. SourceConnectorSettings.Table.Settings.Concat(SecuritySettings.Table.Settings)
        .Where(setting => setting.Type == SettingType.Password).Select(setting => setting.Key).Distinct()];

    private readonly IReadOnlyList<PropertyEntry> _entries;
    private readonly Func<string, string?> _environment;
    private readonly EffectiveProperties _values;

    private ConnectWorkerFile(string path, Func<string, string?> environment)
    {
        (Path, _environment) = (path, environment);
        _entries = JavaProperties.Load(option: null, path);
        var findings = new Findings();
        var providers = new ConfigProviders(_entries, environment, findings);
        _values = new Precedence(_entries, providers.Resolve).File;
        foreach (var key in (string[])["bootstrap.servers", "group.id", "config.storage.topic", "offset.storage.topic",
            "status.storage.topic"])
        {
            if (string.IsNullOrWhiteSpace(_values[key]?.Value))
            {
                findings.Error(key, "is missing: a worker of Kafka Connect in distributed mode has it",
                    new PropertyEntry(key, "", path, 0));
            }
        }

        foreach (var setting in DriverSettings.OfProcess)
        {
            if (_values[setting.Key] is { } value && setting.Check(value.Value) is { } wrong)
            {
                findings.Error(setting.Key, wrong, value.Entry!);
            }
        }

        ConfigTopic = Topic(Config, 1, findings);
        StatusTopic = Topic(Status, 5, findings);
        Api = Served(findings);
        findings.ThrowIfAny();
        Client = ClientFile.Read(path, "worker", environment);
    }

    /// <summary>The file as the user named it.</summary>
    public string Path { get; }

    /// <summary><c>group.id</c>: what the workers of a Connect cluster have in common.</summary>
    public string GroupId => _values["group.id"]!.Value.Trim();

    /// <summary>Where connectors are kept.</summary>
    public ConnectTopic ConfigTopic { get; }

    /// <summary>Where it is told how they are.</summary>
    public ConnectTopic StatusTopic { get; }

    /// <summary>How the worker's cluster is reached.</summary>
    public ClientOptions Client { get; }

    /// <summary>How the API is served: <c>listeners</c>, unless <c>heliostat.api.listeners</c> says otherwise.</summary>
    public ServedApi Api { get; }

    /// <summary><c>heliostat.metrics.listeners</c>.</summary>
    public IReadOnlyList<IPEndPoint> MetricsListeners =>
        DriverSettings.MetricsListeners.Parse(_values[DriverSettings.MetricsListeners.Key]?.Value ?? "");

    /// <summary>
    /// What the worker is called in statuses, <c>host:port</c> as <c>RestServer.advertisedUrl</c> has it: <c>rest.advertised.host.name</c>
    /// and <c>.port</c>, else where it listens; where that is all addresses, at the one that this machine's name stands for.
    /// </summary>
    /// <param name="listening">Where it listens; null where it does not, or not yet.</param>
    public string WorkerIdAt(IPEndPoint? listening)
    {
        var at = listening ?? (Api.Listeners is [var first, ..] ? first : new IPEndPoint(IPAddress.Any, DefaultPort));
        var host = _values["rest.advertised.host.name"]?.Value.Trim() is { Length: > 0 } named ? named
            : IPAddress.Any.Equals(at.Address) || IPAddress.IPv6Any.Equals(at.Address) ? OwnAddress()
            : $"{at.Address}";
        return $"{host}:{_values["rest.advertised.port"]?.Value.Trim() ?? at.Port.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>
    /// Whether a setting of a connector is a secret and was written as it is: references to config providers may be shown.
    /// </summary>
    public static bool IsSecret(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return !ConfigProviders.IsReference(value)
            && (IsTransformKey(key) || Setting.HasLogin(value) || Secrets.Any(name =>
                key.EndsWith(name, StringComparison.Ordinal) && (key.Length == name.Length || key[^(name.Length + 1)] == '.')));
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file as the user named it.</param>
    /// <exception cref="ConfigurationException">It cannot be read, or not be used; everything that was found is listed.</exception>
    public static ConnectWorkerFile Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new ConnectWorkerFile(path, Environment.GetEnvironmentVariable);
    }

    /// <summary>The flow that connectors are, as a file of MirrorMaker 2's dedicated mode would have it; it may have errors.</summary>
    public MirrorMaker2Configuration Flow(MirrorConnectors connectors)
    {
        ArgumentNullException.ThrowIfNull(connectors);
        return MirrorMaker2Configuration.Of(ConnectorEntries.Of(connectors, _entries), connectors.Name.Pair.ToString(), [], _environment,
            () => Flow(connectors));
    }

    /// <summary>
    /// What to run for connectors: its workers meet in a group of their own, as <see cref="GroupId"/> is that of all flows of the worker,
    /// and what a source connector before takes is not its own. Of one that cannot run nothing is known.
    /// </summary>
    /// <param name="connectors">The connectors.</param>
    /// <param name="flow">As <see cref="Flow"/> read them.</param>
    /// <exception cref="ConfigurationException">They have errors.</exception>
    public FlowOptions Runnable(MirrorConnectors connectors, MirrorMaker2Configuration flow)
    {
        ArgumentNullException.ThrowIfNull(connectors);
        ArgumentNullException.ThrowIfNull(flow);
        var one = flow.ToFile().Flows[0];
        FlowOptions[] before = [.. from other in connectors.Before
                                   let read = Flow(new MirrorConnectors(connectors.Name.Pair) { Source = other })
                                   where read.Errors.Count == 0
                                   let options = read.ToFile().Flows[0]
                                   where options.Naming.Prefix == one.Naming.Prefix
                                   select options];
        return one with
        {
            Name = connectors.Name,
            Positions = one.Worker with { ShareGroupId = $"{one.Worker.GroupId}-{one.Worker.ConnectorName}" },
            Selection = one.Selection.Without([.. before.Select(other => other.Selection)]),
            Topics = one.Topics with
            {
                ReplicateHeartbeats = one.Topics.ReplicateHeartbeats && !before.Any(other => other.Topics.ReplicateHeartbeats)
            },
        };
    }

    /// <summary>A key of <c>heliostat.Encrypt</c>, <c>heliostat.Decrypt</c> or <c>heliostat.Hash</c>; ids of keys are none.</summary>
    private static bool IsTransformKey(string key) =>
        key.StartsWith("transforms.", StringComparison.Ordinal)
            && key.Split('.') is ([_, _, .., "key"] or [_, _, .., "key", not ("id" or "ids")]);

    private ConnectTopic Topic(string kind, int partitions, Findings findings)
    {
        var (count, factor) = ($"{kind}.storage.partitions", $"{kind}.storage.replication.factor");
        return new ConnectTopic(
            _values[$"{kind}.storage.topic"]?.Value.Trim() ?? "", kind == Config ? 1 : (int)Number(count, partitions, findings),
            (short)Number(factor, DefaultReplicas, findings), factor);
    }

    private long Number(string key, long otherwise, Findings findings)
    {
        if (_values[key] is not { } value)
        {
            return otherwise;
        }

        if (short.TryParse(value.Value.Trim(), CultureInfo.InvariantCulture, out var number) && number is -1 or > 0)
        {
            return number;
        }

        findings.Error(key, $"'{value.Value}' is not a whole number from 1 on, or -1 for the broker's default", value.Entry!);
        return otherwise;
    }

    /// <summary>
    /// A worker's <c>listeners</c> without a host are all addresses; written by hand they mean what they mean there: no TLS is asked for.
    /// </summary>
    private ServedApi Served(Findings findings)
    {
        var own = ApiReader.Read(_values);
        if (own.Listeners is not null || _values["listeners"] is not { } listeners)
        {
            ApiReader.Check(_values, DriverSettings.ApiListeners.Key, findings);
            return own;
        }

        ApiReader.Check(_values, "listeners", findings);
        try
        {
            return own with
            {
                Listeners = [.. listeners.Value
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Address)],
                SaysHttp = ApiReader.SaysHttp(listeners.Value),
                IsInsecure = true
            };
        }
        catch (FormatException failure)
        {
            findings.Error("listeners", failure.Message, listeners.Entry!);
            return own;
        }
    }

    /// <summary>As Java's <c>InetAddress.getLocalHost</c>; the name itself where it stands for none.</summary>
    private static string OwnAddress()
    {
        var name = Dns.GetHostName();
        try
        {
            var addresses = Dns.GetHostAddresses(name);
            return $"{Array.Find(addresses, address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0]}";
        }
        catch (SocketException)
        {
            return name;
        }
    }

    private static IPEndPoint Address(string listener) =>
        ListenAddress.ParseEither(listener.Replace("://:", "://0.0.0.0:", StringComparison.Ordinal));
}
