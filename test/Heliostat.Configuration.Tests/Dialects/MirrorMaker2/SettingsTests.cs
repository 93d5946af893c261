using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

public sealed class SettingsTests
{
    /// <summary>Where our table says another default than the definition, and why.</summary>
    private static readonly Dictionary<string, string> OtherDefaults = new()
    {
        ["enabled"] = "false: the driver fills it in",
        ["client.id"] = "heliostat: the name of this program",
        ["receive.buffer.bytes"] = "-1: the operating system's",
        ["request.timeout.ms"] = "30 s for every client",
        ["bootstrap.servers"] = "none: an admin client may be given controllers instead",
        ["connections.max.idle.ms"] = "9 min for every client",
        ["enable.metrics.push"] = "one table for all clients; it has no effect",
    };

    /// <summary>Internal to Kafka: never written in a file.</summary>
    private static readonly string[] Internal = ["metadata.recovery.rebootstrap.trigger.ms"];

    private static readonly string[] ScopeNames = ["source", "checkpoint", "heartbeat", "client", "source-connector", "worker", "driver",
        "admin"];

    public static TheoryData<string> Scopes => [.. ScopeNames];

    [Theory]
    [MemberData(nameof(Scopes))]
    public void A_table_holds_what_the_definition_holds(string scope)
    {
        var table = Table(scope);

        var missing = Recorded(scope).Where(r => table.Find(r.Key) is null).Select(r => r.Key);

        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Types_and_defaults_are_those_of_the_definition(string scope)
    {
        var table = Table(scope);

        var differences = from recorded in Recorded(scope)
                          let setting = table.Find(recorded.Key)
                          where setting is not null
                          let ours = (setting.KafkaDefault ?? setting.Default ?? "null").Replace(",", ", ", StringComparison.Ordinal)
                          let type = setting.Type.ToString().ToUpperInvariant()
                          where type != recorded.Type || (ours != recorded.Default
                              && !(scope == "worker" && recorded.Key.EndsWith(".converter", StringComparison.Ordinal))
                              && recorded.Default != "(required)" && !OtherDefaults.ContainsKey(recorded.Key))
                          select $"{recorded.Key}: {recorded.Type} {recorded.Default}, here {type} {ours}";

        Assert.Empty(differences);
    }

    [Fact]
    public void Every_setting_has_a_sentence_and_a_default_that_it_accepts()
    {
        foreach (var setting in ScopeNames.Select(Table).SelectMany(t => t.Settings))
        {
            Assert.EndsWith(".", setting.Description, StringComparison.Ordinal);
            Assert.True(setting.Default is null || setting.Check(setting.Default) is null, setting.Key);
        }
    }

    [Fact]
    public void What_no_definition_holds_is_removed_or_ours_or_for_flows_only()
    {
        var known = ScopeNames.SelectMany(Recorded).Select(r => r.Key).ToHashSet();

        var others = ConnectorTables.Names.Where(n => !known.Contains(n)
            && (ConnectorTables.All.Find(n) ?? SecuritySettings.Table.Find(n))?.IsOwn != true);

        Assert.Empty(others);
    }

    [KafkaFact]
    public async Task The_recorded_definitions_are_those_of_MirrorMaker_2()
    {
        var java = await MirrorMaker2Oracle.SettingsAsync(CancellationToken.None);

        Assert.Equal(java, await File.ReadAllLinesAsync(RecordedFile));
    }

    private static string RecordedFile => Path.Combine(AppContext.BaseDirectory, "Dialects", "MirrorMaker2", "Files", "settings.tsv");

    private static IEnumerable<(string Key, string Type, string Default)> Recorded(string scope) =>
        from line in File.ReadLines(RecordedFile)
        let columns = line.Split('\t')
        where columns[0] == scope && !(scope == "admin" && Internal.Contains(columns[1]))
        select (columns[1], columns[2], columns[2] == "LIST" ? columns[3].Trim('[', ']') : columns[3]);

    private static SettingTable Table(string scope) => scope switch
    {
        "source" or "source-connector" => SourceConnectorSettings.Table,
        "checkpoint" => CheckpointConnectorSettings.Table,
        "heartbeat" => HeartbeatConnectorSettings.Table,
        "client" => SecuritySettings.Table,
        "worker" => WorkerSettings.Table,
        "admin" => AdminSettings.Table,
        _ => DriverSettings.Table,
    };
}
