using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Configuration.Tests.Settings;

public sealed class SettingTableTests
{
    public static TheoryData<string> Tables { get; } = ["consumer", "producer"];

    [Theory]
    [MemberData(nameof(Tables))]
    public void Every_default_is_an_allowed_value(string table)
    {
        var wrong = Table(table).Settings.Where(s => s.Default is not null && s.Check(s.Default) is not null);

        Assert.Empty(wrong.Select(s => $"{s.Key}: {s.Check(s.Default!)}"));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void Every_setting_is_described_in_a_sentence(string table)
    {
        Assert.All(Table(table).Settings, s => Assert.Matches("^[A-Z].+\\.$", s.Description));
    }

    [Theory]
    [InlineData("fetch.min.byte", "fetch.min.bytes")]
    [InlineData("Fetch_Min_Bytes", "fetch.min.bytes")]
    [InlineData("bootstrap.server", "bootstrap.servers")]
    [InlineData("groupid", "group.id")]
    [InlineData("isolation.levels", "isolation.level")]
    [InlineData("entirely.something.else", null)]
    [InlineData("x", null)]
    public void A_near_key_is_proposed(string key, string? near)
    {
        Assert.Equal(near, ConsumerSettings.Table.Nearest(key));
    }

    [KafkaTheory("3.9.1", "4.3.1")]
    [InlineData("3.9.1")]
    [InlineData("4.3.1")]
    public async Task Each_setting_of_Kafkas_clients_is_known_with_its_type(string version)
    {
        var lines = await JavaOracle.RunAsync("SettingsOracle", ["-cp", Path.Combine(KafkaDistribution.Require(version).Home, "libs", "*")],
            [], CancellationToken.None);

        var problems = new List<string>();
        foreach (var line in lines.Select(l => l.Split('\t')))
        {
            var (table, key, type, @default) = (Table(line[0]), line[1], line[2], line[3]);
            if (table.Find(key) is not { } setting)
            {
                problems.AddRange(table.Families.Any(f => key.StartsWith(f.Prefix, StringComparison.Ordinal))
                    ? []
                    : [$"{line[0]} {key} is not known"]);
                continue;
            }

            var ours = setting.KafkaDefault ?? setting.Default ?? "<none>";
            var wrongType = !setting.Type.ToString().Equals(type, StringComparison.OrdinalIgnoreCase);
            // Defaults move from version to version; the newest are the ones in the table.
            var wrongDefault = version == "4.3.1" && ours != @default && !(ours.Length == 0 && @default == "<none>");
            problems.AddRange(wrongType || wrongDefault ? [$"{line[0]} {key}: Kafka {type} {@default}, ours {setting.Type} {ours}"] : []);
        }

        Assert.Empty(problems);
    }

    private static SettingTable Table(string name) => name == "consumer" ? ConsumerSettings.Table : ProducerSettings.Table;
}
