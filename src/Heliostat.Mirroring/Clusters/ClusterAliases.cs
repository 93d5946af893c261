using Heliostat.Configuration;
using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Clusters;

/// <summary>
/// Which clusters the flows of a file lead from and to, by cluster id. One that is mirrored from under one alias and to under another
/// closes a ring that no topic name shows: what is mirrored would be mirrored again, for ever.
/// </summary>
internal sealed class ClusterAliases
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FlowName, (string? Source, string? Target)> _flows = [];

    /// <summary>
    /// The flow is about to mirror from <paramref name="source"/> to <paramref name="target"/>; null where a cluster does not tell its id.
    /// </summary>
    /// <exception cref="ConfigurationException">Another flow knows one of them under another alias, at its other end.</exception>
    public void Join(FlowName flow, string? source, string? target)
    {
        lock (_gate)
        {
            // The file may have led it elsewhere in an earlier life.
            _flows.Remove(flow);
            foreach (var (other, ids) in _flows)
            {
                Check(ids.Target, other.Target, source, flow.Source);
                Check(ids.Source, other.Source, target, flow.Target);
            }

            _flows.Add(flow, (source, target));
        }
    }

    /// <summary>What to say of one cluster under two aliases.</summary>
    public static string Refusal(string one, string other, string id) =>
        $"'{one}' and '{other}' are one cluster ({id}) under two aliases: what is mirrored would be mirrored again";

    private static void Check(string? known, string knownAs, string? id, string alias)
    {
        if (id is not null && id == known && knownAs != alias)
        {
            throw new ConfigurationException(Refusal(knownAs, alias, id));
        }
    }
}
