using Heliostat.Configuration;
using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Clusters;

/// <summary>
/// Which clusters the flows of a file lead from and to, by cluster id. One that is mirrored from under one alias and to under another closes a ring that no
/// topic name shows: what is mirrored would be mirrored again, for ever.
/// </summary>
internal sealed class ClusterAliases
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _targets = new(StringComparer.Ordinal);

    /// <summary>The flow is about to mirror from <paramref name="source"/> to <paramref name="target"/>; null where a cluster does not tell its id.</summary>
    /// <exception cref="ConfigurationException">Another flow knows one of them under another alias, at its other end.</exception>
    public void Join(FlowName flow, string? source, string? target)
    {
        lock (_gate)
        {
            Check(_targets, source, flow.Source);
            Check(_sources, target, flow.Target);
            Add(_sources, source, flow.Source);
            Add(_targets, target, flow.Target);
        }
    }

    /// <summary>What to say of one cluster under two aliases.</summary>
    public static string Refusal(string one, string other, string id) =>
        $"'{one}' and '{other}' are one cluster ({id}) under two aliases: what is mirrored would be mirrored again";

    private static void Check(Dictionary<string, string> others, string? id, string alias)
    {
        if (id is not null && others.TryGetValue(id, out var other) && other != alias)
        {
            throw new ConfigurationException(Refusal(other, alias, id));
        }
    }

    private static void Add(Dictionary<string, string> ids, string? id, string alias)
    {
        if (id is not null)
        {
            ids.TryAdd(id, alias);
        }
    }
}
