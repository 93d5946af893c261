using Heliostat.Configuration;
using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Clusters;

/// <summary>The two clusters of a flow, by the ids that they tell; null or empty where one is too old to have one.</summary>
internal readonly record struct ClusterPair(string? Source, string? Target)
{
    /// <summary>The one cluster that both are; null where they are two, or do not say.</summary>
    public string? One => !string.IsNullOrEmpty(Source) && Source == Target ? Source : null;

    /// <summary>Both tell their ids.</summary>
    public bool TellIds => !string.IsNullOrEmpty(Source) && !string.IsNullOrEmpty(Target);

    /// <summary>Throws with what <paramref name="refusal"/> says of the id, when both are one cluster.</summary>
    /// <exception cref="ConfigurationException">They are.</exception>
    public void CheckAreTwo(Func<string, string> refusal)
    {
        if (One is { } id)
        {
            throw new ConfigurationException(refusal(id));
        }
    }

    /// <summary>
    /// Throws when one of them does not tell its id: records could not be marked with where they come from, and would go round.
    /// </summary>
    /// <exception cref="ConfigurationException">One does not.</exception>
    public void CheckTellIds(FlowName flow)
    {
        if (!TellIds)
        {
            throw new ConfigurationException(
                $"heliostat.provenance needs the ids of both clusters, and '{(string.IsNullOrEmpty(Source) ? flow.Source : flow.Target)}' "
                    + "has none (brokers have one from 0.10.1 on): records would not be marked");
        }
    }
}
