using System.Text;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Tests.Settings;

/// <summary>Writes <c>docs/settings.md</c> from the tables.</summary>
internal static class SettingsPage
{
    private const string Head = """
        # Settings

        Made from the tables of keys; a test fails when it is stale, and `HELIOSTAT_UPDATE=1 dotnet test test/Heliostat.Configuration.Tests` writes it anew.

        *Known in* says who takes a key, under the name in front of it if one is needed (`A.consumer.`, `A->B.`): `source` and `target` are MirrorMaker 1's two files,
        and what the quick form takes for its two sides (`--from-config`, `--consumer-property`; `--to-config`, `--producer-property`); `consumers`, `producers`, `admins`
        and `worker` are the clients of a flow in a MirrorMaker 2 file, `flow` is the flow itself, `process` the top level. *Since* is the first version of Kafka with the
        key. A *secret* is never printed. Where Kafka's own default is another, it stands in brackets.


        """;

    private static readonly (string Name, SettingTable Table)[] Readers =
    [
        ("source", ClientTables.MirrorSource), ("target", ClientTables.MirrorTarget), ("consumers", ConsumerSettings.Table),
        ("producers", ProducerSettings.Table), ("admins", AdminSettings.Table), ("worker", WorkerSettings.Table),
        ("flow", ConnectorTables.All), ("process", DriverSettings.Table),
    ];

    private static readonly string[] Clients = ["source", "target", "consumers", "producers", "admins"];

    public static string Write()
    {
        var rows = (from reader in Readers
                    from setting in reader.Table.Settings
                    group (reader.Name, setting) by (setting.Key, setting.NoEffect, setting.RemovedIn, setting.Description) into same
                    select new Row(same.First().setting, [.. same.Select(s => s.Name)],
                        [.. same.Select(s => s.setting.KafkaDefault).OfType<string>().Distinct()])).ToList();
        var page = new StringBuilder(Head);
        var honoured = rows.Where(r => r.Setting.NoEffect is null && r.Setting.RemovedIn is null).ToList();
        Section(page, "A flow", honoured.Where(r => r.KnownIn.Contains("flow") && !IsSecurity(r) && !r.Setting.IsOwn));
        Section(page, "Heliostat's own", honoured.Where(r => r.Setting.IsOwn));
        Section(page, "Where a flow keeps its positions, and the process",
            honoured.Where(r => r.KnownIn.All(k => k is "worker" or "process") && !IsSecurity(r)));
        Section(page, "Every client", honoured.Where(r => r.KnownIn.Contains("source") && r.KnownIn.Contains("target") && !IsSecurity(r)));
        Section(page, "Reading", honoured.Where(r => r.KnownIn.Contains("source") && !r.KnownIn.Contains("target") && !r.Setting.IsOwn));
        Section(page, "Writing", honoured.Where(r => r.KnownIn.Contains("target") && !r.KnownIn.Contains("source")));
        Section(page, "Security", honoured.Where(IsSecurity));
        page.Append(
            "## Known, and without effect\n\nWhat is written under these is checked for its type, and a warning says why it does nothing; "
                + "there is none where the value is what happens anyway.\n\n");
        page.Append("| key | because | since | known in |\n| --- | --- | --- | --- |\n");
        foreach (var row in rows.Where(r => r.Setting.NoEffect is not null).OrderBy(r => r.Setting.Key, StringComparer.Ordinal))
        {
            page.Append($"| `{row.Setting.Key}` | {row.Setting.NoEffect} | {row.Setting.Since ?? "always"} | {KnownIn(row)} |\n");
        }

        page.Append("\n## Names of old\n\n| key | gone in | now | since |\n| --- | --- | --- | --- |\n");
        foreach (var setting in rows
            .Where(r => r.Setting.RemovedIn is not null).Select(r => r.Setting).OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            page.Append(
                $"| `{setting.Key}` | {setting.RemovedIn} | {(setting.ReplacedBy is { } now ? $"`{now}`" : "nothing")} | "
                    + $"{setting.Since} |\n");
        }

        return page.ToString();
    }

    private static bool IsSecurity(Row row) =>
        row.Setting.Key.StartsWith("ssl.", StringComparison.Ordinal) || row.Setting.Key.StartsWith("sasl.", StringComparison.Ordinal)
            || row.Setting.Key == "security.protocol";

    private static void Section(StringBuilder page, string title, IEnumerable<Row> rows)
    {
        page.Append(
            $"## {title}\n\n| key | default | allowed | what it does | since | known in |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var row in rows.OrderBy(r => r.Setting.Key, StringComparer.Ordinal))
        {
            page.Append(
                $"| `{row.Setting.Key}` | {Default(row)} | {Allowed(row.Setting)} | {row.Setting.Description} | "
                    + $"{(row.Setting.IsOwn ? "" : row.Setting.Since ?? "always")} | {KnownIn(row)} |\n");
        }

        page.Append('\n');
    }

    private static string Default(Row row)
    {
        var kafka = string.Join(", ", row.KafkaDefaults.Select(Value));
        return (row.Setting.Default is null ? "none" : Value(row.Setting.Default)) + (kafka.Length == 0 ? "" : $" ({kafka})");
    }

    private static string Value(string text) => text.Length == 0 ? "empty" : $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static string Allowed(Setting setting) =>
        setting.Type == SettingType.Password ? "a secret" : setting.Allowed ?? setting.Type switch
        {
            SettingType.Class => "a class",
            SettingType.String => "text",
            SettingType.Double => "a number",
            _ => "a whole number",
        };

    private static string KnownIn(Row row) => Clients.All(row.KnownIn.Contains)
        ? string.Join(", ", ["every client", .. row.KnownIn.Except(Clients)])
        : string.Join(", ", row.KnownIn);

    private sealed record Row(Setting Setting, IReadOnlyList<string> KnownIn, IReadOnlyList<string> KafkaDefaults);
}
