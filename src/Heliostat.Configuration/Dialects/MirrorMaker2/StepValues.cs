using Heliostat.Configuration.Files;
using Heliostat.Configuration.Settings;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>What a file says of one transform or predicate; it notes what was asked for, so that the rest can be named.</summary>
/// <param name="connectors">The flow's properties.</param>
/// <param name="prefix">What its keys begin with, as <c>transforms.a.</c></param>
/// <param name="at">Where it was named, for what is missing.</param>
/// <param name="findings">Where problems go.</param>
internal sealed class StepValues(EffectiveProperties connectors, string prefix, PropertyEntry at, Findings findings)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>A text; null where there is none.</summary>
    public string? Find(string name)
    {
        _asked.Add(name);
        return connectors[prefix + name]?.Value;
    }

    /// <summary>All that is said of it, for a class that knows its own settings.</summary>
    public IEnumerable<KeyValuePair<string, string>> All()
    {
        foreach (var value in connectors.Stripped(prefix))
        {
            _asked.Add(value.Key);
            yield return new KeyValuePair<string, string>(value.Key, value.Value);
        }
    }

    /// <summary>A text that must not be missing; empty where it is, which is reported.</summary>
    public string Text(string name)
    {
        if (Find(name) is { } value)
        {
            return value;
        }

        findings.Error(at.Key, $"'{prefix}{name}' is missing", at);
        return "";
    }

    /// <summary>
    /// A text that must say something; empty where it does not, which is reported: a step that is not understood must not be left out
    /// silently.
    /// </summary>
    public string Word(string name)
    {
        var value = Text(name);
        if (Find(name) is not null && string.IsNullOrWhiteSpace(value))
        {
            Wrong(name, "is empty");
            return "";
        }

        return value;
    }

    /// <summary>A list; empty where there is none.</summary>
    public IReadOnlyList<string> List(string name) =>
        Find(name) is { } value ? [.. SettingParsers.List(value.Trim()).Where(entry => entry.Length > 0)] : [];

    /// <summary>Texts whose names begin so, by their names behind that, each with whether it is shown as it is written.</summary>
    public IReadOnlyDictionary<string, (string Value, bool IsShown)> Below(string start)
    {
        Dictionary<string, (string, bool)> found = new(StringComparer.Ordinal);
        foreach (var value in connectors.Stripped(prefix + start))
        {
            _asked.Add(start + value.Key);
            found[value.Key] = (value.Value, value.Value == value.Written);
        }

        return found;
    }

    /// <summary>A list that must have entries.</summary>
    public IReadOnlyList<string> Entries(string name)
    {
        var list = List(name);
        if (list.Count == 0)
        {
            Wrong(name, "is missing or empty");
        }

        return list;
    }

    public bool Flag(string name, bool otherwise)
    {
        if (Find(name) is not { } value)
        {
            return otherwise;
        }

        try
        {
            return SettingParsers.Boolean(value.Trim());
        }
        catch (FormatException e)
        {
            Wrong(name, $"'{Written(name)}' {e.Message}");
            return otherwise;
        }
    }

    /// <summary>A value, read as <paramref name="read"/> does; null where that is not possible, which is reported.</summary>
    public T? Read<T>(string name, Func<string, T> read)
        where T : class
    {
        try
        {
            return Find(name) is { } value ? read(value) : null;
        }
        catch (FormatException e)
        {
            Wrong(name, $"'{Written(name)}' {e.Message}");
        }
        catch (ConfigurationException e)
        {
            Wrong(name, $"'{Written(name)}' {e.Message}");
        }

        return null;
    }

    /// <summary>A value cannot be used.</summary>
    public void Wrong(string name, string why)
    {
        var entry = connectors[prefix + name]?.Entry ?? at;
        findings.Error(entry == at ? prefix + name : entry.Key, why, entry);
    }

    /// <summary>A reference to a provider is shown, never what it stands for.</summary>
    private string? Written(string name) => connectors[prefix + name]?.Written;

    /// <summary>Names what nobody asked for.</summary>
    public void Close()
    {
        foreach (var value in connectors.Stripped(prefix))
        {
            if (!_asked.Contains(value.Key) && value.Entry is { } entry)
            {
                var known = string.Join(", ", _asked.Order(StringComparer.Ordinal));
                findings.Warning(entry.Key, $"has no effect: it is not a setting of that; known: {known}", entry);
            }
        }
    }
}
