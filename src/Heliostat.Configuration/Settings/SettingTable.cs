namespace Heliostat.Configuration.Settings;

/// <summary>All settings that one kind of file may hold.</summary>
public sealed class SettingTable
{
    private readonly Dictionary<string, Setting> _settings;

    internal SettingTable(IEnumerable<Setting> settings, IReadOnlyList<SettingFamily> families)
    {
        _settings = settings.ToDictionary(s => s.Key, StringComparer.Ordinal);
        Families = families;
    }

    public IReadOnlyCollection<Setting> Settings => _settings.Values;

    public IReadOnlyList<SettingFamily> Families { get; }

    /// <summary>The setting of <paramref name="key"/>, or null if it is unknown or known only by its family.</summary>
    public Setting? Find(string key) => _settings.GetValueOrDefault(key);

    /// <summary>The known key that <paramref name="key"/> was probably meant to be, or null when none is near.</summary>
    public string? Nearest(string key)
    {
        var best = _settings.Keys.Select(k => (Key: k, Distance: Distance(key, k))).MinBy(x => x.Distance);
        return best.Distance <= Math.Max(2, key.Length / 4) ? best.Key : null;
    }

    /// <summary>Levenshtein's distance, not minding case and taking <c>_</c> and <c>-</c> for dots.</summary>
    private static int Distance(string a, string b)
    {
        a = Folded(a);
        b = Folded(b);
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }

    private static string Folded(string key) => key.ToLowerInvariant().Replace('_', '.').Replace('-', '.');
}
