using Heliostat.Configuration.Files;

namespace Heliostat.Configuration.Settings;

/// <summary>
/// The pairs of one file, checked against a table: every bad value is an error, every key without effect and every unknown one a warning.
/// </summary>
internal sealed class SettingValues
{
    private readonly Dictionary<string, PropertyEntry> _entries = new(StringComparer.Ordinal);
    private readonly SettingTable _table;
    private readonly Findings _findings;

    /// <param name="cluster">Which cluster the pairs are about, for messages: "source", "target".</param>
    /// <param name="file">The file, for the message on a key that is missing; null when there is none.</param>
    /// <param name="table">The keys that are known.</param>
    /// <param name="entries">The pairs; a later one wins over an earlier one of the same key.</param>
    /// <param name="findings">Where errors and warnings go.</param>
    public SettingValues(string cluster, string? file, SettingTable table, IEnumerable<PropertyEntry> entries, Findings findings)
    {
        Cluster = cluster;
        File = file is null ? null : new PropertyEntry("", "", file, 0);
        _table = table;
        _findings = findings;
        foreach (var entry in entries)
        {
            _entries[entry.Key] = entry;
        }

        foreach (var entry in _entries.Values)
        {
            Check(entry);
        }
    }

    public string Cluster { get; }

    /// <summary>Which client of its files it is: a name that stays when the files are read again.</summary>
    public string Client { get => field ?? Cluster; init; }

    /// <summary>Where a missing key should be.</summary>
    public PropertyEntry? File { get; }

    /// <summary>What the user wrote for <paramref name="setting"/>, or null.</summary>
    public PropertyEntry? Entry(Setting setting) => Entry(setting.Key);

    /// <summary>What the user wrote for <paramref name="key"/>, or null.</summary>
    public PropertyEntry? Entry(string key) => _entries.GetValueOrDefault(key);

    /// <summary>The user's value if there is a good one, else the default of the table.</summary>
    public T Get<T>(TypedSetting<T> setting) =>
        Entry(setting) is { } entry && setting.Check(entry.Value) is null
            ? setting.Parse(entry.Value)
            : setting.Parse(setting.Default ?? "");

    /// <summary><paramref name="options"/> with every good value of the user that fills an option of them.</summary>
    public TOptions Fill<TOptions>(TOptions options)
    {
        foreach (var entry in _entries.Values)
        {
            if (_table.Find(entry.Key) is IOptionSetting<TOptions> setting && _table.Find(entry.Key)!.Check(entry.Value) is null)
            {
                options = setting.Fill(options, entry.Value);
            }
        }

        return options;
    }

    private void Check(PropertyEntry entry)
    {
        if (_table.Find(entry.Key) is { } setting)
        {
            if (setting.Check(entry.Value) is { } problem)
            {
                _findings.Error(entry.Key,
                    entry.IsSecret ? $"the reference does not resolve to what is allowed: {setting.Allowed}" : problem, entry);
            }
            else if (setting.NoEffect is { } reason && !setting.Granted.Contains(entry.Value.Trim(), StringComparer.OrdinalIgnoreCase))
            {
                _findings.Warning(entry.Key, $"has no effect: {reason}", entry);
            }
            else if (setting.NoEffect is null && SecurityUse.NoEffect(entry.Key, Entry("security.protocol")?.Value) is { } unused)
            {
                _findings.Warning(entry.Key, $"has no effect: {unused}", entry);
            }
            else if (!entry.IsSecret && setting.CommentIn(entry.Value) is { } comment)
            {
                _findings.Warning(entry.Key, comment, entry);
            }
        }
        else if (_table.Families.FirstOrDefault(f => entry.Key.StartsWith(f.Prefix, StringComparison.Ordinal)) is { } family)
        {
            if (family.NoEffect.Length > 0)
            {
                _findings.Warning(entry.Key, $"has no effect: {family.NoEffect}", entry);
            }
        }
        else
        {
            var hint = _table.Nearest(entry.Key) is { } near ? $"; did you mean '{near}'?" : "";
            _findings.Warning(entry.Key, $"is not a setting of Kafka's clients and has no effect{hint}", entry);
        }
    }
}
