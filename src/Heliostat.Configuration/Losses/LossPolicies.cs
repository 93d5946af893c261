namespace Heliostat.Configuration.Losses;

/// <summary>What a flow does about losses: <c>heliostat.on.&lt;kind&gt;</c>.</summary>
public sealed class LossPolicies
{
    private readonly LossPolicy[] _policies;

    internal LossPolicies(Func<LossKind, LossPolicy> policy)
    {
        _policies = [.. Enum.GetValues<LossKind>().Select(policy)];
    }

    /// <summary>What is done when nothing was asked for.</summary>
    public static LossPolicies Default { get; } = new(LossPolicy.DefaultOf);

    /// <summary>A kind of loss about which this is done in some topic; null where it is done about none.</summary>
    internal LossKind? KindOf(LossAction action) => Array.FindIndex(_policies, policy => policy.May(action)) is >= 0 and var kind
        ? (LossKind)kind
        : null;

    /// <summary>What is done about a loss of <paramref name="kind"/> in <paramref name="topic"/>, by its name on the source.</summary>
    public LossAction Of(LossKind kind, string topic) => _policies[(int)kind].Of(topic);
}
