using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>
/// Reads <c>transforms</c> and <c>predicates</c> as Connect does (<c>ConnectorConfig.enrich</c>, <c>TransformationChain</c> of 4.3.1), and
/// Heliostat's own settings about names and records. What cannot be done to the records of a mirror is named, with what could.
/// </summary>
internal sealed class TransformReader(FlowName flow, EffectiveProperties connectors, Findings findings)
{
    private readonly FlowValues _values = new(connectors);

    public TransformChain Read()
    {
        var predicates = Predicates();
        List<Transform> steps = [.. Filters()];
        var own = steps.Count;
        foreach (var (name, at) in Names(ConnectorSettings.Transforms))
        {
            var step = new StepValues(connectors, $"{ConnectorSettings.Transforms.Key}.{name}.", at, findings);
            if (Step(name, step, predicates) is { } read)
            {
                steps.Add(read);
            }

            step.Close();
        }

        CheckOrder(steps);
        JavaReader.Check(connectors, JavaReader.Options(_values), findings);
        Unnamed(ConnectorSettings.Transforms);
        Unnamed(ConnectorSettings.Predicates);
        // Ids of schemas are about what the source holds: before all others, but behind what makes it readable.
        var readable = Math.Max(own, steps.FindLastIndex(step => step.Action is TransformAction.Decrypt) + 1);
        List<Transform> all = [.. steps[own..readable], .. SchemaReader.Steps(_values), .. steps[readable..], .. steps[..own]];
        return all.Count == 0 ? TransformChain.None : new TransformChain(all, Written());
    }

    /// <summary>
    /// In front of what is encrypted stands no id: a map of ids before what decrypts, or behind what encrypts, meets none.
    /// </summary>
    private void CheckOrder(List<Transform> steps)
    {
        foreach (var (at, map) in steps.Index())
        {
            if (map.Action is not TransformAction.SchemaIds { Part: var part })
            {
                continue;
            }

            var opens = steps[at..].Find(step => step.Action is TransformAction.Decrypt open && open.Part == part);
            var seals = steps[..at].Find(step => step.Action is TransformAction.Encrypt seal && seal.Part == part);
            if ((opens ?? seals) is { } other)
            {
                var entry = connectors[$"{ConnectorSettings.Transforms.Key}.{map.Name}.type"]?.Entry;
                var (place, does, better) = opens is not null ? ("before", "decrypts", "behind") : ("behind", "encrypts", "before");
                findings.Error(entry?.Key,
                    $"'{map.Name}' stands {place} '{other.Name}', which {does}: what is encrypted has no id; name it {better} that", entry);
            }
        }
    }

    /// <summary>The steps that Heliostat's own filters come to: behind the others.</summary>
    private IEnumerable<Transform> Filters()
    {
        if (_values.Get(TransformSettings.Keep) is { } kept)
        {
            yield return new Transform(TransformSettings.Keep.Key, new TransformAction.Drop()) { When = new RecordCondition.Not(kept) };
        }

        if (_values.Get(TransformSettings.Drop) is { } dropped)
        {
            yield return new Transform(TransformSettings.Drop.Key, new TransformAction.Drop()) { When = dropped };
        }
    }

    private Dictionary<string, RecordCondition> Predicates()
    {
        Dictionary<string, RecordCondition> conditions = new(StringComparer.Ordinal);
        foreach (var (name, at) in Names(ConnectorSettings.Predicates))
        {
            var values = new StepValues(connectors, $"{ConnectorSettings.Predicates.Key}.{name}.", at, findings);
            if (TransformClasses.Predicate(values.Word("type"), values, _values) is { } condition)
            {
                conditions[name] = condition;
            }

            values.Close();
        }

        return conditions;
    }

    private Transform? Step(string name, StepValues values, Dictionary<string, RecordCondition> predicates)
    {
        var action = TransformClasses.Action(values.Word("type"), values, _values);
        var negated = values.Flag("negate", otherwise: false);
        if (values.Find("predicate")?.Trim() is not { Length: > 0 } predicate)
        {
            if (values.Find("negate") is not null)
            {
                values.Wrong("negate", "negates no predicate: 'predicate' is missing beside it");
            }

            return action is null ? null : new Transform(name, action);
        }

        if (!predicates.TryGetValue(predicate, out var condition))
        {
            if (!Names(ConnectorSettings.Predicates).Any(known => known.Name == predicate))
            {
                values.Wrong("predicate", $"'{predicate}' is none of those that 'predicates' names");
            }

            return null;
        }

        if (action is TransformAction.Rename && TransformChain.Decided(condition, "") is null)
        {
            values.Wrong("predicate",
                $"'{predicate}' looks at single records, and a lane has one topic on the target: names of topics can depend on names alone "
                    + "(TopicNameMatches)");
        }

        return action is null ? null : new Transform(name, action) { When = negated ? new RecordCondition.Not(condition) : condition };
    }

    /// <summary>The names in a list, each with where it was written.</summary>
    private IEnumerable<(string Name, PropertyEntry At)> Names(TypedSetting<IReadOnlyList<string>> list)
    {
        if (connectors[list.Key] is not { Entry: { } entry })
        {
            yield break;
        }

        var names = _values.Get(list);
        if (names.Count > 0 && !entry.Key.StartsWith(flow.Prefix, StringComparison.Ordinal))
        {
            findings.Error(entry.Key, $"belongs to a flow, and so do the keys of what it names: write '{flow.Prefix}{list.Key}'", entry);
            yield break;
        }

        foreach (var twice in names.GroupBy(name => name).Where(same => same.Count() > 1))
        {
            findings.Error(entry.Key, $"names '{twice.Key}' more than once", entry);
        }

        foreach (var name in names.Distinct(StringComparer.Ordinal).Where(name => name.Length > 0))
        {
            yield return (name, entry);
        }
    }

    /// <summary>Keys of something that the list does not name.</summary>
    private void Unnamed(TypedSetting<IReadOnlyList<string>> list)
    {
        string[] named = [.. _values.Get(list)];
        foreach (var value in connectors.Stripped(list.Key + "."))
        {
            if (value.Entry is { } entry && !named.Any(name => value.Key.StartsWith(name + ".", StringComparison.Ordinal)))
            {
                findings.Warning(entry.Key, $"has no effect: '{list.Key}' does not name '{value.Key.Split('.')[0]}'", entry);
            }
        }
    }

    private string Written() => string.Join('\n',
        connectors.Values.Where(value => value.Entry is not null && IsOurs(value.Key)).OrderBy(value => value.Key, StringComparer.Ordinal)
            .Select(value => $"{value.Key}={value.Written}"));

    private static bool IsOurs(string key) =>
        key.StartsWith(ConnectorSettings.Transforms.Key, StringComparison.Ordinal)
            || key.StartsWith(ConnectorSettings.Predicates.Key, StringComparison.Ordinal)
        || TransformSettings.All.Concat(SchemaSettings.OfFlow).Concat(JavaSettings.All).Any(setting => setting.Key == key);
}
