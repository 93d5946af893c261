using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace Heliostat.Output.Logs;

/// <summary>
/// From which level on events are said: of all (<c>root</c>), of a part of the program (<c>Heliostat.Client</c>), of a flow
/// (<c>flow:A->B</c>). May change at any time, and for a time only. The longest name that fits decides; a flow's own comes before.
/// Thread-safe.
/// </summary>
internal sealed class LogLevels
{
    public const string Root = "root";

    private const string FlowPrefix = "flow:";

    /// <summary>What people know from Kafka Connect, as our own names.</summary>
    private static readonly (string Java, string Own)[] Aliases =
    [
        ("org.apache.kafka.connect.mirror", "Heliostat.Mirroring"), ("org.apache.kafka.connect", "Heliostat.Mirroring"),
        ("org.apache.kafka.clients", "Heliostat.Client"), ("org.apache.kafka", Root),
    ];

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly LogLevel _first;
    private Rules _rules;

    public LogLevels(TimeProvider time, LogLevel root)
    {
        (_time, _first) = (time, root);
        _rules = Rules.Of([KeyValuePair.Create(Root, new LoggerLevel(root, null, null))]);
    }

    /// <summary>Each name that has a level of its own.</summary>
    public IReadOnlyDictionary<string, LoggerLevel> All => Now().ByName;

    /// <summary>Below it nothing is said of anything.</summary>
    public LogLevel Lowest => Now().Lowest;

    /// <summary>Our own name for one of Kafka's.</summary>
    public static string OwnName(string name)
    {
        foreach (var (java, own) in Aliases)
        {
            if (name == java || name.StartsWith(java + ".", StringComparison.Ordinal))
            {
                return own;
            }
        }

        return name;
    }

    /// <summary>Whether an event is said.</summary>
    /// <param name="category">The part of the program that it happened in.</param>
    /// <param name="flow">The flow that it is about; null for none.</param>
    /// <param name="level">How bad it is.</param>
    public bool Takes(string category, string? flow, LogLevel level)
    {
        var rules = Now();
        if (flow is not null && rules.ByName.TryGetValue(FlowPrefix + flow, out var own))
        {
            return level >= own.Level;
        }

        for (var name = category; name.Length > 0; name = name[..Math.Max(0, name.LastIndexOf('.'))])
        {
            if (rules.ByName.TryGetValue(name, out var part))
            {
                return level >= part.Level;
            }
        }

        return level >= rules.ByName[Root].Level;
    }

    /// <summary>
    /// Sets a level, until <paramref name="lasts"/> is over where it is given: then it is as it was before it was ever set.
    /// </summary>
    public void Set(string name, LogLevel level, TimeSpan? lasts = null)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            Volatile.Write(ref _rules, Rules.Of(
                [.. Now().ByName.Where(rule => rule.Key != name), KeyValuePair.Create(name, new LoggerLevel(level, now, now + lasts))]));
        }
    }

    private Rules Now()
    {
        var rules = Volatile.Read(ref _rules);
        if (rules.FirstEnd is not { } end || _time.GetUtcNow() < end)
        {
            return rules;
        }

        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var left = _rules.ByName.Where(rule => rule.Value.Until is not { } until || until > now).ToList();
            if (!left.Exists(rule => rule.Key == Root))
            {
                left.Add(KeyValuePair.Create(Root, new LoggerLevel(_first, now, null)));
            }

            rules = Rules.Of(left);
            Volatile.Write(ref _rules, rules);
            return rules;
        }
    }

    private sealed record Rules(FrozenDictionary<string, LoggerLevel> ByName, LogLevel Lowest, DateTimeOffset? FirstEnd)
    {
        public static Rules Of(List<KeyValuePair<string, LoggerLevel>> rules) =>
            new(rules.ToFrozenDictionary(), rules.Min(rule => rule.Value.Level), rules.Min(rule => rule.Value.Until));
    }
}

/// <summary>A level, since when it is that, and when it ends; null for never.</summary>
internal sealed record LoggerLevel(LogLevel Level, DateTimeOffset? Since, DateTimeOffset? Until);
